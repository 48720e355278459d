"""A trust ledger never pays what it does not have (T1, T2), has not collected (T3), or what is another client's (T4)."""

from uuid import UUID

import pytest

from aggregates.errors import BadRequest, NotFound
from aggregates.trust_ledger import Availability
from aggregates.trust_ledger_events import EntryReversed, FundsCleared, LedgerPurpose, RestoredDeposit
from aggregates.trust_rules import NoLedger, Overdraft, PostedEntryChanged, UncollectedFunds, WrongClient
from tests.aggregates.trust_facts import (
    ACCOUNT,
    CLIENT,
    OTHER_CLIENT,
    OTHER_MATTER,
    day,
    disburse,
    entry,
    fold,
    opened,
    received,
    returned,
)

DISBURSEMENT, OTHER_DISBURSEMENT, HOLD, TRANSFER = (UUID(int=number) for number in range(11, 15))


def test_t1_a_ledger_pays_exactly_what_it_has_and_not_one_cent_more() -> None:
    ledger = fold(received(1, 1000_00, day(2)))

    paid = disburse(ledger, 2, 1000_00, day(2))
    with pytest.raises(Overdraft) as refused:
        disburse(ledger, 2, 1000_01, day(2))

    assert fold(received(1, 1000_00, day(2)), paid).balance_minor == 0
    assert refused.value.figures["short_minor"] == 1
    assert "1,000.00" in refused.value.sentence
    assert "1,000.01" in refused.value.sentence


def test_t1_nothing_is_paid_the_day_before_it_came_in() -> None:
    ledger = fold(received(1, 1000_00, day(2)))
    with pytest.raises(Overdraft):
        disburse(ledger, 2, 1, day(1))


def test_t1_a_back_dated_payment_leaves_every_later_day_at_zero_or_more() -> None:
    first = received(1, 1000_00, day(2))
    spent = disburse(fold(first), 2, 700_00, day(10))
    ledger = fold(first, spent, received(3, 5000_00, day(20)))

    assert disburse(ledger, 4, 300_00, day(5)).effective_date == day(5)
    with pytest.raises(Overdraft) as refused:
        disburse(ledger, 4, 300_01, day(5))

    assert refused.value.figures["on"] == day(10)
    assert refused.value.figures["balance_minor"] == 300_00


def test_t2_another_ledgers_money_does_not_count() -> None:
    rich, poor = fold(received(1, 1000_00, day(2))), fold(opened(matter_id=OTHER_MATTER))

    assert rich.account_id == poor.account_id
    with pytest.raises(Overdraft):
        disburse(poor, 2, 1, day(3))


def test_t3_f6_a_settlement_waits_for_its_hold_to_the_very_day() -> None:
    ledger = fold(received(1, 40_000_00, day(8), available_on=day(15)))

    assert disburse(ledger, 2, 40_000_00, day(15)).amount_minor == 40_000_00
    with pytest.raises(UncollectedFunds) as refused:
        disburse(ledger, 2, 1, day(14))

    assert refused.value.figures["available_minor"] == 0
    assert refused.value.figures["uncollected_minor"] == 40_000_00


def test_t3_only_the_collected_part_is_spent() -> None:
    ledger = fold(received(1, 100_00, day(2)), received(2, 900_00, day(3), available_on=day(9)))

    assert disburse(ledger, 3, 100_00, day(3)).amount_minor == 100_00
    with pytest.raises(UncollectedFunds):
        disburse(ledger, 3, 100_01, day(3))


def test_t3_a_back_dated_payment_is_measured_on_later_days_too() -> None:
    first, late = received(1, 500_00, day(1)), received(3, 500_00, day(10), available_on=day(20))
    spent = disburse(fold(first), 2, 400_00, day(10))
    ledger = fold(first, spent, late)

    assert disburse(ledger, 4, 100_00, day(2)).amount_minor == 100_00
    with pytest.raises(UncollectedFunds) as refused:
        disburse(ledger, 4, 100_01, day(2))

    assert refused.value.figures["on"] == day(10)


def test_t3_evidence_of_collection_frees_a_receipt_from_its_day() -> None:
    receipt = received(1, 900_00, day(3), available_on=day(9))
    cleared = fold(receipt).clear(entry(1), on=day(5), evidence="bank advice 77")
    ledger = fold(receipt, cleared)

    assert cleared == FundsCleared(
        trust_account_id=ACCOUNT, effective_date=day(5), entry_id=entry(1), evidence="bank advice 77"
    )
    assert disburse(ledger, 2, 900_00, day(5)).amount_minor == 900_00
    with pytest.raises(UncollectedFunds):
        disburse(ledger, 2, 1, day(4))


