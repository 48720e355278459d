"""Money in: when it counts as collected (T3), where it may go (T5, T14), and how a receipt posted wrong is undone (T11)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates import matching, trust_ledger
from aggregates.errors import BadRequest, NotFound
from aggregates.trust_ledger_events import CollectionDelayed, EntryReversed, FundsCleared, FundsReceived
from aggregates.trust_rules import (
    FirmMoneyInTrust,
    MatterHoldsTrustMoney,
    NoLedger,
    PeriodSigned,
    PostedEntryChanged,
    UncollectedFunds,
)
from commands.clear_funds import ClearFunds
from commands.extend_hold import ExtendHold
from commands.receive_funds import ReceiveFunds
from commands.reverse_receipt import ReverseReceipt
from commands.tighten_policy import TightenPolicy
from commands.top_up_reserve import TopUpReserve
from tests.commands.trust_facts_on import match_entry, seal
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day


def receipt(practice: Practice, **more: Any) -> ReceiveFunds:
    asked = {
        "ledger_id": practice.ledgers["A"], "amount_minor": 2_500_00, "effective_date": practice.today,
        "instrument": "cheque", "payer": "Adeline Archer", "description": "Retainer",
    }  # fmt: skip
    return ReceiveFunds.model_validate({**asked, **more})


@pytest.mark.parametrize(("instrument", "days"), [("cheque", 7), ("ach", 5), ("card", 3), ("wire", 0)])
def test_t3_without_a_day_the_hold_of_the_instrument_decides(practice: Practice, instrument: str, days: int) -> None:
    (event,) = practice.recorded(receipt(practice, instrument=instrument))

    assert isinstance(event, FundsReceived)
    assert event.available_on == day(1) + timedelta(days=days)


def test_t3_a_cheque_is_spent_on_the_day_its_hold_ends_and_not_the_day_before(practice: Practice) -> None:
    practice.receive("A", 2_500_00, "cheque")

    practice.today = day(7)
    refusal = practice.refused(UncollectedFunds, practice.ask("A", 1))
    practice.today = day(8)
    practice.pay("A", 2_500_00)

    assert (refusal.code, refusal.rule) == ("trust.t3.uncollected_funds", "T3")
    assert refusal.source
    assert (refusal.figures["uncollected_minor"], refusal.figures["available_minor"]) == (2_500_00, 0)


def test_t3_nobody_says_that_a_cheque_is_collected_before_its_hold_ends(practice: Practice) -> None:
    refusal = practice.refused(UncollectedFunds, receipt(practice, available_on=day(7)))
    (event,) = practice.recorded(receipt(practice, available_on=day(8)))

    assert refusal.figures["available_on"] == day(8)
    assert isinstance(event, FundsReceived)


def test_a_receipt_is_collected_early_on_the_banks_evidence(practice: Practice) -> None:
    entry = practice.receive("A", 2_500_00, "cheque")
    practice.today = day(3)
    (event,) = practice.recorded(
        ClearFunds(
            ledger_id=practice.ledgers["A"], entry_id=entry, effective_date=day(3), evidence="bank line of 3 September"
        )
    )

    assert isinstance(event, FundsCleared)
    practice.pay("A", 2_500_00)


def test_f6_a_hold_that_was_extended_holds_to_its_new_day(practice: Practice) -> None:
    entry = practice.receive("A", 40_000_00, "cheque")
    (event,) = practice.recorded(
        ExtendHold(ledger_id=practice.ledgers["A"], entry_id=entry, available_on=day(15), evidence="Bank notice: delayed")
    )

    assert event == CollectionDelayed(
        trust_account_id=practice.account,
        effective_date=day(1),
        entry_id=entry,
        amount_minor=40_000_00,
        was_available_on=day(8),
        available_on=day(15),
        evidence="Bank notice: delayed",
    )
    practice.today = day(14)
    practice.refused(UncollectedFunds, practice.ask("A", 1))
    practice.today = day(15)
    practice.does(practice.ask("A", 40_000_00))


def test_a_hold_is_neither_shortened_nor_extended_once_it_ended(practice: Practice) -> None:
    entry = practice.receive("A", 100, "cheque")

    def extend(available_on: date, entry_id: UUID = entry) -> ExtendHold:
        return ExtendHold(ledger_id=practice.ledgers["A"], entry_id=entry_id, available_on=available_on, evidence="x")

    practice.refused(BadRequest, extend(day(8)))
    practice.refused(NotFound, extend(day(9), practice.account))
    practice.today = day(8)
    practice.refused(BadRequest, extend(day(20)))


def test_t14_a_closed_matter_takes_no_money(practice: Practice) -> None:
    practice.close("A")

    refusal = practice.refused(MatterHoldsTrustMoney, receipt(practice))

    assert (refusal.code, refusal.rule) == ("trust.t14.matter_holds_trust_money", "T14")


def test_t10_money_needs_a_ledger_and_the_id_of_anything_else_is_none(practice: Practice) -> None:
    for other in (practice.account, practice.clients["A"], practice.matters["A"], UUID(int=404)):
        practice.refused(NoLedger, receipt(practice, ledger_id=other))
        practice.log.forget([other])
        refusal = practice.refused(NoLedger, receipt(practice, ledger_id=other))

        assert (refusal.code, refusal.rule) == ("trust.t10.no_ledger", "T10")


@pytest.mark.parametrize("ledger", ["reserve", "interest"])
def test_t5_no_receipt_goes_to_the_firms_reserve_or_to_interest(practice: Practice, ledger: str) -> None:
    practice.refused(FirmMoneyInTrust, receipt(practice, ledger_id=getattr(practice, ledger)))


def test_t5_the_reserve_is_filled_to_its_cap_and_not_a_cent_more(practice: Practice) -> None:
    def top_up(amount_minor: int, on: date) -> TopUpReserve:
        return TopUpReserve(
            trust_account_id=practice.account, amount_minor=amount_minor, effective_date=on, description="charges"
        )

    practice.does(top_up(499_99, day(1)))
    refusal = practice.refused(FirmMoneyInTrust, top_up(2, day(1)))
    practice.refused(FirmMoneyInTrust, top_up(2, date(2026, 8, 20)))
    practice.does(top_up(1, day(1)))

    assert refusal.figures == {"balance_minor": 499_99, "cap_minor": 500_00}


def test_t5_neither_is_more_than_the_cap_carried_forward(practice: Practice) -> None:
    opening = {"ledger_id": practice.reserve, "instrument": "opening"}

    practice.refused(FirmMoneyInTrust, receipt(practice, **opening, amount_minor=500_01))
    practice.does(receipt(practice, **opening, amount_minor=500_00))


def test_t3_a_deposit_does_not_pass_its_hold_as_a_balance_carried_forward(practice: Practice) -> None:
    practice.does(receipt(practice, instrument="opening"))
    practice.does(receipt(practice, instrument="opening"))
    practice.does(receipt(practice, instrument="cheque"))

    practice.refused(BadRequest, receipt(practice, instrument="opening"))


def test_nothing_is_carried_forward_once_a_reconciliation_is_signed(practice: Practice) -> None:
    practice.does(receipt(practice, instrument="opening"))
    seal(practice, day(1))
    practice.today = day(2)

    practice.refused(BadRequest, receipt(practice, instrument="opening"))
    practice.refused(PeriodSigned, receipt(practice, effective_date=day(1)))
    practice.does(receipt(practice))


def test_cash_needs_its_receipt_and_a_firm_may_bar_it(practice: Practice) -> None:
    practice.refused(BadRequest, receipt(practice, instrument="cash"))
    practice.does(receipt(practice, instrument="cash", reference="R-17"))
    practice.does(TightenPolicy(setting="cash_receipts_barred", value=True), ASHBY)

    practice.refused(BadRequest, receipt(practice, instrument="cash", reference="R-18"))


def test_the_client_is_told_of_a_receipt_within_the_packs_days(practice: Practice) -> None:
    assert practice.does(receipt(practice))["notify_client_by"] == "2026-09-15"
    assert "notify_client_by" not in practice.does(receipt(practice, ledger_id=practice.unidentified))


def test_t11_a_receipt_that_the_bank_has_shown_is_not_reversed(practice: Practice) -> None:
    entry = practice.receive("A", 100_00)
    match_id = match_entry(practice, entry, 100_00)
    reverse = ReverseReceipt(ledger_id=practice.ledgers["A"], entry_id=entry, effective_date=day(1), why="keyed twice")

    refusal = practice.refused(PostedEntryChanged, reverse)
    stream = matching.KIND.stream_id(practice.account)
    state = practice.log.load(matching.KIND, stream).state
    match_entry(practice, entry, 100_00, undo=matching.undo(state, practice.account, match_id, "wrong", sealed_to=None))
    (event,) = practice.recorded(reverse)

    assert (refusal.code, refusal.rule) == ("trust.t11.posted_entry", "T11")
    assert isinstance(event, EntryReversed)
    assert event.reverses_entry_id == entry
    assert practice.log.load(trust_ledger.KIND, practice.ledgers["A"]).state.balance_minor == 0
    practice.refused(PostedEntryChanged, reverse)


@pytest.mark.parametrize("payer", [FIRM_NAME, "Ashby & Reyes", "ASHBY & REYES operating account"])
def test_t5_the_firms_own_money_comes_to_a_client_only_to_make_good(practice: Practice, payer: str) -> None:
    received = ReceiveFunds(
        ledger_id=practice.ledgers["A"], amount_minor=100_00, effective_date=practice.today, instrument="wire", payer=payer,
        description="From operating",
    )  # fmt: skip
    practice.receive("A", 500_00)
    practice.pay("A", 150_00)
    refusal = practice.refused(FirmMoneyInTrust, received)
    practice.does(received.model_copy(update={"makes_good": "fees of bill 1001, settled"}))

    assert (refusal.code, refusal.rule) == ("trust.t5.firm_money", "T5")
    assert practice.last().data["description"] == "From operating; makes good: fees of bill 1001, settled"
    practice.refused(BadRequest, received.model_copy(update={"payer": "Ann Ashby", "makes_good": "fees"}))
    practice.does(received.model_copy(update={"payer": "Ashby Roofing"}))


def test_t5_the_firm_gives_back_no_more_than_was_paid_out_of_the_ledger(practice: Practice) -> None:
    practice.receive("A", 500_00)
    practice.receive("B", 500_00)
    given = ReceiveFunds(
        ledger_id=practice.ledgers["A"], amount_minor=150_00, effective_date=practice.today, instrument="wire",
        payer=FIRM_NAME, description="From operating", makes_good="A payment to the wrong payee",
    )  # fmt: skip
    practice.pay("B", 150_00)
    practice.refused(FirmMoneyInTrust, given)
    practice.pay("A", 150_00)
    practice.refused(FirmMoneyInTrust, given.model_copy(update={"amount_minor": 150_01}))
    practice.does(given)

    assert practice.last().data["makes_good"] == "A payment to the wrong payee"
    refusal = practice.refused(FirmMoneyInTrust, given.model_copy(update={"amount_minor": 1}))
    assert str(refusal).startswith("150.00 was paid out of this client ledger and 150.00 of it made good; 0.01 is more")
    practice.refused(BadRequest, given.model_copy(update={"instrument": "card"}))
