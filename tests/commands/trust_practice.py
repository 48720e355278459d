"""A small practice whose books are kept by real commands on a real log: two partners, a bookkeeper, and a clock."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from aggregates import user
from aggregates.errors import Refusal
from aggregates.event import Event
from aggregates.jurisdictions import PACKS
from aggregates.logged_event import LoggedEvent
from aggregates.permissions import Role
from commands import establish_firm
from commands.add_contact import AddContact
from commands.approve_disbursement import ApproveDisbursement
from commands.catalogue import COMMANDS
from commands.close_matter import CloseMatter
from commands.dispatch import Edge, Request, execute
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.open_matter import OpenMatter
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.receive_funds import ReceiveFunds
from commands.record_billing_reference import RecordBillingReference
from commands.release_disbursement import ReleaseDisbursement
from commands.request_disbursement import RequestDisbursement
from commands.work import Asker, Command

ASHBY, REYES, LIND, PRYCE = (UUID(int=number) for number in range(1, 5))
ROLES = {ASHBY: Role.PARTNER, REYES: Role.PARTNER, LIND: Role.BOOKKEEPER, PRYCE: Role.TIMEKEEPER}
FIRM_NAME = "Ashby & Reyes, PLLC"
_LISTED = {listed.command: listed for listed in COMMANDS.values()}


def day(number: int) -> date:
    """That day of September 2026."""
    return date(2026, 9, number)


class Practice:
    """Its pooled account, and clients A and B with a ledger each; the clock stands at `hour` of `today` at the firm."""

    def __init__(self, log: EventLog, *, jurisdiction: str = "us-nc", time_zone: str = "UTC") -> None:
        self.log = log
        self.zone = ZoneInfo(time_zone)
        self.hour = time(12)
        self.today = date(2026, 8, 3)
        self._ids = itertools.count(1 << 64)
        firm = establish_firm.EstablishFirm(
            firm_id=self.new_id(), name=FIRM_NAME, jurisdiction=jurisdiction,
            base_currency=PACKS[jurisdiction].currency, time_zone=time_zone,
        )  # fmt: skip
        execute(log, self._edge(), self._request(ASHBY), firm, establish_firm.handle, _LISTED[AddContact].permission)
        opened = self.does(
            OpenTrustAccount(name="IOLTA-1", bank="First Bank", account_number="1", opened_on=self.today), ASHBY
        )
        self.account = UUID(opened["trust_account_id"])
        self.reserve = UUID(opened["firm_reserve_ledger_id"])
        self.interest = UUID(opened["interest_payable_ledger_id"])
        self.unidentified = UUID(opened["unidentified_ledger_id"])
        self.clients: dict[str, UUID] = {}
        self.matters: dict[str, UUID] = {}
        self.ledgers: dict[str, UUID] = {}
        for letter, name in (("A", "Adeline Archer"), ("B", "Bellweather Supply Co.")):
            self.clients[letter] = UUID(self.does(AddContact(name=name))["contact_id"])
            self.open_ledger(letter, self.clients[letter])
        self.today = day(1)

    def open_ledger(self, letter: str, client_id: UUID) -> UUID:
        """A new matter of a client, with its ledger."""
        matter = self.does(OpenMatter(client_id=client_id, description=f"Matter {letter}"), ASHBY)
        self.matters[letter] = UUID(matter["matter_id"])
        opened = self.does(OpenTrustLedger(trust_account_id=self.account, matter_id=self.matters[letter]))
        self.ledgers[letter] = UUID(opened["ledger_id"])
        return self.ledgers[letter]

    def new_id(self) -> UUID:
        """The next id."""
        return UUID(int=next(self._ids))

    def does(self, command: Command, who: UUID = LIND, key: str | None = None) -> dict[str, Any]:
        """Somebody gives a command. Raises any Refusal."""
        listed = _LISTED[type(command)]
        return execute(self.log, self._edge(), self._request(who, key), command, listed.handle, listed.permission).result

    def tries(self, command: Command, who: UUID = LIND) -> dict[str, Any]:
        """What a command would lead to (dry run). Raises any Refusal."""
        listed = _LISTED[type(command)]
        asked = (command, listed.handle, listed.permission)
        return execute(self.log, self._edge(), self._request(who), *asked, dry_run=True).result

    def refused(self, rule: type[Refusal], command: Command, who: UUID = LIND) -> Refusal:
        """It is refused by that very rule, and changes nothing."""
        size = self.log.size()
        with pytest.raises(rule) as refusal:
            self.does(command, who)
        assert type(refusal.value) is rule, refusal.value.sentence
        assert self.log.size() == size
        return refusal.value

    def recorded(self, command: Command, who: UUID = LIND) -> list[Event]:
        """The events that a command leads to."""
        size = self.log.size()
        self.does(command, who)
        return [logged.event() for logged in self.log.read(size)]

    def last(self) -> LoggedEvent:
        """The newest event."""
        return next(iter(self.log.read(self.log.size() - 1)))

    def receive(
        self,
        letter: str,
        amount_minor: int,
        instrument: Literal["cheque", "wire", "ach", "card", "cash", "opening"] = "wire",
        on: date | None = None,
        available_on: date | None = None,
    ) -> UUID:
        """Money in, today where no day is given; a wire is collected at once."""
        received = ReceiveFunds(
            ledger_id=self.ledgers[letter], amount_minor=amount_minor, effective_date=on or self.today,
            instrument=instrument, payer="Somebody", description="Retainer", available_on=available_on,
        )  # fmt: skip
        return UUID(self.does(received)["entry_id"])

    def ask(self, letter: str, amount_minor: int, **more: Any) -> RequestDisbursement:
        """A request for a payment to an expert, today; `more` says what is otherwise."""
        asked = {
            "ledger_id": self.ledgers.get(letter), "amount_minor": amount_minor, "effective_date": self.today,
            "payee": "Imogen Falk", "method": "wire", "purpose": "Expert's report",
        } | more  # fmt: skip
        account = None if asked["method"] == "cheque" else "021000021 / 4711"
        return RequestDisbursement.model_validate({"recipient_account": account, **asked})

    def release(self, disbursement_id: UUID, cheque: int | None = None, on: date | None = None) -> ReleaseDisbursement:
        """The command to release a payment, by wire where there is no cheque number."""
        return ReleaseDisbursement(disbursement_id=disbursement_id, effective_date=on or self.today, cheque_number=cheque)

    def approved(self, letter: str, amount_minor: int, by: tuple[UUID, ...] = (ASHBY,), **more: Any) -> UUID:
        """A payment that was asked for and approved."""
        disbursement_id = UUID(self.does(self.ask(letter, amount_minor, **more))["disbursement_id"])
        for partner in by:
            self.does(ApproveDisbursement(disbursement_id=disbursement_id), partner)
        return disbursement_id

    def pay(self, letter: str, amount_minor: int, cheque: int | None = None, **more: Any) -> tuple[UUID, UUID]:
        """Ask, approve, release, today; (disbursement, entry)."""
        by = (ASHBY, REYES) if amount_minor > 10_000_00 else (ASHBY,)
        method = {"method": "cheque"} if cheque else {}
        disbursement_id = self.approved(letter, amount_minor, by, **method, **more)
        return disbursement_id, UUID(self.does(self.release(disbursement_id, cheque))["entry_id"])

    def bill(self, letter: str, number: str, amount_minor: int) -> UUID:
        """An invoice of today for a matter."""
        recorded = RecordBillingReference(
            number=number, client_id=self.clients[letter], matter_id=self.matters[letter], amount_minor=amount_minor,
            issued_on=self.today,
        )  # fmt: skip
        return UUID(self.does(recorded)["billing_reference_id"])

    def close(self, letter: str) -> None:
        """Close a matter."""
        self.does(CloseMatter(matter_id=self.matters[letter], why="done"), ASHBY)

    def _edge(self) -> Edge:
        now = datetime.combine(self.today, self.hour, self.zone).astimezone(UTC)
        return Edge(lambda: now, self.new_id, lambda: f"{next(self._ids):032x}", self.zone)

    def _request(self, who: UUID, key: str | None = None) -> Request:
        known = None if who in ROLES else self.log.load(user.KIND, who).state
        roles = frozenset({ROLES.get(who, Role.PARTNER)}) if known is None else known.roles
        return Request(Asker(who, roles, "tests"), key=key)


@contextmanager
def practising(database_url: str, *, jurisdiction: str = "us-nc", time_zone: str = "UTC") -> Iterator[Practice]:
    """A practice on a migrated database of its own."""
    with Database(database_url, pool_size=2) as database:
        yield Practice(database.create_firm("demo", UUID(int=1 << 32)), jurisdiction=jurisdiction, time_zone=time_zone)