@pytest.mark.parametrize("on", [2, 9])
def test_a_receipt_is_not_cleared_before_it_came_or_once_it_is_collected_anyway(on: int) -> None:
    ledger = fold(received(1, 900_00, day(3), available_on=day(9)))
    with pytest.raises(BadRequest):
        ledger.clear(entry(1), on=day(on), evidence="bank advice 77")


def test_a_receipt_that_is_not_waiting_is_not_cleared() -> None:
    with pytest.raises(NotFound):
        fold(received(1, 900_00, day(3))).clear(entry(1), on=day(3), evidence="bank advice 77")


def test_t3_a_hold_keeps_its_part_until_it_is_released() -> None:
    receipt = received(1, 1000_00, day(2))
    held = fold(receipt).place_hold(HOLD, 600_00, "escrow for repairs", on=day(3))
    ledger = fold(receipt, held)

    assert ledger.availability(day(3)) == Availability(1000_00, 0, 600_00, 0)
    assert disburse(ledger, 2, 400_00, day(3)).amount_minor == 400_00
    with pytest.raises(UncollectedFunds):
        disburse(ledger, 2, 400_01, day(3))
    freed = fold(receipt, held, ledger.release_hold(HOLD, on=day(4)))
    assert disburse(freed, 2, 1000_00, day(4)).amount_minor == 1000_00
    with pytest.raises(NotFound):
        freed.release_hold(HOLD, on=day(5))


def test_t3_a_hold_takes_no_more_than_is_free() -> None:
    ledger = fold(received(1, 1000_00, day(2)))

    assert ledger.place_hold(HOLD, 1000_00, "escrow", on=day(2)).amount_minor == 1000_00
    with pytest.raises(Overdraft):
        ledger.place_hold(HOLD, 1000_01, "escrow", on=day(2))


def test_t3_what_is_promised_to_one_payment_is_not_there_for_another() -> None:
    receipt = received(1, 1000_00, day(2))
    promised = fold(receipt).reserve(DISBURSEMENT, 700_00, on=day(3))
    ledger = fold(receipt, promised)

    assert ledger.availability(day(3)).available_minor == 300_00
    assert ledger.reserve(OTHER_DISBURSEMENT, 300_00, on=day(3)).amount_minor == 300_00
    with pytest.raises(UncollectedFunds):
        ledger.reserve(OTHER_DISBURSEMENT, 300_01, on=day(3))


def test_a_payment_spends_its_own_promise() -> None:
    receipt = received(1, 1000_00, day(2))
    ledger = fold(receipt, fold(receipt).reserve(DISBURSEMENT, 1000_00, on=day(3)))

    paid = disburse(ledger, 2, 1000_00, day(3), disbursement_id=DISBURSEMENT)
    with pytest.raises(UncollectedFunds):
        disburse(ledger, 2, 1, day(3), disbursement_id=OTHER_DISBURSEMENT)

    assert fold(receipt, fold(receipt).reserve(DISBURSEMENT, 1000_00, on=day(3)), paid).pending == {}


def test_a_lifted_promise_is_free_again_and_lifted_once() -> None:
    receipt = received(1, 1000_00, day(2))
    promised = fold(receipt).reserve(DISBURSEMENT, 1000_00, on=day(3))
    ledger = fold(receipt, promised, fold(receipt, promised).lift(DISBURSEMENT, on=day(4)))

    assert ledger.availability(day(4)).available_minor == 1000_00
    with pytest.raises(NotFound):
        ledger.lift(DISBURSEMENT, on=day(5))


def test_t4_a_transfer_stays_with_one_client() -> None:
    ledger = fold(received(1, 1000_00, day(2)))
    same, other = fold(opened(matter_id=OTHER_MATTER)), fold(opened(client_id=OTHER_CLIENT, matter_id=OTHER_MATTER))

    out, into = ledger.transfer(
        same,
        1000_00,
        on=day(2),
        transfer_id=TRANSFER,
        entry_ids=(entry(2), entry(3)),
        authority="letter",
        description="fees",
    )
    with pytest.raises(WrongClient):
        ledger.transfer(
            other, 1, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="letter", description="fees"
        )

    assert (out.to_ledger_id, into.from_ledger_id) == (same.id, ledger.id)
    assert fold(received(1, 1000_00, day(2)), out).balance_minor == 0
    assert fold(opened(matter_id=OTHER_MATTER), into).balance_minor == 1000_00


