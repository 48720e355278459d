"""Shares of a bill: to the cent its total, whatever is paid, credited, charged or taken back."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.bill_shares import BillShared, BillShares, BillSharesMoved, PayerPortion, agree, begun, split
from aggregates.errors import BadRequest

A, B, C = (UUID(int=number) for number in (1, 2, 3))
ON = date(2026, 9, 15)


def portions(*millionths: int) -> tuple[PayerPortion, ...]:
    return tuple(PayerPortion(payer_id=UUID(int=n), millionths=one) for n, one in enumerate(millionths, 1))


def shared(total: int, *millionths: int, residue: UUID = A) -> BillShares:
    parts = portions(*millionths)
    event = BillShared(
        effective_date=ON, client_id=A, portions=parts, residue_payer_id=residue, shares=split(total, parts, residue)
    )
    return begun(event)


def moved(of: BillShares, key: int, by: dict[UUID, int]) -> BillShares:
    return of.later(BillSharesMoved(effective_date=ON, moved_by=UUID(int=key), moved=by))


def test_the_cent_goes_to_the_largest_remainder_and_of_equals_to_the_payer_named() -> None:
    assert split(100_01, portions(500_000, 500_000), B) == {B: 50_01, A: 50_00}
    assert split(100_01, portions(500_000, 500_000), A) == {A: 50_01, B: 50_00}
    assert split(100_01, portions(400_000, 300_000, 300_000), B) == {B: 30_00, A: 40_01, C: 30_00}
    assert split(1_00, portions(333_333, 333_333, 333_334), A) == {A: 33, B: 33, C: 34}
    assert split(2, portions(333_300, 333_300, 333_400), B) == {B: 1, A: 0, C: 1}


@pytest.mark.parametrize(
    ("parts", "residue"),
    [
        (portions(500_000, 499_999), A),
        (portions(500_000, 500_001), A),
        (portions(999_999), A),
        ((*portions(500_000), *portions(500_000)), A),
        (portions(500_000, 500_000), C),
        (portions(500_000, 500_000), None),
        ((), A),
    ],
)
def test_payers_come_to_a_hundred_percent_each_once_and_one_is_named(parts: Any, residue: UUID | None) -> None:
    with pytest.raises(BadRequest):
        agree(matter_id=A, client_id=A, portions=parts, residue_payer_id=residue, authority="Letter")


def test_a_payer_pays_their_share_and_the_client_what_the_others_leave() -> None:
    of = shared(1_000_00, 500_000, 300_000, 200_000)
    with pytest.raises(BadRequest):
        of.pay(300_01, B)
    with pytest.raises(BadRequest):
        of.pay(1, UUID(int=9))
    of = moved(of, 7, of.pay(300_00, B))
    of = moved(of, 8, of.pay(600_00, A))
    assert of.open == {A: 0, B: 0, C: 100_00}
    of = moved(of, 9, of.undo(UUID(int=8)))
    assert of.open == {A: 500_00, B: 0, C: 200_00}


@st.composite
def percentages(draw: st.DrawFn) -> list[int]:
    cuts = sorted(draw(st.sets(st.integers(1, 999_999), min_size=1, max_size=5)))
    return [right - left for left, right in zip([0, *cuts], [*cuts, 1_000_000], strict=True)]


@given(st.integers(0, 10**9), percentages(), st.data())
def test_no_cent_is_lost_between_the_payers(total: int, parts: list[int], data: st.DataObject) -> None:
    payers = [UUID(int=number) for number in range(1, len(parts) + 1)]
    residue = data.draw(st.sampled_from(payers))
    of, owed = shared(total, *parts, residue=residue), total
    assert next(iter(of.open)) == residue
    for one, part in zip(payers, parts, strict=True):
        assert abs(of.open[one] * 1_000_000 - total * part) < 1_000_000
    for key in range(data.draw(st.integers(0, 8))):
        step = data.draw(st.sampled_from(["pay", "pay_all", "lower", "charge"]))
        payer = data.draw(st.sampled_from(payers))
        most = {"pay": of.open[payer], "pay_all": owed, "lower": owed, "charge": 10**6}[step]
        amount = data.draw(st.integers(0, most))
        by = {
            "pay": lambda: of.pay(amount, payer),  # noqa: B023 -- called at once
            "pay_all": lambda: of.pay(amount, A),  # noqa: B023 -- called at once
            "lower": lambda: of.lower(amount),  # noqa: B023 -- called at once
            "charge": lambda: of.charge(amount),  # noqa: B023 -- called at once
        }[step]()
        of, before = moved(of, 100 + key, by), of
        owed += amount if step == "charge" else -amount
        assert sum(of.open.values()) == owed
        assert min(of.open.values()) >= 0
        assert moved(of, 200, of.undo(UUID(int=100 + key))).open == before.open
