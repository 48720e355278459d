"""Interest by the day: against a plain loop, in charges of any number, and never on interest."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.bill_interest import BillInterest
from aggregates.errors import BadRequest, NotFound
from aggregates.late_terms import Compounds, LateTerms, LateTermsAgreed, accrued_minor, compounded_minor, evolve

BEGIN = date(2026, 1, 1)
ID = UUID(int=1)


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


def terms(
    rate: int = 120_000, grace: int = 0, fee: int = 0, since: int = 0, number: int = 9, compounds: Compounds = "never"
) -> LateTermsAgreed:
    return LateTermsAgreed(
        terms_id=UUID(int=number), client_id=ID, matter_id=None, binds_from=day(since), rate_millionths=rate,
        grace_days=grace, late_fee_minor=fee, authority="Engagement letter", compounds=compounds,
    )  # fmt: skip


MOVED = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 5_000)), max_size=6)


def principal(issued: int, payments: list[tuple[int, int]]) -> list[tuple[date, int]]:
    moved, left = [(BEGIN, issued)], issued
    for on, paid in payments:
        part = min(paid, left)
        left -= part
        moved.append((day(on), -part))
    return moved


def looped(moved: list[tuple[date, int]], rate: int, first: date, through: date) -> int:
    total, on = Fraction(0), first
    while on <= through:
        total += Fraction(sum(amount for when, amount in moved if when <= on) * rate, 365 * 1_000_000)
        on += timedelta(days=1)
    return int(total + Fraction(1, 2))


@given(st.integers(1, 100_000), MOVED, st.integers(0, 1_000_000), st.integers(0, 200), st.integers(0, 500))
def test_interest_is_that_of_a_plain_loop_over_the_days(
    issued: int, payments: list[tuple[int, int]], rate: int, first: int, through: int
) -> None:
    moved = principal(issued, payments)
    assert accrued_minor(moved, rate, day(first), day(through)) == looped(moved, rate, day(first), day(through))


@given(st.integers(1, 100_000), MOVED, st.integers(1, 1_000_000), st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_charges_of_any_number_come_to_what_one_comes_to(
    issued: int, payments: list[tuple[int, int]], rate: int, days: list[int]
) -> None:
    moved, agreed, state = principal(issued, payments), terms(rate), BillInterest()
    for number, on in enumerate(sorted(days)):
        try:
            charge = state.charge(UUID(int=number), agreed, moved, BEGIN, through=day(on))
        except BadRequest:
            continue
        state = state.later(charge)
    charged = sum(one.amount_minor for one in state.charges.values())
    assert charged == looped(moved, rate, day(1), day(max(days)))


def test_a_thousand_at_twelve_percent_for_thirty_days_is_9_86() -> None:
    moved = [(BEGIN, 1_000_00)]
    assert accrued_minor(moved, 120_000, day(1), day(30)) == 9_86
    assert accrued_minor(moved, 120_000, day(1), day(0)) == 0
    leap = [(date(2028, 1, 1), 1_000_00)]
    assert accrued_minor(leap, 120_000, date(2028, 1, 1), date(2028, 12, 31)) == 120_33


def test_the_days_of_grace_cost_nothing_and_the_late_fee_comes_once() -> None:
    moved, agreed, state = [(BEGIN, 1_000_00)], terms(grace=10, fee=25_00), BillInterest()
    with pytest.raises(BadRequest):
        state.charge(ID, agreed, moved, day(5), through=day(15))
    first = state.charge(ID, agreed, moved, day(5), through=day(16))
    assert (first.interest_minor, first.late_fee_minor, first.principal_minor) == (33, 25_00, 1_000_00)
    state = state.later(first)
    with pytest.raises(BadRequest):
        state.charge(ID, agreed, moved, day(5), through=day(16))
    assert state.charge(UUID(int=2), agreed, moved, day(5), through=day(17)).amount_minor == 33


def test_a_bill_paid_within_its_days_of_grace_bears_no_fee() -> None:
    moved = [(BEGIN, 1_000_00), (day(15), -1_000_00)]
    with pytest.raises(BadRequest):
        BillInterest().charge(ID, terms(grace=10, fee=25_00), moved, day(5), through=day(60))
    late = [(BEGIN, 1_000_00), (day(16), -1_000_00)]
    charge = BillInterest().charge(ID, terms(grace=10, fee=25_00), late, day(5), through=day(60))
    assert (charge.interest_minor, charge.late_fee_minor, charge.principal_minor) == (0, 25_00, 0)


@pytest.mark.parametrize(("forgiven", "again"), [(True, None), (False, 9_86)])
def test_what_is_forgiven_is_not_charged_again(forgiven: bool, again: int | None) -> None:
    moved, state = [(BEGIN, 1_000_00)], BillInterest()
    charge = state.charge(ID, terms(), moved, BEGIN, through=day(30))
    state = state.later(charge)
    with pytest.raises(BadRequest):
        state.reverse(ID, 9_85, "no", forgiven=forgiven, on=day(30))
    with pytest.raises(BadRequest):
        state.reverse(ID, 9_86, "no", forgiven=forgiven, on=day(29))
    state = state.later(state.reverse(ID, 9_86, "agreed", forgiven=forgiven, on=day(30)))
    with pytest.raises(NotFound):
        state.reverse(ID, 9_86, "again", forgiven=forgiven, on=day(30))
    if again is None:
        with pytest.raises(BadRequest):
            state.charge(ID, terms(), moved, BEGIN, through=day(30))
    else:
        assert state.charge(ID, terms(), moved, BEGIN, through=day(30)).interest_minor == again


def test_a_bill_goes_by_the_terms_of_the_day_it_was_issued_on() -> None:
    known = LateTerms()
    for event in (terms(100, since=10), terms(200, since=20, number=8), terms(300, since=20, number=7)):
        known = evolve(known, known.agree(event))
    assert known.of(day(9)) is None
    assert [one.rate_millionths for on in (10, 19, 20, 21) if (one := known.of(day(on)))] == [100, 100, 300, 300]
    with pytest.raises(BadRequest):
        known.agree(terms(300, since=30))
    with pytest.raises(BadRequest):
        LateTerms().agree(terms(0))
    ended = evolve(known, known.agree(terms(0, since=30))).of(day(30))
    assert ended is not None
    assert not ended.charges


def looped_compound(
    moved: list[tuple[date, int]], settled: list[tuple[date, int]], rate: int, months: int, through: date
) -> int:
    """Day by day from the first of January: what accrued in a period is rounded and carried when the next one begins."""
    carried, period, on = 0, Fraction(0), BEGIN
    while on <= through:
        if on != BEGIN and on.day == 1 and (on.month - 1) % months == 0:
            carried, period = carried + int(period + Fraction(1, 2)), Fraction(0)
        unpaid = max(carried - sum(part for when, part in settled if when <= on), 0)
        owed = sum(part for when, part in moved if when <= on) + unpaid
        period += Fraction(owed * rate, 365 * 1_000_000)
        on += timedelta(days=1)
    return carried + int(period + Fraction(1, 2))


@given(
    st.integers(1, 10_000_000),
    MOVED,
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 50_000)), max_size=4),
    st.integers(0, 1_000_000),
    st.sampled_from([("monthly", 1), ("quarterly", 3), ("yearly", 12)]),
    st.integers(0, 800),
)
def test_compound_interest_is_that_of_a_plain_loop_over_the_days(
    issued: int,
    payments: list[tuple[int, int]],
    settling: list[tuple[int, int]],
    rate: int,
    compounds: tuple[Compounds, int],
    through: int,
) -> None:
    moved, settled = principal(issued, payments), [(day(on), part) for on, part in settling]
    word, months = compounds
    expected = looped_compound(moved, settled, rate, months, day(through))
    assert compounded_minor(moved, settled, rate, word, BEGIN, day(through)) == expected


def test_a_month_of_twelve_percent_compounds_by_hand() -> None:
    # 31 days of 1,000.00 are 10.19; 28 days of 1,010.19 are 9.30; a day of 1,019.49 is 0.34
    moved = [(BEGIN, 1_000_00)]
    assert compounded_minor(moved, [], 120_000, "monthly", BEGIN, date(2026, 1, 31)) == 10_19
    assert compounded_minor(moved, [], 120_000, "monthly", BEGIN, date(2026, 2, 28)) == 19_49
    assert compounded_minor(moved, [], 120_000, "monthly", BEGIN, date(2026, 3, 1)) == 19_83
    # the interest paid on the day it is carried bears none: 28 days of 1,000.00 are 9.21
    assert compounded_minor(moved, [(date(2026, 2, 1), 10_19)], 120_000, "monthly", BEGIN, date(2026, 2, 28)) == 19_40
    # from the last of a month the periods begin on the last of the shorter ones
    late = date(2026, 1, 31)
    assert compounded_minor([(late, 1_000_00)], [], 120_000, "monthly", late, date(2026, 2, 28)) == 9_21 + 33


def test_terms_that_only_begin_to_compound_are_other_terms() -> None:
    known = evolve(None, terms())
    assert known.agree(terms(compounds="monthly", number=10)).compounds == "monthly"
    with pytest.raises(BadRequest):
        known.agree(terms(number=10))
    fee_only = evolve(None, terms(rate=0, fee=5_00))
    with pytest.raises(BadRequest):
        fee_only.agree(terms(rate=0, fee=5_00, compounds="yearly", number=10))