def test_t1_a_transfer_is_no_way_round_the_balance() -> None:
    ledger, same = fold(received(1, 1000_00, day(2))), fold(opened(matter_id=OTHER_MATTER))
    with pytest.raises(Overdraft):
        ledger.transfer(
            same, 1000_01, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
        )


@pytest.mark.parametrize("purpose", [LedgerPurpose.FIRM_RESERVE, LedgerPurpose.INTEREST_PAYABLE])
def test_t4_the_named_ledgers_give_nothing_to_a_client_or_to_each_other(purpose: LedgerPurpose) -> None:
    named = fold(opened(purpose=purpose, client_id=None, matter_id=None), received(1, 100_00, day(2)))
    nobodys = fold(opened(purpose=LedgerPurpose.UNIDENTIFIED, client_id=None, matter_id=None))
    for target in (fold(), nobodys):
        with pytest.raises(WrongClient):
            named.transfer(
                target, 1, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
            )


def test_t10_an_unidentified_receipt_becomes_a_clients_and_nobody_elses() -> None:
    nobody = opened(purpose=LedgerPurpose.UNIDENTIFIED, client_id=None, matter_id=None)
    unidentified = fold(nobody, received(1, 100_00, day(2)))
    reserve = fold(opened(purpose=LedgerPurpose.FIRM_RESERVE, client_id=None, matter_id=None))

    out, _ = unidentified.transfer(
        fold(), 100_00, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
    )
    with pytest.raises(NoLedger):
        unidentified.transfer(
            reserve, 1, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
        )

    assert fold(nobody, received(1, 100_00, day(2)), out).balance_minor == 0


def test_a_transfer_needs_two_ledgers_of_one_account() -> None:
    ledger = fold(received(1, 1000_00, day(2)))
    elsewhere = fold(opened(matter_id=OTHER_MATTER, account_id=UUID(int=99)))
    for target in (ledger, elsewhere):
        with pytest.raises(BadRequest):
            ledger.transfer(
                target, 1, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
            )


def test_t11_a_payment_is_reversed_once_by_an_entry_that_names_it() -> None:
    receipt = received(1, 1000_00, day(2))
    paid = disburse(fold(receipt), 2, 400_00, day(3))

    reversal = fold(receipt, paid).reverse(entry(3), entry(2), on=day(4), description="cheque voided")
    ledger = fold(receipt, paid, reversal)
    with pytest.raises(PostedEntryChanged):
        ledger.reverse(entry(4), entry(2), on=day(4), description="again")

    assert reversal == EntryReversed(
        trust_account_id=ACCOUNT,
        effective_date=day(4),
        entry_id=entry(3),
        amount_minor=400_00,
        description="cheque voided",
        reverses_entry_id=entry(2),
        effect="increase",
        bank_charge=False,
    )
    assert [ledger.balance_on(day(number)) for number in (2, 3, 4)] == [1000_00, 600_00, 1000_00]


def test_t1_a_receipt_that_is_spent_is_not_reversed() -> None:
    receipt = received(1, 1000_00, day(2))
    ledger = fold(receipt, disburse(fold(receipt), 2, 1, day(3)))
    with pytest.raises(Overdraft):
        ledger.reverse(entry(3), entry(1), on=day(4), description="posted by mistake")


def test_a_receipt_that_is_not_collected_is_reversed_all_the_same() -> None:
    receipt = received(1, 1000_00, day(2), available_on=day(9))
    reversal = fold(receipt).reverse(entry(3), entry(1), on=day(3), description="posted by mistake")
    assert fold(receipt, reversal).availability(day(3)) == Availability(0, 0, 0, 0)


def test_t1_a_reversal_is_not_dated_before_what_it_reverses() -> None:
    """Or the ledger would hold, between the two days, money that never came in."""
    receipt = received(1, 1000_00, day(2))
    ledger = fold(receipt, disburse(fold(receipt), 2, 1000_00, day(5)))

    assert ledger.reverse(entry(3), entry(2), on=day(5), description="void").effective_date == day(5)
    with pytest.raises(BadRequest):
        ledger.reverse(entry(3), entry(2), on=day(4), description="void")


def test_one_leg_of_a_transfer_is_not_reversed_alone() -> None:
    """Or the other ledger would keep what this one has back."""
    receipt, same = received(1, 1000_00, day(2)), fold(opened(matter_id=OTHER_MATTER))
    out, _ = fold(receipt).transfer(
        same, 100_00, on=day(2), transfer_id=TRANSFER, entry_ids=(entry(2), entry(3)), authority="x", description="x"
    )
    with pytest.raises(BadRequest):
        fold(receipt, out).reverse(entry(4), entry(2), on=day(3), description="wrong matter")


