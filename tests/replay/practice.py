"""A practice whose books are kept by real commands, so that every rule of theirs was asked."""

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from aggregates.permissions import Role
from aggregates.reconciliation import Figures
from commands import establish_firm
from commands.add_contact import AddContact
from commands.approve_disbursement import ApproveDisbursement
from commands.catalogue import COMMANDS
from commands.clear_funds import ClearFunds
from commands.cure_exception import CureException
from commands.dispatch import Edge, Request, execute
from commands.event_log.database import Database
from commands.open_matter import OpenMatter
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.place_hold import PlaceHold
from commands.prepare_reconciliation import PrepareReconciliation
from commands.receive_funds import ReceiveFunds
from commands.record_bank_charge import RecordBankCharge
from commands.record_billing_reference import RecordBillingReference
from commands.record_interest import RecordInterest
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.release_disbursement import ReleaseDisbursement
from commands.release_hold import ReleaseHold
from commands.request_disbursement import RequestDisbursement
from commands.sign_reconciliation import SignReconciliation
from commands.top_up_reserve import TopUpReserve
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.undo_disbursement import UndoDisbursement
from commands.work import Asker, Command
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from replay.checkpoints import SignedCheckpoint, sign_head
from replay.pinned_roots import root_at
from replay.signed_note import Signer
from replay.verify import VerifyReport, verify

SCHEMA = "firm_demo"
PARTNER, SECOND, BOOKKEEPER = UUID(int=1), UUID(int=2), UUID(int=3)
_ROLES = {PARTNER: Role.PARTNER, SECOND: Role.PARTNER, BOOKKEEPER: Role.BOOKKEEPER}
_BY_CLASS = {listed.command: listed for listed in COMMANDS.values()}
_BY_CLASS[establish_firm.EstablishFirm] = next(iter(COMMANDS.values()))
FIRST = date(2026, 8, 3)
_FIRM = "Ashby & Reyes"


