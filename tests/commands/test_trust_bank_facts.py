"""What the bank did is recorded as it happened, opens an exception where it hurts, and is cured by further events."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates import matching, outstanding_item, trust_exception, trust_ledger
from aggregates.bank_statement import LineExplained
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.trust_exception import (
    BankErrorCorrected,
    ExceptionCause,
    ExceptionNoted,
    TrustExceptionCured,
    TrustExceptionOpened,
)
from aggregates.trust_ledger_events import BankChargeTaken, DepositReturned, EntryReversed, InterestSwept, LedgerPurpose
from aggregates.trust_rules import (
    FirmMoneyInTrust,
    MatterHoldsTrustMoney,
    NotBilled,
    Overdraft,
    PeriodSigned,
    PostedEntryChanged,
    WrongClient,
)
from commands.cure_exception import CureException
from commands.explain_line import ExplainLine
from commands.note_on_exception import NoteOnException
from commands.note_outstanding_item import NoteOutstandingItem
from commands.open_trust_account import OpenTrustAccount
from commands.record_bank_charge import RecordBankCharge
from commands.record_bank_error import RecordBankError
from commands.record_bank_error_correction import RecordBankErrorCorrection
from commands.record_interest import RecordInterest
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.record_unfunded_presentment import RecordUnfundedPresentment
from commands.reverse_bank_fact import ReverseBankFact
from commands.reverse_receipt import ReverseReceipt
from commands.sweep_interest import SweepInterest
from commands.top_up_reserve import TopUpReserve
from commands.trust_books import named_ledger_id
from projections.chart_of_accounts import Account
from projections.postings import postings_of
from tests.commands.trust_facts_on import match_entry, seal, statement_line
from tests.commands.trust_practice import ASHBY, Practice, day


def returned(practice: Practice, entry: UUID, **more: Any) -> RecordReturnedDeposit:
    asked = {
        "ledger_id": practice.ledgers["A"], "entry_id": entry, "effective_date": practice.today, "evidence": "NSF advice",
    }  # fmt: skip
    return RecordReturnedDeposit.model_validate({**asked, **more})


def charge(practice: Practice, amount_minor: int, **more: Any) -> RecordBankCharge:
    asked = {
        "trust_account_id": practice.account, "amount_minor": amount_minor, "effective_date": practice.today,
        "description": "Service charge",
    }  # fmt: skip
    return RecordBankCharge.model_validate({**asked, **more})


def sweep(practice: Practice, amount_minor: int, foundation: str = "NC IOLTA") -> SweepInterest:
    return SweepInterest(
        trust_account_id=practice.account, amount_minor=amount_minor, effective_date=practice.today,
        foundation=foundation, description="Interest remitted",
    )  # fmt: skip


def test_a_deposit_that_came_back_leaves_no_exception_where_its_money_was_not_spent(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00, "cheque")

    assert [type(event) for event in practice.recorded(returned(practice, entry))] == [DepositReturned]
    assert practice.log.load(trust_ledger.KIND, practice.ledgers["A"]).state.availability(day(1)).available_minor == 0


def test_f7_a_deposit_spent_before_it_came_back_opens_an_exception(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    practice.pay("A", 400_00)

    fact, opened = practice.recorded(returned(practice, entry))

    assert isinstance(fact, DepositReturned)
    assert isinstance(opened, TrustExceptionOpened)
    assert (opened.cause, opened.amount_minor, opened.due_on) == (ExceptionCause.LEDGER_OVERDRAWN, -400_00, day(4))


def test_t1_a_fact_of_an_earlier_day_that_overdraws_only_a_later_one_opens_an_exception_too(practice: Practice) -> None:
    early = practice.receive("A", 1_000_00)
    practice.today = day(2)
    practice.receive("A", 300_00)
    practice.today = day(5)
    practice.pay("A", 1_200_00)
    practice.today = day(6)
    practice.receive("A", 5_000_00)

    _, opened = practice.recorded(returned(practice, early, effective_date=day(3)))

    assert isinstance(opened, TrustExceptionOpened)
    assert opened.amount_minor == -900_00
    assert "short from 2026-09-05" in opened.evidence


def test_only_a_deposit_comes_back_and_only_once(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    practice.today = day(2)
    _, paid = practice.pay("A", 100_00)

    practice.refused(BadRequest, returned(practice, paid))
    practice.refused(BadRequest, returned(practice, entry, effective_date=date(2026, 8, 31)))
    practice.refused(NotFound, returned(practice, practice.account))
    practice.does(returned(practice, entry))
    practice.refused(PostedEntryChanged, returned(practice, entry))


def test_an_opening_balance_was_never_paid_in_and_does_not_come_back(practice: Practice) -> None:
    practice.refused(BadRequest, returned(practice, practice.receive("A", 100, "opening")))


def test_t8_a_charge_falls_on_the_reserve_and_a_short_one_is_recorded_all_the_same(practice: Practice) -> None:
    practice.does(
        TopUpReserve(trust_account_id=practice.account, amount_minor=10_00, effective_date=practice.today, description="x")
    )
    assert [type(event) for event in practice.recorded(charge(practice, 10_00))] == [BankChargeTaken]

    _, first = practice.recorded(charge(practice, 12_00))
    _, second = practice.recorded(charge(practice, 3_00))

    assert isinstance(first, TrustExceptionOpened)
    assert isinstance(second, TrustExceptionOpened)
    assert (first.cause, first.amount_minor, second.amount_minor) == (ExceptionCause.RESERVE_SHORT, -12_00, -3_00)


def test_t5_a_shortage_is_made_good_to_the_cent(practice: Practice) -> None:
    exception_id = UUID(practice.does(charge(practice, 12_00))["exception_id"])
    cure = CureException(exception_id=exception_id, effective_date=day(1), how="paid in", replace_minor=12_01)

    refusal = practice.refused(FirmMoneyInTrust, cure)
    practice.refused(FirmMoneyInTrust, cure.model_copy(update={"replace_minor": 11_99}))
    practice.refused(FirmMoneyInTrust, cure.model_copy(update={"replace_minor": None}))
    practice.refused(BadRequest, cure.model_copy(update={"effective_date": date(2026, 8, 31), "replace_minor": 12_00}))
    practice.does(cure.model_copy(update={"replace_minor": 12_00}))
    practice.refused(WrongState, cure.model_copy(update={"replace_minor": None}))

    assert (refusal.code, refusal.figures["short_minor"]) == ("trust.t5.firm_money", 12_00)


def undo(practice: Practice, ledger: UUID, entry: str, **more: Any) -> ReverseBankFact:
    asked = {"ledger_id": ledger, "entry_id": entry, "effective_date": practice.today, "why": "keyed wrong"}
    return ReverseBankFact.model_validate({**asked, **more})


def test_t11_a_charge_keyed_wrong_is_reversed_once_and_its_exception_cured_without_money(practice: Practice) -> None:
    wrong = practice.does(charge(practice, 120_00))
    done = practice.does(undo(practice, practice.reserve, wrong["entry_id"]))

    written = list(practice.log.stream(practice.reserve))[-1]
    event = written.event()
    assert isinstance(event, EntryReversed)
    assert (str(event.reverses_entry_id), event.effect, event.bank_charge) == (wrong["entry_id"], "increase", True)
    assert done["exception_id"] == wrong["exception_id"]
    book = {(line.book, line.account): line.amount_minor for line in postings_of(written)}
    assert book["operating", Account.BANK_CHARGES] == -120_00, "no charge of the firm's any more"
    assert sum(book.values()) == 0
    assert practice.log.load(trust_ledger.KIND, practice.reserve).state.balance_minor == 0
    practice.refused(PostedEntryChanged, undo(practice, practice.reserve, wrong["entry_id"]))


def the_exception(practice: Practice, exception_id: str) -> trust_exception.TrustException:
    found: trust_exception.TrustException = practice.log.load(trust_exception.KIND, UUID(exception_id)).state
    return found


def test_t11_a_returned_deposit_recorded_by_a_slip_is_taken_back_and_its_exception_cured(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    practice.pay("A", 400_00)
    practice.today = day(2)
    slip = practice.does(returned(practice, entry))
    practice.today = day(4)

    reversal, cured = practice.recorded(undo(practice, practice.ledgers["A"], slip["entry_id"], why="of another deposit"))

    assert isinstance(reversal, EntryReversed)
    assert (str(reversal.reverses_entry_id), reversal.description) == (slip["entry_id"], "of another deposit")
    assert isinstance(cured, TrustExceptionCured)
    assert (cured.effective_date, cured.how, cured.entry_id) == (day(4), "of another deposit", reversal.entry_id)
    assert the_exception(practice, slip["exception_id"]).cured_on == day(4)
    assert practice.log.load(trust_ledger.KIND, practice.ledgers["A"]).state.availability(day(4)).available_minor == 600_00
    practice.refused(PostedEntryChanged, undo(practice, practice.ledgers["A"], slip["entry_id"]))
    practice.does(returned(practice, entry))


def test_t11_an_exception_stays_open_while_its_ledger_is_short_of_other_money(practice: Practice) -> None:
    one, other = practice.receive("A", 1_000_00), practice.receive("A", 200_00)
    practice.pay("A", 1_200_00)
    slip, true = practice.does(returned(practice, one)), practice.does(returned(practice, other))

    done = practice.does(undo(practice, practice.ledgers["A"], slip["entry_id"]))

    assert done["exception_id"] is None
    assert the_exception(practice, slip["exception_id"]).cured_on is None
    done = practice.does(undo(practice, practice.ledgers["A"], true["entry_id"]))
    assert done["exception_id"] == true["exception_id"]


def test_t5_what_the_firm_made_good_of_a_return_that_was_none_is_an_exception_of_its_own(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    practice.pay("A", 400_00)
    slip = practice.does(returned(practice, entry))
    cure = CureException(
        exception_id=slip["exception_id"], effective_date=practice.today, how="paid in", replace_minor=400_00
    )
    paid_in = practice.does(cure)["entry_id"]

    _, opened = practice.recorded(undo(practice, practice.ledgers["A"], slip["entry_id"]))

    assert isinstance(opened, TrustExceptionOpened)
    assert (opened.cause, opened.amount_minor, str(opened.entry_id)) == (ExceptionCause.FIRM_MONEY_LEFT, 400_00, paid_in)
    taken_back = ReverseReceipt(
        ledger_id=practice.ledgers["A"], entry_id=paid_in, effective_date=practice.today, why="nothing to make good"
    )
    practice.does(taken_back)
    practice.does(CureException(exception_id=opened.exception_id, effective_date=practice.today, how="taken back"))
    assert practice.log.load(trust_ledger.KIND, practice.ledgers["A"]).state.balance_minor == 600_00


def test_t11_a_return_that_the_bank_has_shown_is_no_slip(practice: Practice) -> None:
    entry = practice.receive("A", 1_000_00)
    slip = practice.does(returned(practice, entry))["entry_id"]
    match_id = match_entry(practice, UUID(slip), -1_000_00)

    practice.refused(PostedEntryChanged, undo(practice, practice.ledgers["A"], slip))
    match_entry(practice, UUID(slip), 0, undo=matching.MatchUndone(
        trust_account_id=practice.account, match_id=match_id, why="another cheque"
    ))  # fmt: skip
    practice.does(undo(practice, practice.ledgers["A"], slip))


def test_t14_no_deposit_stands_again_in_a_closed_matter(practice: Practice) -> None:
    slip = practice.does(returned(practice, practice.receive("A", 1_000_00)))["entry_id"]
    match_id = match_entry(practice, UUID(slip), -1_000_00)
    practice.close("A")
    match_entry(practice, UUID(slip), 0, undo=matching.MatchUndone(
        trust_account_id=practice.account, match_id=match_id, why="another cheque"
    ))  # fmt: skip

    practice.refused(MatterHoldsTrustMoney, undo(practice, practice.ledgers["A"], slip))


def test_t11_interest_and_a_sweep_keyed_wrong_are_reversed_and_no_other_entry_is(practice: Practice) -> None:
    credited = practice.does(RecordInterest(
        trust_account_id=practice.account, amount_minor=7_42, effective_date=practice.today, description="Interest"
    ))  # fmt: skip
    swept = practice.does(sweep(practice, 7_42))
    practice.refused(Overdraft, undo(practice, practice.interest, credited["entry_id"]))
    practice.does(undo(practice, practice.interest, swept["entry_id"]))
    practice.does(undo(practice, practice.interest, credited["entry_id"]))

    entry = practice.receive("A", 100_00)
    practice.refused(BadRequest, undo(practice, practice.ledgers["A"], str(entry)))
    _, paid = practice.pay("A", 40_00)
    practice.refused(BadRequest, undo(practice, practice.ledgers["A"], str(paid)))


def test_t11_what_the_bank_has_shown_is_not_reversed(practice: Practice) -> None:
    matched, explained = (practice.does(charge(practice, amount))["entry_id"] for amount in (1_00, 2_00))
    match_entry(practice, UUID(matched), -1_00)
    line = statement_line(practice, -2_00, practice.today)
    practice.does(ExplainLine(
        trust_account_id=practice.account, line_id=line, ledger_id=practice.reserve, entry_id=explained, note="the charge"
    ))  # fmt: skip
    for entry in (matched, explained):
        practice.refused(PostedEntryChanged, undo(practice, practice.reserve, entry))


def test_t12_a_fact_of_a_signed_period_is_reversed_in_the_open_one(practice: Practice) -> None:
    entry = practice.does(charge(practice, 3_00))["entry_id"]
    seal(practice, practice.today)
    practice.refused(PeriodSigned, undo(practice, practice.reserve, entry))
    practice.today = day(2)
    practice.does(undo(practice, practice.reserve, entry))


def test_interest_is_swept_to_the_foundation_and_never_to_the_firm(practice: Practice) -> None:
    interest = RecordInterest(
        trust_account_id=practice.account, amount_minor=7_42, effective_date=day(1), description="Interest"
    )
    practice.does(interest)

    practice.refused(NotBilled, sweep(practice, 7_42, "Ashby & Reyes, PLLC"))
    (event,) = practice.recorded(sweep(practice, 7_42))

    assert isinstance(event, InterestSwept)
    assert practice.log.load(trust_ledger.KIND, practice.interest).state.balance_minor == 0
    _, opened = practice.recorded(sweep(practice, 1))
    assert isinstance(opened, TrustExceptionOpened)


def test_a_bank_error_and_its_correction_name_each_other(practice: Practice) -> None:
    error = RecordBankError(
        trust_account_id=practice.account, amount_minor=20_00, effective_date=day(1), evidence="3,220.00 for 3,200.00"
    )
    exception_id = UUID(practice.does(error)["exception_id"])
    practice.today = day(20)
    wrong, right = statement_line(practice, 19_99, day(10)), statement_line(practice, 20_00, day(12))
    correction = RecordBankErrorCorrection(exception_id=exception_id, line_id=right, evidence="bank's letter")

    refusal = practice.refused(BadRequest, correction.model_copy(update={"line_id": wrong}))
    practice.refused(NotFound, correction.model_copy(update={"line_id": practice.account}))
    corrected, explained = practice.recorded(correction)

    assert refusal.figures == {"error_minor": 20_00, "line_minor": 19_99}
    assert isinstance(corrected, BankErrorCorrected)
    assert isinstance(explained, LineExplained)
    assert (corrected.effective_date, corrected.line_id, explained.exception_id) == (day(12), right, exception_id)
    assert practice.log.load(trust_exception.KIND, exception_id).state.cured_on == day(12)
    practice.refused(WrongState, correction)


def test_the_bank_corrects_its_own_errors_only(practice: Practice) -> None:
    exception_id = UUID(practice.does(charge(practice, 12_00))["exception_id"])
    line = statement_line(practice, -12_00, day(1))

    practice.refused(BadRequest, RecordBankErrorCorrection(exception_id=exception_id, line_id=line, evidence="x"))


def test_how_an_exception_stands_is_noted(practice: Practice) -> None:
    exception_id = UUID(practice.does(charge(practice, 12_00))["exception_id"])

    (event,) = practice.recorded(NoteOnException(exception_id=exception_id, note="bar notified"))

    assert event == ExceptionNoted(trust_account_id=practice.account, note="bar notified")


def test_an_outstanding_item_is_noted_until_the_bank_shows_it(practice: Practice) -> None:
    practice.receive("A", 100_00)
    _, entry = practice.pay("A", 40_00, cheque=1051)
    note = NoteOutstandingItem(ledger_id=practice.ledgers["A"], entry_id=entry, note="payee was written to")
    practice.does(note)
    practice.does(note.model_copy(update={"note": "payee moved"}))

    assert practice.log.load(outstanding_item.KIND, outstanding_item.KIND.stream_id(entry)).state.note == "payee moved"
    practice.refused(NotFound, note.model_copy(update={"entry_id": practice.account}))
    match_entry(practice, entry, -40_00)
    practice.refused(BadRequest, note)


@pytest.mark.parametrize("size", [1, 2000])
def test_t12_even_a_fact_is_dated_in_the_open_period(practice: Practice, size: int) -> None:
    entry = practice.receive("A", 100_00)
    error = RecordBankError(trust_account_id=practice.account, amount_minor=1, effective_date=day(1), evidence="x" * size)
    bounced = RecordUnfundedPresentment(
        trust_account_id=practice.account, amount_minor=1, effective_date=day(1), paid=True, evidence="x" * size
    )
    practice.does(bounced)
    seal(practice, day(1))
    practice.today = day(2)

    for command in (
        error,
        bounced,
        returned(practice, entry, effective_date=day(1)),
        charge(practice, 1, effective_date=day(1)),
    ):
        refusal = practice.refused(PeriodSigned, command)
        assert (refusal.code, refusal.rule) == ("trust.t12.period_signed", "T12")
    practice.does(returned(practice, entry, evidence="x" * size))


def test_t4_interest_on_one_clients_own_account_is_never_swept_to_the_foundation(practice: Practice) -> None:
    own = OpenTrustAccount(
        name="Archer", bank="First Bank", account_number="2", ownership="individual", client_id=practice.clients["A"],
        opened_on=practice.today,
    )  # fmt: skip
    account = UUID(practice.does(own, ASHBY)["trust_account_id"])
    interest = {
        "trust_account_id": account,
        "amount_minor": 3_21,
        "effective_date": practice.today,
        "description": "Interest",
    }
    practice.does(RecordInterest.model_validate(interest))

    refusal = practice.refused(WrongClient, SweepInterest.model_validate(interest | {"foundation": "NC IOLTA"}))

    assert (refusal.code, refusal.rule) == ("trust.t4.wrong_client", "T4")
    paid = practice.ask("A", 3_21, payee="Adeline Archer", payee_contact_id=practice.clients["A"], purpose="Interest")
    ledger_id = named_ledger_id(account, LedgerPurpose.INTEREST_PAYABLE)
    for other in (None, practice.clients["B"]):
        name = "Adeline Archer" if other is None else "Bellweather Supply Co."
        theirs = {"ledger_id": ledger_id, "payee_contact_id": other, "payee": name}
        refusal = practice.refused(WrongClient, paid.model_copy(update=theirs))
        assert refusal.figures["client_id"] == practice.clients["A"]
    practice.does(paid.model_copy(update={"ledger_id": ledger_id}))