def test_a_reversal_is_not_reversed() -> None:
    receipt = received(1, 1000_00, day(2))
    paid = disburse(fold(receipt), 2, 400_00, day(3))
    reversal = fold(receipt, paid).reverse(entry(3), entry(2), on=day(4), description="void")
    with pytest.raises(BadRequest):
        fold(receipt, paid, reversal).reverse(entry(4), entry(3), on=day(5), description="void the void")


def test_an_entry_of_another_ledger_is_not_found() -> None:
    with pytest.raises(NotFound):
        fold().reverse(entry(2), entry(1), on=day(2), description="x")


def test_t16_f7_a_returned_deposit_is_a_fact_even_when_its_money_is_gone() -> None:
    deposit = received(1, 1000_00, day(21))
    paid = disburse(fold(deposit), 2, 1000_00, day(22))

    ledger = fold(deposit, paid, returned(3, of=1, amount_minor=1000_00, on=day(25)))

    assert ledger.balance_minor == -1000_00
    with pytest.raises(Overdraft):
        disburse(ledger, 4, 1, day(25))
    with pytest.raises(PostedEntryChanged):
        ledger.entry(entry(1))


def test_a_deposit_returned_before_it_was_collected_leaves_nothing_waiting() -> None:
    deposit = received(1, 1000_00, day(21), available_on=day(30))
    ledger = fold(received(5, 50_00, day(1)), deposit, returned(3, of=1, amount_minor=1000_00, on=day(25)))
    assert ledger.availability(day(26)) == Availability(50_00, 0, 0, 0)


@pytest.mark.parametrize(("on", "available_on"), [(26, 30), (30, 30)])
def test_t11_a_deposit_whose_return_was_a_slip_stands_again_and_waits_as_it_did(on: int, available_on: int) -> None:
    deposit = received(1, 1000_00, day(21), available_on=day(30))
    back = returned(3, of=1, amount_minor=1000_00, on=day(25))

    reversal = fold(deposit, back).reverse(entry(4), entry(3), on=day(on), description="it was another deposit")

    assert (reversal.reverses_entry_id, reversal.effect, reversal.amount_minor) == (entry(3), "increase", 1000_00)
    assert reversal.restores == RestoredDeposit(entry_id=entry(1), available_on=day(available_on))
    ledger = fold(deposit, back, reversal)
    assert [ledger.balance_on(day(number)) for number in (24, 25, on)] == [1000_00, 0, 1000_00]
    assert ledger.availability(day(on)).uncollected_minor == (1000_00 if on < 30 else 0)
    assert ledger.entry(entry(1)).effect_minor == 1000_00
    with pytest.raises(PostedEntryChanged):
        ledger.reverse(entry(5), entry(3), on=day(30), description="again")
    with pytest.raises(BadRequest):
        ledger.reverse(entry(5), entry(4), on=day(30), description="void the void")


def test_t11_a_deposit_that_was_collected_at_once_does_not_wait_however_often_it_stands_again() -> None:
    events = [received(1, 1000_00, day(1)), returned(2, of=1, amount_minor=1000_00, on=day(1))]
    events.append(fold(*events).reverse(entry(3), entry(2), on=day(2), description="a slip"))
    events.append(returned(4, of=1, amount_minor=1000_00, on=day(1)))

    reversal = fold(*events).reverse(entry(5), entry(4), on=day(1), description="a slip once more")

    assert reversal.restores == RestoredDeposit(entry_id=entry(1), available_on=day(1))
    assert [fold(*events, reversal).availability(day(number)).uncollected_minor for number in (1, 2)] == [0, 0]


def test_t11_a_deposit_that_stands_again_may_come_back_after_all() -> None:
    deposit, back = received(1, 1000_00, day(21)), returned(3, of=1, amount_minor=1000_00, on=day(25))
    reversal = fold(deposit, back).reverse(entry(4), entry(3), on=day(25), description="too early")

    again = fold(deposit, back, reversal).return_deposit(entry(5), entry(1), on=day(28), evidence="NSF")

    assert fold(deposit, back, reversal, again).balance_minor == 0
    assert reversal.restores == RestoredDeposit(entry_id=entry(1), available_on=day(25)), "it was collected"


def test_a_ledger_is_one_stream_per_account_client_and_matter() -> None:
    assert fold(opened()).id == fold(opened()).id
    assert (
        len({fold(opened(client_id=c, matter_id=m)).id for c in (CLIENT, OTHER_CLIENT) for m in (None, OTHER_MATTER)}) == 4
    )
