"""September 2026 on the account IOLTA-1, as facts: the worked example of the domain reference, section 1.10.

Each failure fixture leaves one thing out, or does it differently: `September(books, without=…)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection

from aggregates import bank_statement, matching, trust_ledger
from aggregates.bank_statement import StatementImported, StatementLinesRecorded
from aggregates.billing_reference import BillingReferenceDrawn, BillingReferenceRecorded
from aggregates.cheque import KIND as CHEQUE
from aggregates.cheque import ChequeCleared, ChequeIssued
from aggregates.contact import ContactAdded
from aggregates.disbursement import DisbursementApproved, DisbursementReleased, DisbursementRequested
from aggregates.event import Event, Personal
from aggregates.matching import MatchAccepted
from aggregates.matter import MatterOpened, TrustLedgerAttached
from aggregates.statement_chain import StatementLine
from aggregates.trust_account import TrustAccountOpened
from aggregates.trust_exception import ExceptionCause, TrustExceptionOpened
from aggregates.trust_ledger_events import (
    BankChargeTaken,
    DepositReturned,
    FundsDisbursed,
    FundsReceived,
    FundsReserved,
    InterestCredited,
    LedgerPurpose,
    TrustLedgerOpened,
)
from commands.event_log.database import Database
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports.reader import Reader
from tests.replay.books import SCHEMA, Books, opened

AUGUST_28 = date(2026, 8, 28)
END = date(2026, 9, 30)
TODAY = date(2026, 10, 5)
SHA256 = "5e" * 32
Line = tuple[int, int, str]


def day(number: int) -> date:
    """A day of September."""
    return date(2026, 9, number)


@dataclass
class September:
    """The month, fact by fact. `ledgers` by their letters; `entries` by the numbers of the table, 0 for cheque 1050."""

    books: Books
    without: frozenset[int] = frozenset()
    court_fee_from: str = "D"
    lienholder_minor: int = 216_667
    matched: bool = True
    ledgers: dict[str, UUID] = field(default_factory=dict)
    clients: dict[str, UUID] = field(default_factory=dict)
    matters: dict[str, UUID] = field(default_factory=dict)
    entries: dict[int, UUID] = field(default_factory=dict)
    lines: dict[int, UUID] = field(default_factory=dict)
    disbursements: dict[int, UUID] = field(default_factory=dict)
    bills: dict[str, UUID] = field(default_factory=dict)
    statement_id: UUID = field(default_factory=lambda: UUID(int=0))
    bank_error_id: UUID = field(default_factory=lambda: UUID(int=0))

    def __post_init__(self) -> None:
        self.account_id = self.books.account_id
        self._open()
        self._live()
        self._import()
        if self.matched:
            self._match()

    def receive(self, number: int, ledger: str, amount_minor: int, on: date, **more: Any) -> None:
        """A receipt, collected at once unless told otherwise."""
        event = self.books.received(amount_minor, on).model_copy(update=more)
        self._post(number, ledger, event)

    def pay(
        self, number: int, ledger: str, amount_minor: int, on: date, payee: str,
        *, cheque: int | None = None, bill: str | None = None,
    ) -> None:  # fmt: skip
        """A disbursement with all its steps."""
        if number in self.without:
            return
        method: Literal["cheque", "ach"] = "cheque" if cheque else "ach"
        disbursement_id, entry_id = self.books.id(), self.books.id()
        self.disbursements[number] = disbursement_id
        common: dict[str, Any] = {"trust_account_id": self.account_id, "effective_date": on}
        whom = Personal(subject_id=UUID(int=99), text=payee)
        self._append(
            (self.ledgers[ledger], FundsReserved(**common, disbursement_id=disbursement_id, amount_minor=amount_minor)),
            (
                disbursement_id,
                DisbursementRequested(
                    **common, disbursement_id=disbursement_id, ledger_id=self.ledgers[ledger], amount_minor=amount_minor,
                    payee=whom, payee_contact_id=None, method=method, recipient_account=None, purpose=f"Payment to {payee}",
                    billing_reference_id=self.bills[bill] if bill else None, requested_by=UUID(int=7), payment_hash="00",
                ),
            ),
        )  # fmt: skip
        approved = DisbursementApproved(
            **common, approved_by=UUID(int=8), payment_hash="00", lapses_on=on + timedelta(14), sole_practitioner=False
        )
        self._append((disbursement_id, approved))
        paid = FundsDisbursed(
            **common, entry_id=entry_id, amount_minor=amount_minor, description=f"Payment to {payee}",
            disbursement_id=disbursement_id, payee=whom, method=method, cheque_number=cheque,
            billing_reference_id=self.bills[bill] if bill else None,
        )  # fmt: skip
        self._post(number, ledger, paid)
        released = DisbursementReleased(
            **common, released_by=UUID(int=7), entry_id=entry_id, cheque_number=cheque, recipient_account=None
        )
        self._append((disbursement_id, released))
        if cheque:
            issued = ChequeIssued(
                **common, number=cheque, disbursement_id=disbursement_id, ledger_id=self.ledgers[ledger],
                entry_id=entry_id, amount_minor=amount_minor,
            )  # fmt: skip
            self._append((CHEQUE.stream_id(self.account_id, cheque), issued))
        if bill:
            drawn = BillingReferenceDrawn(effective_date=on, entry_id=entry_id, amount_minor=amount_minor)
            self._append((self.bills[bill], drawn))

    def bill(self, number: str, ledger: str, amount_minor: int, on: date) -> None:
        """An invoice, by reference."""
        self.bills[number] = self.books.id()
        recorded = BillingReferenceRecorded(
            effective_date=on, billing_reference_id=self.bills[number], document="invoice", number=number,
            client_id=self.clients[ledger], matter_id=self.matters[ledger], amount_minor=amount_minor,
            notice_given_on=None, notice_evidence=None,
        )  # fmt: skip
        self._append((self.bills[number], recorded))

    def import_statement(
        self, start: date, end: date, opening_minor: int, lines: list[tuple[int, date, int, str | None]]
    ) -> UUID:
        """A statement: lines as (number, day, signed amount, cheque number)."""
        statement_id = self.books.id()
        stream = bank_statement.KIND.stream_id(self.account_id)
        closing = opening_minor + sum(line[2] for line in lines)
        imported = StatementImported(
            trust_account_id=self.account_id, statement_id=statement_id, sha256=SHA256, filename="september.ofx",
            format="ofx", from_date=start, to_date=end, opening_minor=opening_minor, closing_minor=closing,
            opening_derived=False, line_count=len(lines),
        )  # fmt: skip
        kept = []
        for at, (number, on, amount, cheque) in enumerate(lines, 1):
            self.lines[number] = self.books.id()
            kept.append(
                StatementLine(
                    line_id=self.lines[number], key=f"{end}/{at}", line_number=at, booked_on=on, amount_minor=amount,
                    kind="debit", cheque_number=cheque, bank_reference=None,
                    payee=Personal(subject_id=self.lines[number], text=""),
                    memo=Personal(subject_id=self.lines[number], text=f"line {number}"),
                )
            )  # fmt: skip
        recorded = StatementLinesRecorded(trust_account_id=self.account_id, statement_id=statement_id, lines=tuple(kept))
        self._append((stream, imported), (stream, recorded))
        return statement_id

    def match(self, number: int, line_minor: int, error_minor: int = 0) -> None:
        """One line with one entry."""
        if number not in self.entries:
            return
        accepted = MatchAccepted(
            trust_account_id=self.account_id, match_id=self.books.id(), line_ids=(self.lines[number],),
            entry_ids=(self.entries[number],), lines_minor=line_minor, entries_minor=line_minor + error_minor,
            bank_error_id=self.bank_error_id if error_minor else None, bank_error_minor=error_minor, matched_to=END,
        )  # fmt: skip
        self._append((matching.KIND.stream_id(self.account_id), accepted))
        cheque = {0: 1050, 2: 1051, 7: 1052}.get(number)
        if cheque:
            cleared = ChequeCleared(trust_account_id=self.account_id, effective_date=END, match_id=accepted.match_id)
            self._append((CHEQUE.stream_id(self.account_id, cheque), cleared))

    def _open(self) -> None:
        account = TrustAccountOpened(
            trust_account_id=self.account_id, name="IOLTA-1", bank="First Bank", account_number="000123",
            ownership="pooled", client_id=None, currency="USD", opened_on=date(2026, 8, 1),
            statement_balance_minor=1_880_000,
        )  # fmt: skip
        self._append((self.account_id, account))
        for letter, opening in (("A", 500_000), ("B", 1_290_000), ("C", 0), ("D", 80_000)):
            self._open_client(letter)
            if opening:
                self.receive(-1, letter, opening, date(2026, 8, 1), instrument="opening")
        for name, purpose in (("FIRM", LedgerPurpose.FIRM_RESERVE), ("INT", LedgerPurpose.INTEREST_PAYABLE)):
            ledger = TrustLedgerOpened(
                trust_account_id=self.account_id, purpose=purpose, client_id=None, matter_id=None, currency="USD"
            )
            self.ledgers[name] = trust_ledger.KIND.stream_id(self.account_id, purpose, None, None)
            self._append((self.ledgers[name], ledger))
        self.receive(-1, "FIRM", 10_000, date(2026, 8, 1), instrument="opening")

    def _open_client(self, letter: str) -> None:
        client, matter = self.books.id(), self.books.id()
        self.clients[letter], self.matters[letter] = client, matter
        name = Personal(subject_id=client, text=f"Client {letter}")
        self._append(
            (
                client,
                ContactAdded(
                    contact_id=client, form="person", name=name, aliases=(), roles=("client",), addresses=(), emails=(),
                    phones=(),
                ),
            ),
            (
                matter,
                MatterOpened(
                    matter_id=matter, number=f"2026-{letter}", client_id=client,
                    description=Personal(subject_id=client, text=f"Matter {letter}"),
                    practice_area=None, responsible_attorney_id=None, originating_attorney_id=None, status="open",
                    opened_on=date(2026, 8, 1),
                ),
            ),
        )  # fmt: skip
        ledger = TrustLedgerOpened(
            trust_account_id=self.account_id,
            purpose=LedgerPurpose.CLIENT,
            client_id=client,
            matter_id=matter,
            currency="USD",
        )
        self.ledgers[letter] = trust_ledger.KIND.stream_id(self.account_id, LedgerPurpose.CLIENT, client, matter)
        attached = TrustLedgerAttached(ledger_id=self.ledgers[letter])
        self._append((self.ledgers[letter], ledger), (matter, attached))

    def _live(self) -> None:
        self.pay(0, "B", 40_000, AUGUST_28, "Court reporter", cheque=1050)
        self.receive(1, "A", 250_000, day(2), description="Retainer")
        self.pay(2, "B", 320_000, day(5), "Expert", cheque=1051)
        self.receive(3, "C", 4_000_000, day(8), description="Settlement", available_on=day(15))
        self.bill("Inv 1001", "A", 185_000, day(10))
        self.pay(5, "A", 185_000, day(15), "The firm", bill="Inv 1001")
        self.bill("Inv 1002", "C", 1_333_333, day(16))
        self.pay(6, "C", 1_333_333, day(18), "The firm", bill="Inv 1002")
        self.pay(7, "C", 2_450_000, day(18), "Client C", cheque=1052)
        self.pay(8, "C", self.lienholder_minor, day(18), "Lienholder", cheque=1053)
        self.receive(9, "D", 100_000, day(21), description="Client cheque", instrument="cheque")
        common: dict[str, Any] = {"trust_account_id": self.account_id}
        returned = DepositReturned(
            **common, effective_date=day(25), entry_id=self.books.id(), amount_minor=100_000, description="NSF",
            returned_entry_id=self.entries[9],
        )  # fmt: skip
        self._post(10, "D", returned)
        for number, amount, on, words in ((11, 1_200, day(25), "NSF fee"), (14, 1_500, END, "Service charge")):
            charge = BankChargeTaken(
                **common, effective_date=on, entry_id=self.books.id(), amount_minor=amount, description=words
            )
            self._post(number, "FIRM", charge)
        self.pay(12, self.court_fee_from, 15_000, day(29), "Court", cheque=1054)
        self.receive(13, "B", 150_000, END, description="Deposit", instrument="cheque")
        interest = InterestCredited(
            **common, effective_date=END, entry_id=self.books.id(), amount_minor=742, description="Interest"
        )
        self._post(15, "INT", interest)

    def _import(self) -> None:
        self.statement_id = self.import_statement(
            day(1),
            END,
            1_880_000,
            [
                (1, day(3), 250_000, None), (3, day(9), 4_000_000, None), (0, day(10), -40_000, "1050"),
                (2, day(11), -322_000, "1051"), (5, day(15), -185_000, None), (6, day(18), -1_333_333, None),
                (7, day(22), -2_450_000, "1052"), (9, day(22), 100_000, None), (10, day(25), -100_000, None),
                (11, day(25), -1_200, None), (14, END, -1_500, None), (15, END, 742, None),
            ],
        )  # fmt: skip

    def _match(self) -> None:
        self.bank_error_id = self.books.id()
        error = TrustExceptionOpened(
            trust_account_id=self.account_id, effective_date=day(11), exception_id=self.bank_error_id,
            cause=ExceptionCause.BANK_ERROR, ledger_id=None, entry_id=None, line_id=None, amount_minor=2_000,
            due_on=day(30), evidence="Cheque 1051 was paid as 3,220.00",
        )  # fmt: skip
        self._append((self.bank_error_id, error))
        for number, amount, wrong in (
            (0, -40_000, 0), (1, 250_000, 0), (2, -322_000, 2_000), (3, 4_000_000, 0), (5, -185_000, 0),
            (6, -1_333_333, 0), (7, -2_450_000, 0), (9, 100_000, 0), (10, -100_000, 0), (11, -1_200, 0),
            (14, -1_500, 0), (15, 742, 0),
        ):  # fmt: skip
            self.match(number, amount, wrong)

    def _post(self, number: int, ledger: str, event: Event) -> None:
        if number in self.without:
            return
        self.entries[number] = event.entry_id  # type: ignore[attr-defined] # only entries are posted
        self._append((self.ledgers[ledger], event))

    def _append(self, *facts: tuple[UUID, Event]) -> None:
        self.books.append(*facts)


@contextmanager
def lived(database_url: str, **different: Any) -> Iterator[tuple[Database, September]]:
    """A database in which September was lived, not yet folded."""
    with opened(database_url) as (database, books):
        yield database, September(books, **different)


@contextmanager
def folded(database: Database) -> Iterator[Reader]:
    """All read models, carried to the end of the log, and a reader on 5 October 2026."""
    fold(database)
    with database.readers.connection() as connection:
        yield Reader(connection, SCHEMA, TODAY)


def fold(database: Database, stop: int | None = None) -> None:
    """Carry all read models to the end of the log, or to a position."""
    with database.projectors.connection() as connection:
        engine = Engine(SCHEMA, PROJECTIONS, holder="tests")
        engine.prepare(connection)
        engine.catch_up(connection, stop=stop)
        assert engine.parked(connection) == []


def superuser_of(database: Database) -> Connection[Any]:
    """Someone who may alter read models behind our back."""
    return Connection.connect(database.conninfo, autocommit=True)


__all__ = ["END", "SCHEMA", "TODAY", "FundsReceived", "September", "day", "fold", "folded", "lived", "superuser_of"]
