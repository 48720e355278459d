"""Periods of a subscription: without a gap, without an overlap, each day paid once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Personal
from aggregates.subscription import Subscription, SubscriptionAgreed, check_new, evolve, months_later

ID = UUID(int=1)


def agreed(starts_on: date, **more: Any) -> Subscription:
    words = {
        "subscription_id": ID, "matter_id": ID, "client_id": ID, "title": Personal(subject_id=ID, text="General counsel"),
        "amount_minor": 1_000_00, "every_months": 1, "starts_on": starts_on, "periods": "calendar",
        "first_period": "prorated", "hours": "no_charge", "authority": "Letter",
    }  # fmt: skip
    return evolve(None, SubscriptionAgreed.model_validate(words | more))


def charged(state: Subscription, through: date) -> Subscription:
    for period in state.due(through):
        state = evolve(state, state.charge(period, ID))
    return state


def test_the_first_period_is_prorated_as_agreed() -> None:
    first, second = agreed(date(2026, 9, 11)).due(date(2026, 10, 31))
    assert (first.from_day, first.through, first.amount_minor) == (date(2026, 9, 11), date(2026, 9, 30), 666_67)
    assert (second.from_day, second.through, second.amount_minor) == (date(2026, 10, 1), date(2026, 10, 31), 1_000_00)
    (full,) = agreed(date(2026, 9, 11), first_period="full").due(date(2026, 9, 30))
    assert (full.from_day, full.amount_minor) == (date(2026, 9, 11), 1_000_00)
    (whole,) = agreed(date(2026, 9, 11), periods="from_start").due(date(2026, 10, 10))
    assert (whole.through, whole.amount_minor) == (date(2026, 10, 10), 1_000_00)


def test_a_period_is_charged_once_and_not_before_it_is_over() -> None:
    state = agreed(date(2026, 9, 1))
    with pytest.raises(BadRequest):
        state.due(date(2026, 9, 29))
    state = charged(state, date(2026, 9, 30))
    with pytest.raises(BadRequest):
        state.due(date(2026, 10, 30))
    assert [one.number for one in state.due(date(2026, 12, 1))] == [1, 2]
    with pytest.raises(BadRequest):
        agreed(date(2000, 1, 1)).due(date(2026, 1, 1))


def test_a_month_that_is_shorter_ends_on_its_last_day() -> None:
    assert [months_later(date(2027, 10, 31), number) for number in (1, 4, 5)] == [
        date(2027, 11, 30), date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(("last", "amount"), [("prorated", 333_33), ("full", 1_000_00)])
def test_the_last_period_is_charged_by_its_days_or_in_full(last: Any, amount: int) -> None:
    state = charged(agreed(date(2026, 9, 1)), date(2026, 10, 31))
    with pytest.raises(BadRequest):
        state.end(date(2026, 10, 30), last, "they left")
    with pytest.raises(BadRequest):
        agreed(date(2026, 9, 1)).end(date(2026, 8, 31), last, "they left")
    state = evolve(state, state.end(date(2026, 11, 10), last, "they left"))
    (one,) = state.due(date(2027, 6, 30))
    assert (one.through, one.amount_minor) == (date(2026, 11, 10), amount)
    with pytest.raises(WrongState):
        check_new(state, date(2026, 12, 1))
    state = charged(state, date(2027, 6, 30))
    with pytest.raises(BadRequest):
        state.due(date(2028, 1, 1))
    with pytest.raises(WrongState):
        state.end(date(2026, 12, 1), last, "again")
    with pytest.raises(BadRequest):
        check_new(state, date(2026, 11, 10))
    check_new(state, date(2026, 11, 11))


def test_time_is_recorded_by_the_subscription_of_its_day() -> None:
    state = charged(agreed(date(2026, 9, 1)), date(2026, 9, 30))
    state = evolve(state, state.end(date(2026, 9, 30), "full", "changed"))
    later = evolve(state, agreed(date(2026, 10, 5), hours="non_billable").agreed)
    days = (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 5))
    assert [later.hours_on(day) for day in days] == ["billable", "no_charge", "no_charge", "billable", "non_billable"]
    with pytest.raises(WrongState):
        check_new(later, date(2027, 1, 1))


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from([1, 2, 3, 6, 12]),
    st.sampled_from(["calendar", "from_start"]),
    st.integers(0, 900),
    st.integers(1, 10**6),
)
def test_every_day_is_in_one_period_and_prorated_fees_are_within_a_cent(
    start: date, months: int, periods: str, days: int, amount: int
) -> None:
    state = agreed(start, every_months=months, periods=periods, amount_minor=amount)
    ends = start + timedelta(days=days)
    state = evolve(state, state.end(ends, "prorated", "they left"))
    found, expected = state.due(ends), start
    for one in found:
        assert one.from_day == expected
        assert one.through >= one.from_day
        expected = one.through + timedelta(days=1)
        assert 0 <= one.amount_minor <= amount
    assert expected == ends + timedelta(days=1)
    for one in found[1:-1]:
        assert one.amount_minor == amount
