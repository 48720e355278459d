"""Facts that no command would have written, chained and hashed as they should be: only the rules themselves find them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aggregates import cheque, disbursement, trust_ledger
from aggregates.bank_statement import KIND as BANK_STATEMENT
from aggregates.bank_statement import StatementImported
from aggregates.billing_reference import BillDisputed, BillingReferenceDrawn, DisputeResolved, FeesGivenBack
from aggregates.cheque import ChequeIssued
from aggregates.disbursement import DisbursementApproved, DisbursementReleased
from aggregates.event import Actor, Event, Personal
from aggregates.firm import STREAM as FIRM
from aggregates.firm import FirmPolicyTightened, JurisdictionPackAdopted
from aggregates.matching import KIND as MATCHING
from aggregates.matching import MatchAccepted
from aggregates.matter import MatterClosed
from aggregates.permissions import Role
from aggregates.reconciliation import ReconciliationReviewed
from aggregates.trust_account import PeriodSealed
from aggregates.trust_exception import ExceptionCause, TrustExceptionCured, TrustExceptionOpened
from aggregates.trust_ledger_events import (
    BankChargeTaken,
    DepositReturned,
    EntryReversed,
    FundsDisbursed,
    FundsReceived,
    FundsReserved,
    InterestCredited,
    LedgerPurpose,
    PurposeHoldPlaced,
    ReserveToppedUp,
    RestoredDeposit,
    ShortageCured,
    TransferredIn,
    TransferredOut,
    TrustLedgerOpened,
)
from aggregates.user import AccessTokenIssued, UserAdded
from commands.event_log.log import Verdict, decision_of
from commands.event_log.mapper import NewEvent
from tests.replay.practice import BOOKKEEPER, PARTNER, Practice, practice

TODAY = date(2026, 9, 28)
_ACTOR = Actor(user_id=PARTNER, role="partner", program="tests", policy_version=1)
Facts = list[tuple[UUID, Event]]


@dataclass
class Forger:
    """Somebody who writes to the log itself, and knows how."""

    firm: Practice
    account_id: UUID
    ledger_id: UUID
    _next: int = 1 << 100

    def id(self) -> UUID:
        self._next += 1
        return UUID(int=self._next)

    def named(self, purpose: LedgerPurpose) -> UUID:
        return trust_ledger.KIND.stream_id(self.account_id, purpose, None, None)

    def post(self, kind: Any, amount_minor: int, on: date = TODAY, **others: Any) -> Any:
        """An entry."""
        known = {"trust_account_id": self.account_id, "effective_date": on, "entry_id": self.id()}
        return kind(**{**known, "amount_minor": amount_minor, "description": "Forged", **others})

    def receipt(self, amount_minor: int, on: date = TODAY) -> FundsReceived:
        payer = Personal(subject_id=self.id(), text="Somebody")
        others = {
            "payer": payer,
            "reference": None,
            "deposit_slip": None,
            "available_on": on,
            "instrument": "wire",
            "makes_good": None,
        }
        received: FundsReceived = self.post(FundsReceived, amount_minor, on, **others)
        return received

    def payment(
        self,
        amount_minor: int,
        payee: str = "Imogen Falk",
        *,
        approver: UUID = PARTNER,
        requester: UUID = BOOKKEEPER,
        changed: bool = False,
        paid_on: date = TODAY,
        account: str = "0417",
        bill: UUID | None = None,
        lapses_on: date = date(2026, 10, 12),
    ) -> tuple[Facts, Facts]:
        """A payment asked for and approved, and then paid."""
        key, name = self.id(), Personal(subject_id=self.id(), text="Imogen Falk")
        asked = disbursement.request(
            disbursement_id=key, account_id=self.account_id, ledger_id=self.ledger_id, amount_minor=amount_minor, payee=name,
            payee_contact_id=None, method="wire", purpose="Expert", billing_reference_id=bill, by=requester, on=TODAY,
            recipient_account="0417",
        )  # fmt: skip
        paid_to = Personal(subject_id=name.subject_id, text=payee)
        asked = asked.model_copy(update={"payee": paid_to})
        asked = asked.model_copy(update={"payment_hash": disbursement.hash_of(asked)})
        common = {"trust_account_id": self.account_id, "effective_date": TODAY}
        approved = DisbursementApproved(
            **common, approved_by=approver, payment_hash=asked.payment_hash, lapses_on=lapses_on,
            sole_practitioner=False,
        )  # fmt: skip
        paid = self.post(
            FundsDisbursed, amount_minor + changed, paid_on, disbursement_id=key, payee=paid_to, method="wire",
            cheque_number=None, billing_reference_id=bill,
        )  # fmt: skip
        released = DisbursementReleased(
            **common,
            released_by=BOOKKEEPER,
            entry_id=paid.entry_id,
            cheque_number=None,
            recipient_account=Personal(subject_id=name.subject_id, text=account),
        )
        return [(key, asked)], [(key, approved), (self.ledger_id, paid), (key, released)]

    def write(self, *facts: tuple[UUID, Event], by: UUID = PARTNER, token: UUID | None = None) -> int:
        """Append, the chain and the tree as they should be; returns the last position."""
        versions: dict[UUID, int] = {}
        new, command = [], self.id()
        for stream_id, event in facts:
            known = versions.get(stream_id)
            if known is None:
                known = max((one.version for one in self.firm.log.stream(stream_id)), default=0)
            versions[stream_id] = known + 1
            new.append(
                NewEvent(
                    id=self.id(), stream_id=stream_id, version=known + 1, recorded_at=datetime(2026, 9, 28, 12, tzinfo=UTC),
                    actor=_ACTOR.model_copy(update={"user_id": by, "token_id": token}), command_id=command,
                    correlation_id=command, causation_id=None, reason=None, salt="00" * 16, event=event,
                )
            )  # fmt: skip
        verdict, position = self.firm.log.append(decision_of(new))
        assert verdict is Verdict.APPENDED
        return position


def _paid(forger: Forger, amount_minor: int, **how: Any) -> None:
    asked, paid = forger.payment(amount_minor, **how)
    forger.write(*asked, by=how.get("requester", BOOKKEEPER))
    forger.write(*paid)


def _one(kind: Any, amount_minor: int, purpose: LedgerPurpose | None = None, **others: Any) -> Callable[[Forger], object]:
    def write(forger: Forger) -> None:
        given = {name: value(forger) if callable(value) else value for name, value in others.items()}
        stream = forger.named(purpose) if purpose else forger.ledger_id
        forger.write((stream, forger.post(kind, amount_minor, **given)))

    return write


def _earmark(kind: Any, **others: Any) -> Callable[[Forger], object]:
    return lambda forger: forger.write(
        (forger.ledger_id, kind(trust_account_id=forger.account_id, effective_date=TODAY, **others))
    )


def _back_dated(forger: Forger) -> None:
    """On its own day there was not as much; today there is."""
    forger.write((forger.ledger_id, forger.receipt(1_000_00, date(2026, 9, 27))))
    early = forger.post(
        TransferredOut, 3_500_00, date(2026, 9, 5), transfer_id=forger.id(), to_ledger_id=forger.id(), authority="None"
    )
    forger.write((forger.ledger_id, early))


def _given_back_too_much(forger: Forger) -> None:
    _paid(forger, 100)
    given = forger.receipt(90_000_00).model_copy(update={"makes_good": "What was taken"})
    forger.write((forger.ledger_id, given))


def _to_another(forger: Forger) -> None:
    other, _, _ = forger.firm.open_ledger(forger.account_id)
    transfer: dict[str, Any] = {"transfer_id": forger.id(), "authority": "None"}
    out = forger.post(TransferredOut, 100, to_ledger_id=other, **transfer)
    into = forger.post(TransferredIn, 100, from_ledger_id=forger.ledger_id, **transfer)
    forger.write((forger.ledger_id, out), (other, into))


def _cheque_again(forger: Forger) -> None:
    issued = ChequeIssued(
        trust_account_id=forger.account_id, effective_date=TODAY, number=101, disbursement_id=forger.id(),
        ledger_id=forger.ledger_id, entry_id=forger.id(), amount_minor=5,
    )  # fmt: skip
    forger.write((forger.id(), issued))


def _drawn_too_far(forger: Forger) -> None:
    key = next(one.stream_id for one in forger.firm.log.read() if one.topic == "billing-reference/recorded")
    forger.write((UUID(key), BillingReferenceDrawn(effective_date=TODAY, entry_id=forger.id(), amount_minor=300_00)))


def _settled_for_more(forger: Forger) -> None:
    key = next(one.stream_id for one in forger.firm.log.read() if one.topic == "billing-reference/recorded")
    forger.write((UUID(key), DisputeResolved(effective_date=TODAY, how="Never disputed", reduced_minor=1)))


def _given_back_for_nothing(forger: Forger) -> None:
    key = next(one.stream_id for one in forger.firm.log.read() if one.topic == "billing-reference/recorded")
    forger.write((UUID(key), FeesGivenBack(effective_date=TODAY, entry_id=forger.id(), amount_minor=1, how="By cheque")))


def _disputed_as_paid(forger: Forger) -> None:
    key = next(one.stream_id for one in forger.firm.log.read() if one.topic == "billing-reference/recorded")
    forger.write((UUID(key), BillDisputed(effective_date=TODAY, amount_minor=1, paid_minor=1, why="Hours")))


def _billed_by_the_firm(forger: Forger) -> None:
    key = UUID(next(one.stream_id for one in forger.firm.log.read() if one.topic == "billing-reference/recorded"))
    asked, ((_, approved), (_, paid), (_, released)) = forger.payment(100, bill=key)
    forger.write(*asked, by=BOOKKEEPER)
    assert isinstance(paid, FundsDisbursed)
    drawn = BillingReferenceDrawn(effective_date=TODAY, entry_id=paid.entry_id, amount_minor=100)
    one = asked[0][0]
    forger.write((one, approved), (key, drawn), (forger.ledger_id, paid), (one, released))


def _reserve_to_a_stranger(forger: Forger) -> None:
    forger.ledger_id = forger.named(LedgerPurpose.FIRM_RESERVE)
    forger.write((forger.ledger_id, forger.post(ReserveToppedUp, 100)))
    _paid(forger, 100)


def _approved_by_payee(forger: Forger) -> None:
    falk = forger.id()
    name = Personal(subject_id=falk, text="Falk, I.")
    added = UserAdded(user_id=falk, name=name, email=name, roles=(Role.PARTNER,), contact_id=None)
    forger.write((falk, added))
    asked, paid = forger.payment(100, approver=falk)
    forger.write(*asked, by=BOOKKEEPER)
    forger.write(*paid, by=falk)


def _large_with_one_approval(forger: Forger) -> None:
    """Nobody is on record as practising alone."""
    forger.write((forger.ledger_id, forger.receipt(20_000_00)))
    _paid(forger, 12_000_00)


def _large_in_two(forger: Forger, **how: Any) -> None:
    forger.write((forger.ledger_id, forger.receipt(20_000_00)))
    _paid(forger, 6_000_00)
    _paid(forger, 4_000_01, **how)


def _another_deposit_restored(forger: Forger) -> None:
    """A return is undone, and another deposit than the one that came back stands again by it."""
    one, other = forger.receipt(5), forger.receipt(5)
    back = forger.post(DepositReturned, 5, returned_entry_id=one.entry_id)
    undone = forger.post(
        EntryReversed, 5, reverses_entry_id=back.entry_id, effect="increase", bank_charge=False,
        restores=RestoredDeposit(entry_id=other.entry_id, available_on=TODAY),
    )  # fmt: skip
    forger.write(*((forger.ledger_id, event) for event in (one, other, back, undone)))


def _restored_too_early(forger: Forger) -> None:
    """A deposit that was not collected stands again as one that is."""
    held = forger.receipt(5).model_copy(update={"available_on": date(2026, 10, 5)})
    back = forger.post(DepositReturned, 5, returned_entry_id=held.entry_id)
    undone = forger.post(
        EntryReversed, 5, reverses_entry_id=back.entry_id, effect="increase", bank_charge=False,
        restores=RestoredDeposit(entry_id=held.entry_id, available_on=TODAY),
    )  # fmt: skip
    forger.write(*((forger.ledger_id, event) for event in (held, back, undone)))


def _days_left_out(forger: Forger) -> None:
    """A period is signed of which days are on no statement, with no word why."""
    forger.firm.log.keep_document(b"days", media="text/plain", filename="b.ofx")
    sha256 = hashlib.sha256(b"days").hexdigest()
    statements = [
        StatementImported(
            trust_account_id=forger.account_id, statement_id=forger.id(), sha256=sha256, filename="b.ofx", format="ofx",
            from_date=date(2026, 9, first), to_date=date(2026, 9, last), opening_minor=0, closing_minor=0,
            opening_derived=False, line_count=0,
        )
        for first, last in ((1, 5), (13, 20))
    ]  # fmt: skip
    forger.write(*((BANK_STATEMENT.stream_id(forger.account_id), one) for one in statements))
    forger.firm.reconcile(forger.account_id, date(2026, 9, 20))


def _closed(forger: Forger) -> None:
    key = next(one.stream_id for one in forger.firm.log.read() if one.topic == "matter/opened")
    forger.write((UUID(key), MatterClosed(closed_on=TODAY, why="Done")))


def _closed_too_early(forger: Forger) -> None:
    """Nothing is left today; on the day that the closing names, there was."""
    ledger_id, _, matter_id = forger.firm.open_ledger(forger.account_id)
    received = forger.receipt(5)
    back = forger.post(EntryReversed, 5, reverses_entry_id=received.entry_id, effect="decrease", bank_charge=False)
    forger.write((ledger_id, received), (ledger_id, back))
    forger.write((matter_id, MatterClosed(closed_on=date(2026, 9, 1), why="Done")))


def _other_natural_key(forger: Forger) -> None:
    opened = TrustLedgerOpened(
        trust_account_id=forger.account_id, purpose=LedgerPurpose.CLIENT, client_id=None, matter_id=None, currency="USD"
    )
    forger.write((forger.id(), opened))


def _cured_while_short(forger: Forger) -> None:
    key, reserve = forger.id(), forger.named(LedgerPurpose.FIRM_RESERVE)
    opened = TrustExceptionOpened(
        trust_account_id=forger.account_id, effective_date=TODAY, exception_id=key, cause=ExceptionCause.RESERVE_SHORT,
        ledger_id=reserve, entry_id=None, line_id=None, amount_minor=-1, due_on=TODAY, evidence="x",
    )  # fmt: skip
    cured = TrustExceptionCured(trust_account_id=forger.account_id, effective_date=TODAY, how="Not at all", entry_id=None)
    forger.write((reserve, forger.post(BankChargeTaken, 900_00)), (key, opened), (key, cured))


def _token(forger: Forger, *, issued_by: UUID) -> UUID:
    """A token of the partner."""
    token = AccessTokenIssued(
        user_id=PARTNER, token_id=forger.id(), token_sha256="ab" * 32, holder="person", label="Forged", role=None,
        expires_at=datetime(2026, 12, 1, tzinfo=UTC), issued_by=PARTNER,
    )  # fmt: skip
    forger.write((PARTNER, token), by=issued_by)
    return token.token_id


def _approved_in_two_hands(forger: Forger) -> None:
    """Who asks for the payment issued the token that it is approved with."""
    asked, paid = forger.payment(100)
    token = _token(forger, issued_by=BOOKKEEPER)
    forger.write(*asked, by=BOOKKEEPER)
    forger.write(*paid, token=token)


def _reviewed_in_two_hands(forger: Forger) -> None:
    reviewed = ReconciliationReviewed(trust_account_id=forger.account_id, reviewed_by=PARTNER, note=None)
    forger.write((forger.id(), reviewed), token=_token(forger, issued_by=BOOKKEEPER))


FORGED: dict[str, tuple[str, Callable[[Forger], object]]] = {
    "a payment over the balance": ("T1", lambda forger: _paid(forger, 9_000_00)),
    "a back-dated payment": ("T1", _back_dated),
    "a charge below zero with no exception": ("T1", _one(BankChargeTaken, 900_00, LedgerPurpose.FIRM_RESERVE)),
    "an exception cured while short": ("T1", _cured_while_short),
    "a hold of more than there is": (
        "T3", _earmark(PurposeHoldPlaced, hold_id=UUID(int=1), purpose="-", amount_minor=10**9)),
    "a promise of more than there is": ("T3", _earmark(FundsReserved, disbursement_id=UUID(int=1), amount_minor=10**9)),
    "a transfer to another client": ("T4", _to_another),
    "a transfer that arrives nowhere": ("T4", _one(TransferredOut, 1, transfer_id=Forger.id, to_ledger_id=Forger.id,
                                                   authority="None")),
    "a reserve over its cap": ("T5", _one(ReserveToppedUp, 10**7, LedgerPurpose.FIRM_RESERVE)),
    "a shortage that was none": ("T5", _one(ShortageCured, 5, exception_id=Forger.id)),
    "more given back than was paid out": ("T5", _given_back_too_much),
    "a bill drawn too far": ("T7", _drawn_too_far),
    "a bill settled for more than was disputed": ("T7", _settled_for_more),
    "fees given back that were not owed back": ("T7", _given_back_for_nothing),
    "a dispute that says what is unpaid was paid": ("T7", _disputed_as_paid),
    "the firm's bill paid to a stranger": ("T7", _billed_by_the_firm),
    "the reserve paid to a stranger": ("T5", _reserve_to_a_stranger),
    "a payment approved by its payee": ("T15", _approved_by_payee),
    "the firm paying itself": ("T7", lambda forger: _paid(forger, 100, payee="Ashby & Reyes")),
    "a charge on a client": ("T8", _one(BankChargeTaken, 100)),
    "money out with nobody asking": ("T9", _one(
        FundsDisbursed, 100, disbursement_id=Forger.id, payee=Personal(subject_id=UUID(int=5), text="Imogen Falk"),
        method="wire", cheque_number=None, billing_reference_id=None)),
    "money to cash": ("T9", lambda forger: _paid(forger, 100, payee="Cash")),
    "another amount than was approved": ("T9", lambda forger: _paid(forger, 100, changed=True)),
    "a payment before it was asked for": ("T9", lambda forger: _paid(forger, 100, paid_on=date(2026, 9, 27))),
    "a transfer to another account": ("T9", lambda forger: _paid(forger, 100, account="0666")),
    "an entry on no ledger": ("T10", lambda forger: forger.write((forger.id(), forger.receipt(5)))),
    "a ledger of nobody": ("T10", _other_natural_key),
    "interest to a client": ("T10", _one(InterestCredited, 5)),
    "an entry undone that never was": (
        "T11", _one(EntryReversed, 5, reverses_entry_id=Forger.id, effect="increase", bank_charge=False)),
    "a deposit returned that never was": ("T11", _one(DepositReturned, 5, returned_entry_id=Forger.id)),
    "another deposit restored than came back": ("T11", _another_deposit_restored),
    "a deposit restored as collected that was not": ("T11", _restored_too_early),
    "a receipt in a signed period": (
        "T12", lambda forger: forger.write((forger.ledger_id, forger.receipt(5, date(2026, 8, 31))))),
    "a match in a signed period": ("T12", lambda forger: forger.write((MATCHING.stream_id(forger.account_id), MatchAccepted(
        trust_account_id=forger.account_id, match_id=forger.id(), line_ids=(forger.id(),), entry_ids=(forger.id(),),
        lines_minor=5, entries_minor=5, bank_error_id=None, bank_error_minor=0, matched_to=date(2026, 9, 1),
        counts_from=date(2026, 8, 31))))),
    "a period sealed that nobody signed": ("T12", lambda forger: forger.write((forger.account_id, PeriodSealed(
        trust_account_id=forger.account_id, reconciliation_id=forger.id(), period_end=date(2026, 9, 25))))),
    "a period signed with days left out": ("T12", _days_left_out),
    "a cheque number again": ("T13", _cheque_again),
    "a closed matter with money": ("T14", _closed),
    "a matter closed before its money left": ("T14", _closed_too_early),
    "a payment approved by who asked": (
        "T15", lambda forger: _paid(forger, 100, approver=PARTNER, requester=PARTNER)),
    "a large payment with one approval": ("T15", _large_with_one_approval),
    "an approval that lapsed the day before": ("T15", lambda forger: _paid(forger, 100, lapses_on=date(2026, 9, 27))),
    "a large payment in two": ("T15", _large_in_two),
    "a large payment in two, of two dates": ("T15", lambda forger: _large_in_two(forger, paid_on=date(2026, 9, 29))),
    "an approval in another's name": ("T15", lambda forger: _paid(forger, 100, approver=UUID(int=99))),
    "an approval with a token that its requester issued": ("T15", _approved_in_two_hands),
    "a review with a token that somebody else issued": ("T15", _reviewed_in_two_hands),
    "a pack of the past": ("T16", lambda forger: forger.write((FIRM, JurisdictionPackAdopted(
        binds_from=date(2026, 9, 1), jurisdiction="us-wi", pack_version=1,
        before_jurisdiction="us-aba", before_version=1, why="none")))),
    "a setting laxer than the pack": ("T16", lambda forger: forger.write((FIRM, FirmPolicyTightened(
        setting="firm_reserve_cap_minor", before=50_000, after=10**8, why="none")))),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_fact_is_found_by_its_rule_at_its_position(database_url: str, tmp_path: Path, what: str) -> None:
    rule, forge = FORGED[what]
    with practice(database_url, tmp_path) as firm:
        account_id, ledger_id = firm.live()
        forger = Forger(firm, account_id, ledger_id)
        honest = firm.log.size()
        forge(forger)
        firm.project()
        firm.sign()
        report = firm.verify()
        # A lone leg, and an entry on no ledger, also part the book from the ledgers.
        assert {check.name for check in report.checks if not check.ok} - {"posting groups"} == {"trust rules"}
        fault = report.first_fault
        assert fault is not None
        assert fault.position is not None
        assert fault.position > honest
        assert rule in {one.rule for one in report.checks[-1].faults}, report.checks[-1].faults
        if rule not in {"T4", "T7", "T16"} or "bill" not in what:
            of_account = firm.verify(account_id)
            assert rule in {one.rule for one in of_account.checks[-1].faults}


def test_every_rule_that_facts_can_show_is_tried() -> None:
    assert {rule for rule, _ in FORGED.values()} == {f"T{n}" for n in range(1, 17)} - {"T2", "T6"}
    assert cheque.KIND.name == "cheque"
