"""Trust money reaches operating against a bill: of this client and matter (T4), open, undisputed, after notice (T7)."""

from datetime import date
from uuid import UUID

import pytest

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


def test_no_more_is_disputed_than_is_open() -> None:
    part = fold(draw(fold(), 850_00))
    assert part.dispute(1000_00, "too dear", on=ON).amount_minor == 1000_00
    with pytest.raises(BadRequest):
        part.dispute(1000_01, "too dear", on=ON)


def test_a_drawing_that_came_back_is_open_again() -> None:
    back = DrawReturned(effective_date=ON, entry_id=ENTRY, amount_minor=1850_00)
    assert fold(draw(fold(), 1850_00), back).open_minor == 1850_00
