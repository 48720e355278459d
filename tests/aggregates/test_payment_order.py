"""In which order a payment is put to what is owed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.errors import BadRequest
from aggregates.payment_order import BillsOrder, OpenBill, complete, over_bills

THREE = [OpenBill("old", 100), OpenBill("newer", 50), OpenBill("newest", 51)]


@pytest.mark.parametrize(
    ("order", "amount", "put"),
    [
        ("oldest_due", 120, {"old": 100, "newer": 20}),
        ("newest_due", 101, {"newest": 51, "newer": 50}),
        ("newest_due", 102, {"newest": 51, "newer": 50, "old": 1}),
        ("in_proportion", 100, {"old": 50, "newer": 25, "newest": 25}),
        ("in_proportion", 2, {"old": 1, "newest": 1}),
        ("oldest_due", 500, {"old": 100, "newer": 50, "newest": 51}),
    ],
)
def test_a_payment_goes_over_bills_in_order(order: BillsOrder, amount: int, put: dict[str, int]) -> None:
    assert over_bills(amount, THREE, order) == put
    assert over_bills(amount, [], order) == {}


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(1, 10**8), max_size=6),
    st.sampled_from(["oldest_due", "newest_due", "in_proportion"]),
)
def test_no_cent_is_lost_and_no_bill_gets_more_than_is_open(amount: int, parts: list[int], order: BillsOrder) -> None:
    bills = [OpenBill(str(n), part) for n, part in enumerate(parts)]
    put = over_bills(amount, bills, order)
    assert sum(put.values()) == min(amount, sum(parts))
    assert all(0 < put[key] <= parts[int(key)] for key in put)


def test_classes_that_are_not_named_follow_in_their_usual_order() -> None:
    assert complete(("fee", "interest")) == ("fee", "interest", "tax", "hard_cost", "soft_cost")
    assert complete(()) == ("tax", "hard_cost", "soft_cost", "fee", "interest")
    with pytest.raises(BadRequest):
        complete(("fee", "fee"))