class Practice:
    """Two partners and a bookkeeper; the clock stands at noon of `today`."""

    def __init__(self, database: Database, folder: Path, slug: str = "demo", *, found: bool = False) -> None:
        self.database = database
        self.slug = slug
        self._ids = itertools.count((int.from_bytes(slug.encode()) << 40) + (found << 32))
        self._keys = itertools.count(10_000 * found + 1)
        self.log = database.firm(slug) if found else database.create_firm(slug, self._new_id())
        self.today = date(2026, 9, 25) if found else FIRST
        self.signer = Signer.at(folder / f"{slug}.key", f"muniment/{slug}")
        self.file = folder / f"{slug}.checkpoints"
        if not found:
            self._establish()

    def does(self, command: Command, who: UUID = BOOKKEEPER) -> dict[str, Any]:
        """Carry it out; each with a key of its own. Raises any Refusal."""
        return self._does(command, who, _BY_CLASS[type(command)].handle)

    def open_account(self) -> UUID:
        """A pooled account, its reserve topped up."""
        number = str(self.log.size())
        opened = OpenTrustAccount(name="IOLTA-1", bank="First Bank", account_number=number, opened_on=FIRST)
        account_id = UUID(self.does(opened, PARTNER)["trust_account_id"])
        self.does(
            TopUpReserve(trust_account_id=account_id, amount_minor=100_00, effective_date=FIRST, description="Bank charges")
        )
        return account_id

    def open_ledger(self, account_id: UUID, client_id: UUID | None = None) -> tuple[UUID, UUID, UUID]:
        """A ledger for a new matter; (ledger, client, matter)."""
        client_id = client_id or UUID(self.does(AddContact(name="Ada Client"))["contact_id"])
        matter_id = UUID(self.does(OpenMatter(client_id=client_id, description="Lease"))["matter_id"])
        ledger = self.does(OpenTrustLedger(trust_account_id=account_id, matter_id=matter_id))
        return UUID(ledger["ledger_id"]), client_id, matter_id

    def receive(self, ledger_id: UUID, amount_minor: int, instrument: Literal["wire", "cheque"] = "wire") -> UUID:
        """Money in today."""
        received = ReceiveFunds(
            ledger_id=ledger_id, amount_minor=amount_minor, effective_date=self.today, instrument=instrument,
            payer="Ada Client", description="Retainer",
        )  # fmt: skip
        return UUID(self.does(received)["entry_id"])

    def pay(self, ledger_id: UUID, amount_minor: int, *, cheque: int | None = None, bill: UUID | None = None) -> UUID:
        """Ask, approve, release; returns the disbursement."""
        asked = RequestDisbursement(
            ledger_id=ledger_id, amount_minor=amount_minor, effective_date=self.today,
            payee=_FIRM if bill else "Imogen Falk",
            method="cheque" if cheque else "ach", purpose="Expert's report", billing_reference_id=bill,
            recipient_account=None if cheque else "First Bank, ending 0417",
        )  # fmt: skip
        disbursement_id = UUID(self.does(asked)["disbursement_id"])
        self.does(ApproveDisbursement(disbursement_id=disbursement_id), PARTNER)
        released = ReleaseDisbursement(disbursement_id=disbursement_id, effective_date=self.today, cheque_number=cheque)
        self.does(released)
        return disbursement_id

    def live(self) -> tuple[UUID, UUID]:
        """Two months on one account with everything a rule speaks of; returns the account and its first ledger."""
        account_id = self.open_account()
        (first, client, matter), (second, _, _) = self.open_ledger(account_id), self.open_ledger(account_id)
        sister, _, _ = self.open_ledger(account_id, client)
        self.receive(first, 5_000_00)
        self.receive(second, 3_000_00)
        self.today = date(2026, 8, 20)
        self.pay(first, 1_200_00, cheque=101)
        hold = self.does(PlaceHold(ledger_id=second, amount_minor=500_00, purpose="Lien", effective_date=self.today))
        self.does(ReleaseHold(ledger_id=second, hold_id=hold["hold_id"], effective_date=self.today))
        transfer = TransferBetweenLedgers(
            from_ledger_id=first, to_ledger_id=sister, amount_minor=300_00, effective_date=self.today,
            authority="Letter of 19 August", description="Other matter",
        )  # fmt: skip
        self.does(transfer, PARTNER)
        bill = RecordBillingReference(
            number="1001", client_id=client, matter_id=matter, amount_minor=800_00, issued_on=self.today
        )
        bill_id = UUID(self.does(bill)["billing_reference_id"])
        self.today = date(2026, 9, 1)
        self.pay(first, 600_00, bill=bill_id)
        self.reconcile(account_id, date(2026, 8, 31))
        voided = self.pay(second, 400_00, cheque=102)
        self.does(UndoDisbursement(disbursement_id=voided, why="Lost in the post"))
        self._facts_of_the_bank(account_id, second)
        return account_id, first

    def reconcile(self, account_id: UUID, period_end: date) -> None:
        """Prepared by the bookkeeper, signed by a partner; the figures are those of the books."""
        with self.database.readers.connection() as connection:
            self.project()
            row = connection.execute(
                f"SELECT coalesce(sum(effect_minor), 0)::bigint FROM {self.log.schema}.sub_ledger_entries "
                "WHERE trust_account_id = %s AND effective_date <= %s",
                (account_id, period_end),
            ).fetchone()
        total = row[0] if row else 0
        named = [self._keep(f"{kind} of {period_end}") for kind in ("statement", "artefact")]
        figures = Figures(
            statement_minor=total, deposits_in_transit_minor=0, outstanding_disbursements_minor=0, bank_errors_minor=0,
            adjusted_bank_minor=total, book_minor=total, ledgers_minor=total, positive_ledgers_minor=total,
            negative_ledgers=0, unexplained_lines=0, stale_items_without_note=0,
        )  # fmt: skip
        prepared = PrepareReconciliation(
            trust_account_id=account_id, period_end=period_end, statement_id=self._new_id(), statement_sha256=named[0],
            figures=figures, position=self.log.size(), tree_root=self._root(), artefact_sha256=named[1],
        )  # fmt: skip
        key = UUID(self.does(prepared)["reconciliation_id"])
        self.does(SignReconciliation(reconciliation_id=key, current=True), SECOND)

    def _keep(self, words: str) -> str:
        """Keep a file; returns its hash."""
        self.log.keep_document(words.encode(), media="text/plain", filename=f"{words}.txt")
        return hashlib.sha256(words.encode()).hexdigest()

    def project(self) -> None:
        """Carry the read models to the end of the log."""
        engine = Engine(self.log.schema, PROJECTIONS, holder="tests")
        with self.database.projectors.connection() as connection:
            engine.prepare(connection)
            engine.catch_up(connection)

    def sign(self) -> SignedCheckpoint:
        """Sign the head."""
        signed = sign_head(self.database, self.slug, self.signer, self.file, datetime(2026, 10, 1, tzinfo=UTC))
        assert signed is not None
        return signed

    def verify(self, account_id: UUID | None = None) -> VerifyReport:
        """Everything, with key and file."""
        return verify(
            self.database, self.slug, PROJECTIONS, trust_account_id=account_id, checkpoint_file=self.file,
            vkey=self.signer.verifier.vkey,
        )  # fmt: skip

    def _establish(self) -> None:
        firm = establish_firm.EstablishFirm(
            firm_id=self._new_id(),
            name=_FIRM,
            jurisdiction="us-aba",
            base_currency="USD",
            time_zone="America/New_York",
        )
        self._does(firm, PARTNER, establish_firm.handle)

    def _facts_of_the_bank(self, account_id: UUID, ledger_id: UUID) -> None:
        self.today = date(2026, 9, 21)
        deposit = self.receive(ledger_id, 1_000_00, "cheque")
        self.today = date(2026, 9, 25)
        self.does(ClearFunds(ledger_id=ledger_id, entry_id=deposit, effective_date=self.today, evidence="Bank's word"))
        self.pay(ledger_id, 3_500_00)
        returned = RecordReturnedDeposit(
            ledger_id=ledger_id, entry_id=deposit, effective_date=self.today, evidence="Returned NSF"
        )
        exception_id = self.does(returned)["exception_id"]
        assert exception_id is not None
        cure = CureException(
            exception_id=exception_id, effective_date=self.today, how="Paid in by the firm", replace_minor=500_00
        )
        self.does(cure)
        charge = RecordBankCharge(
            trust_account_id=account_id, amount_minor=12_00, effective_date=self.today, description="NSF fee"
        )
        self.does(charge)
        self.does(
            RecordInterest(trust_account_id=account_id, amount_minor=7_42, effective_date=self.today, description="Interest")
        )

    def _does(self, command: Command, who: UUID, handle: Any) -> dict[str, Any]:
        now = datetime.combine(self.today, datetime.min.time(), UTC).replace(hour=16)
        edge = Edge(lambda: now, self._new_id, lambda: f"{next(self._keys):032x}", UTC)
        request = Request(Asker(who, frozenset({_ROLES[who]}), "tests"), key=f"key-{next(self._keys)}")
        return execute(self.log, edge, request, command, handle, _BY_CLASS[type(command)].permission).result

    def _root(self) -> str:
        with self.database.readers.connection() as connection:
            return root_at(connection, self.log.schema, self.log.size())

    def _new_id(self) -> UUID:
        return UUID(int=next(self._ids))


@contextmanager
def practice(database_url: str, folder: Path, *, found: bool = False) -> Iterator[Practice]:
    """A migrated database with one firm, new or found there."""
    with Database(database_url) as database:
        database.migrate()
        yield Practice(database, folder, found=found)
