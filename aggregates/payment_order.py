"""In which order a payment is put to what is owed: over the client's bills, and within a bill over its classes.

Where nothing was agreed it goes to the oldest due first, and within a bill to tax, hard costs, soft costs, fees and interest
(domain reference, section 2.5). The firm may agree another order, and each payment may say its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from aggregates.bill_events import IN_ORDER, AmountClass
from aggregates.errors import BadRequest
from aggregates.shares import shares

BillsOrder = Literal["oldest_due", "newest_due", "in_proportion"]
"""in_proportion: each bill gets its part of what is open together, by largest remainder, the oldest due first."""


class PaymentOrder(BaseModel):
    """The order that was agreed: every class once, the first paid first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[AmountClass, ...] = IN_ORDER
    bills: BillsOrder = "oldest_due"


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A bill that may be paid, and how much of it, in minor units."""

    bill_id: str
    open_minor: int


def complete(classes: Sequence[AmountClass]) -> tuple[AmountClass, ...]:
    """The classes that are named, and then the others as they are without an agreement. Raises BadRequest."""
    if len(set(classes)) < len(classes):
        raise BadRequest("name each class once")
    return (*classes, *(one for one in IN_ORDER if one not in classes))


def over_bills(amount_minor: int, oldest_first: Sequence[OpenBill], order: BillsOrder) -> dict[str, int]:
    """What of a payment goes to each bill, never more than is open of it; those that get nothing are left out."""
    if order == "in_proportion":
        parts = [one.open_minor for one in oldest_first]
        put = shares(min(amount_minor, sum(parts)), parts) if parts else []
        return {one.bill_id: part for one, part in zip(oldest_first, put, strict=True) if part}
    left, put_to = amount_minor, {}
    for one in oldest_first if order == "oldest_due" else reversed(oldest_first):
        if part := min(left, one.open_minor):
            put_to[one.bill_id] = part
            left -= part
    return put_to
