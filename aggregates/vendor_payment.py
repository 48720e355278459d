"""A payment to a vendor from the firm's own money, split over matters and overhead.

What a client's trust money pays is a disbursement from trust, and no cost of the firm's. Amounts are minor units.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.errors import WrongState
from aggregates.event import Currency, Event, Minor, MoneyEvent, Personal, Words
from aggregates.outlay import MOST_PARTS, Outlay
from aggregates.stream import Kind

Source = Literal["operating", "card"]
Method = Literal["cheque", "cash", "wire", "ach", "card"]


class VendorPaid(MoneyEvent):
    """A vendor was paid on `effective_date`."""

    TOPIC: ClassVar[str] = "vendor-payment/made"

    payment_id: UUID
    payee: Personal
    currency: Currency
    amount_minor: Minor
    paid_from: Source
    method: Method
    reference: str | None
    parts: Annotated[tuple[Outlay, ...], Field(min_length=1, max_length=MOST_PARTS)]


class VendorPaymentReversed(MoneyEvent):
    """It was never made, or came back, on `effective_date`."""

    TOPIC: ClassVar[str] = "vendor-payment/reversed"

    amount_minor: Minor
    paid_from: Source
    parts: tuple[Outlay, ...]
    why: Words


@dataclass(frozen=True, slots=True)
class VendorPayment:
    """State after its events."""

    made: VendorPaid
    reversed: bool = False

    def check_stands(self) -> VendorPaid:
        """Raises WrongState where it was reversed."""
        if self.reversed:
            raise WrongState("this payment to a vendor was reversed")
        return self.made

    def reverse(self, why: str, *, on: date) -> VendorPaymentReversed:
        """Raises WrongState where it was reversed, or the day is before it was made."""
        made = self.check_stands()
        if on < made.effective_date:
            raise WrongState(f"{on} is before {made.effective_date}, when it was made")
        return VendorPaymentReversed(
            effective_date=on, amount_minor=made.amount_minor, paid_from=made.paid_from, parts=made.parts, why=why
        )


def evolve(payment: VendorPayment | None, event: Event) -> VendorPayment:
    """The state one event later."""
    if isinstance(event, VendorPaid):
        assert payment is None, "made twice"
        return VendorPayment(event)
    assert payment is not None, "reversed before it was made"
    assert isinstance(event, VendorPaymentReversed), f"{event.TOPIC} is not of a payment to a vendor"
    return replace(payment, reversed=True)


KIND = Kind("vendor-payment", evolve)
EVENTS: tuple[type[Event], ...] = (VendorPaid, VendorPaymentReversed)
