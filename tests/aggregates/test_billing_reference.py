"""Trust money reaches operating against a bill: of this client and matter (T4), open, undisputed, after notice (T7)."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.billing_reference import (
    BillingReference,
    BillingReferenceDrawn,
    BillingReferenceRecorded,
    DrawReturned,
    evolve,
)
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event
from aggregates.trust_rules import NotBilled, WrongClient
from aggregates.upcasting import upcast

CLIENT, MATTER, OTHER, BILL, ENTRY = (UUID(int=number) for number in range(1, 6))
ISSUED, ON = date(2026, 9, 10), date(2026, 9, 15)
RECORDED = BillingReferenceRecorded(
    effective_date=ISSUED,
    billing_reference_id=BILL,
    document="invoice",
    number="Inv 1001",
    client_id=CLIENT,
    matter_id=MATTER,
    amount_minor=1850_00,
    notice_given_on=None,
    notice_evidence=None,
)


def fold(*events: Event) -> BillingReference:
    bill = evolve(None, RECORDED)
    for event in events:
        bill = evolve(bill, event)
    return bill


def draw(
    bill: BillingReference,
    amount_minor: int,
    *,
    client_id: UUID = CLIENT,
    matter_id: UUID = MATTER,
    on: date = ON,
    notice_days: int = 0,
) -> BillingReferenceDrawn:
    return bill.draw(ENTRY, amount_minor, client_id=client_id, matter_id=matter_id, on=on, notice_days=notice_days)


def test_t4_a_bill_takes_only_its_own_clients_and_matters_money() -> None:
    assert draw(fold(), 1850_00).amount_minor == 1850_00
    for client_id, matter_id in ((OTHER, MATTER), (CLIENT, OTHER)):
        with pytest.raises(WrongClient):
            draw(fold(), 1, client_id=client_id, matter_id=matter_id)


def test_t7_exactly_what_is_open_is_drawn_and_not_a_cent_more() -> None:
    part = fold(draw(fold(), 850_00))

    assert draw(part, 1000_00).amount_minor == 1000_00
    with pytest.raises(NotBilled) as refused:
        draw(part, 1000_01)

    assert refused.value.figures["open_minor"] == 1000_00


def test_t7_notice_days_are_waited_out_to_the_day() -> None:
    assert draw(fold(), 1, on=date(2026, 9, 15), notice_days=5).effective_date == date(2026, 9, 15)
    with pytest.raises(NotBilled):
        draw(fold(), 1, on=date(2026, 9, 14), notice_days=5)


def test_t7_nothing_is_drawn_before_the_bill_was_issued() -> None:
    assert draw(fold(), 1, on=ISSUED)
    with pytest.raises(NotBilled):
        draw(fold(), 1, on=date(2026, 9, 9))


def test_t7_the_disputed_part_stays_until_the_dispute_ends() -> None:
    disputed = fold(fold().dispute(850_00, "hours of 2 September", on=ON))

    assert draw(disputed, 1000_00).amount_minor == 1000_00
    with pytest.raises(NotBilled) as refused:
        draw(disputed, 1000_01)
    assert refused.value.figures["disputed_minor"] == 850_00

    settled = evolve(disputed, disputed.resolve("the client agreed in writing", on=ON))
    assert draw(settled, 1850_00).amount_minor == 1850_00
    with pytest.raises(WrongState):
        settled.resolve("again", on=ON)


def test_t7_a_settlement_for_the_client_lowers_what_may_be_drawn() -> None:
    disputed = fold(fold().dispute(850_00, "hours of 2 September", on=ON))
    with pytest.raises(BadRequest) as refused:
        disputed.resolve("settled", on=ON, reduce_by_minor=850_01)
    assert refused.value.figures["disputed_minor"] == 850_00

    settled = evolve(disputed, disputed.resolve("the firm takes 300.00 off", on=ON, reduce_by_minor=300_00))

    assert (settled.reduced_minor, settled.disputed_minor, settled.open_minor) == (300_00, 0, 1550_00)
    assert draw(settled, 1550_00)
    with pytest.raises(NotBilled):
        draw(settled, 1550_01)
    again = evolve(settled, settled.dispute(1550_00, "all of it", on=ON))
    gone = evolve(again, again.resolve("waived", on=ON, reduce_by_minor=1550_00))
    assert gone.open_minor == 0


def test_a_settlement_of_the_first_schema_took_nothing_off() -> None:
    assert upcast("billing-reference/dispute-resolved", 1, {"how": "agreed"})["reduced_minor"] == 0


@pytest.mark.parametrize(("disputed", "paid"), [(1000_00, 0), (1000_01, 1), (1850_00, 850_00)])
def test_what_is_disputed_is_held_as_far_as_it_is_unpaid(disputed: int, paid: int) -> None:
    part = fold(draw(fold(), 850_00))

    event = part.dispute(disputed, "too dear", on=ON)
    after = evolve(part, event)

    assert event.paid_minor == paid
    assert (after.held_minor, after.open_minor) == (disputed - paid, 1000_00 - disputed + paid)


def test_no_more_is_disputed_than_was_billed() -> None:
    drawn = fold(draw(fold(), 1850_00))
    once = evolve(drawn, drawn.dispute(1000_00, "too dear", on=ON))

    assert once.dispute(850_00, "the rest, too", on=ON).paid_minor == 850_00
    with pytest.raises(BadRequest) as refused:
        once.dispute(850_01, "the rest, too", on=ON)
    assert refused.value.figures["undisputed_minor"] == 850_00


def test_what_was_paid_to_operating_is_disputed_and_what_was_credited_is_not() -> None:
    credited = fold(fold().lower(850_00, "credit_memo", on=ON))
    paid = evolve(credited, credited.lower(1000_00, "paid", on=ON))

    assert paid.dispute(1000_00, "too dear", on=ON).paid_minor == 1000_00
    with pytest.raises(BadRequest):
        paid.dispute(1000_01, "too dear", on=ON)


def test_a_settled_dispute_of_a_paid_bill_is_given_back() -> None:
    drawn = fold(draw(fold(), 1850_00))
    disputed = evolve(drawn, drawn.dispute(850_00, "hours", on=ON))
    settled = evolve(disputed, disputed.resolve("300.00 off", on=ON, reduce_by_minor=300_00))

    assert (settled.open_minor, settled.owed_back_minor) == (0, 300_00)
    with pytest.raises(BadRequest):
        settled.give_back(ENTRY, 300_01, "cheque", on=ON)
    back = evolve(settled, settled.give_back(ENTRY, 300_00, "cheque", on=ON))
    assert (back.open_minor, back.owed_back_minor) == (0, 0)


def test_a_drawing_that_comes_back_while_disputed_stays_in_trust() -> None:
    drawn = fold(draw(fold(), 1850_00))
    disputed = evolve(drawn, drawn.dispute(850_00, "hours", on=ON))
    back = evolve(disputed, DrawReturned(effective_date=ON, entry_id=ENTRY, amount_minor=1850_00))

    assert (back.held_minor, back.open_minor) == (850_00, 1000_00)


def _step(bill: BillingReference, what: str, amount: int) -> Event:
    match what:
        case "draw":
            return draw(bill, amount)
        case "dispute":
            return bill.dispute(amount, "hours", on=ON)
        case "resolve":
            return bill.resolve("settled", on=ON, reduce_by_minor=amount)
        case "back":
            return bill.give_back(ENTRY, amount, "cheque", on=ON)
        case _:
            return bill.lower(amount, "credit_memo", on=ON)


@given(st.lists(st.tuples(st.sampled_from(("draw", "dispute", "resolve", "back", "lower")), st.integers(1, 2500_00))))
def test_every_cent_of_a_bill_is_paid_held_or_open_whatever_happens(steps: list[tuple[str, int]]) -> None:
    bill = fold()
    for what, amount in steps:
        try:
            event = _step(bill, what, amount)
        except (NotBilled, BadRequest, WrongState):
            continue
        bill = evolve(bill, event)
        billed = 1850_00 - bill.reduced_minor - bill.lowered_minor
        paid = bill.drawn_minor - bill.given_back_minor
        assert bill.open_minor + bill.held_minor + paid == billed + bill.owed_back_minor
        assert min(bill.open_minor, bill.held_minor, billed) >= 0
        assert bill.disputed_minor <= billed
        assert not (bill.open_minor and bill.owed_back_minor)


def test_a_dispute_of_the_first_schema_was_of_what_was_unpaid() -> None:
    assert upcast("billing-reference/disputed", 1, {"amount_minor": 5, "why": "x"})["paid_minor"] == 0


def test_a_drawing_that_came_back_is_open_again() -> None:
    back = DrawReturned(effective_date=ON, entry_id=ENTRY, amount_minor=1850_00)
    assert fold(draw(fold(), 1850_00), back).open_minor == 1850_00
