"""A payment plan comes to what is open, to the cent, and each instalment stands by what was paid by its day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.errors import BadRequest, WrongState
from aggregates.payment_plan import Instalment, PaymentPlanAgreed, agree, even, evolve, standing

ON = date(2026, 11, 24)
THREE = tuple(Instalment(due_on=date(2026, month, 1), amount_minor=100_00) for month in (10, 11, 12))


def agreed(*instalments: Instalment, open_minor: int, on: date = date(2026, 9, 24)) -> PaymentPlanAgreed:
    return agree(
        plan_id=UUID(int=1), client_id=UUID(int=2), bill_ids=(UUID(int=3),), currency="USD", open_minor=open_minor,
        instalments=instalments, authority="Letter of 24 September", on=on,
    )  # fmt: skip


def test_the_instalments_come_to_what_is_open_to_the_cent() -> None:
    assert agreed(*THREE, open_minor=300_00).total_minor == 300_00
    for wrong in (299_99, 300_01):
        with pytest.raises(BadRequest) as refused:
            agreed(*THREE, open_minor=wrong)
        assert refused.value.figures["instalments_minor"] == 300_00


def test_instalments_are_due_from_the_agreement_on_one_after_another() -> None:
    assert agreed(*THREE, open_minor=300_00, on=date(2026, 10, 1))
    for wrong, on in ((THREE, date(2026, 10, 2)), ((THREE[1], THREE[0], THREE[2]), date(2026, 9, 1)), (THREE[:1] * 3, ON)):
        with pytest.raises(BadRequest):
            agreed(*wrong, open_minor=300_00, on=on)


def test_a_plan_ends_once() -> None:
    plan = evolve(None, agreed(*THREE, open_minor=300_00))
    ended = evolve(plan, plan.end("broken"))
    with pytest.raises(WrongState):
        ended.end("again")


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    found = even(100_01, 4, date(2027, 11, 30), "month")
    assert [one.due_on for one in found] == [
        date(2027, 11, 30), date(2027, 12, 30), date(2028, 1, 30), date(2028, 2, 29),
    ]  # fmt: skip
    assert [one.amount_minor for one in found] == [25_01, 25_00, 25_00, 25_00]
    assert [one.due_on for one in even(2, 2, ON, "two_weeks")] == [ON, ON + timedelta(days=14)]
    with pytest.raises(BadRequest):
        even(2, 3, ON, "week")


@given(st.integers(1, 10**9), st.integers(1, 120), st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_even_instalments_lose_no_cent_and_differ_by_one_at_most(total: int, count: int, first: date) -> None:
    if count > total:
        return
    found = even(total, count, first, "month")
    amounts = [one.amount_minor for one in found]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert agreed(*found, open_minor=total, on=first).instalments == found


def stood(paid: list[tuple[date, int]], open_minor: int, on: date = ON) -> list[tuple[str, int]]:
    return [(one.stood, one.open_minor) for one in standing(THREE, paid, open_minor, on)]


def test_an_instalment_is_kept_by_its_day_and_missed_the_day_after() -> None:
    due = date(2026, 10, 1)
    assert stood([(due, 100_00)], 200_00, due)[0] == ("kept", 0)
    assert stood([(due + timedelta(days=1), 100_00)], 200_00)[0] == ("kept_late", 0)
    assert stood([], 300_00, due)[0] == ("due", 100_00)
    assert stood([], 300_00, due + timedelta(days=1))[0] == ("missed", 100_00)
    assert stood([(due, 99_99)], 200_01) == [("missed", 1), ("missed", 100_00), ("due", 100_00)]


def test_a_payment_that_came_back_kept_nothing() -> None:
    due = date(2026, 10, 1)
    assert stood([(due, 100_00), (ON, -100_00)], 300_00)[0] == ("missed", 100_00)


def test_what_was_credited_lowers_the_last_instalments() -> None:
    assert stood([(date(2026, 9, 30), 100_00)], 50_00) == [("kept", 0), ("missed", 50_00), ("taken_off", 0)]
    assert stood([], 0) == [("taken_off", 0)] * 3


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 150_00)), max_size=6),
    st.integers(0, 300_00),
    st.integers(0, 120),
)
def test_what_is_left_of_the_instalments_is_what_is_open(payments: list[tuple[int, int]], credited: int, days: int) -> None:
    """Against a plain loop that pays the oldest instalment first."""
    start = date(2026, 9, 1)
    paid, left = [], 300_00 - credited
    for after, amount in payments:
        part = min(amount, left)
        left -= part
        paid += [(start + timedelta(days=after), part)] if part else []
    on = start + timedelta(days=days)

    found = standing(THREE, paid, left, on)

    assert sum(one.open_minor for one in found) == left
    assert sum(one.paid_minor for one in found) == sum(amount for _, amount in paid)
    for number, one in enumerate(found):
        due = sum(each.amount_minor for each in found[: number + 1])
        by_its_day = sum(amount for day, amount in paid if day <= one.due_on)
        if one.amount_minor and one.open_minor == 0:
            assert one.stood == ("kept" if by_its_day >= due else "kept_late")
        elif one.amount_minor:
            assert one.stood == ("missed" if on > one.due_on else "due")
