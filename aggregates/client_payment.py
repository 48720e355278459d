"""Money a client paid to the firm's operating account, and the bills it was put to.

Money that is not earned belongs in trust and is received there; what a client paid too much is client money, too (domain
reference, section 2.5). Fees of the card company and what was charged back are the firm's own (T8). Amounts are minor units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Currency, Event, Minor, MoneyEvent, Personal, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money

Method = Literal["cheque", "cash", "wire", "ach", "card"]


class PaymentReceived(MoneyEvent):
    """A client, or somebody for them, paid the firm."""

    TOPIC: ClassVar[str] = "client-payment/received"

    payment_id: UUID
    client_id: UUID
    payer: Personal
    currency: Currency
    amount_minor: Minor
    method: Method
    reference: str | None
    card_fee_minor: Annotated[int, Field(ge=0, le=10**15)]


class PaymentApplied(MoneyEvent):
    """Part of it went to a bill."""

    TOPIC: ClassVar[str] = "client-payment/applied"

    allocation_id: UUID
    bill_id: UUID
    amount_minor: Minor


class ApplicationReversed(MoneyEvent):
    """What went to that bill is unapplied again."""

    TOPIC: ClassVar[str] = "client-payment/application-reversed"

    allocation_id: UUID
    bill_id: UUID
    amount_minor: Minor
    why: Words


class OverpaymentMovedToTrust(MoneyEvent):
    """What was paid too much went to the client's trust ledger."""

    TOPIC: ClassVar[str] = "client-payment/moved-to-trust"

    amount_minor: Minor
    ledger_id: UUID
    entry_id: UUID


class CreditRefunded(MoneyEvent):
    """Unapplied money was paid back from operating."""

    TOPIC: ClassVar[str] = "client-payment/refunded"

    amount_minor: Minor
    why: Words


class PaymentReturned(MoneyEvent):
    """The bank or the card company took it all back."""

    TOPIC: ClassVar[str] = "client-payment/returned"

    kind: Literal["returned", "chargeback"]
    amount_minor: Minor
    fee_minor: Annotated[int, Field(ge=0, le=10**15)]
    why: Words


class PaymentPartlyReturned(MoneyEvent):
    """The card company took part of it back."""

    TOPIC: ClassVar[str] = "client-payment/partly-returned"

    amount_minor: Minor
    why: Words


class PaymentRestored(MoneyEvent):
    """What the card company took back, or the firm had refunded, is there again; `whole`, where all had been returned."""

    TOPIC: ClassVar[str] = "client-payment/restored"

    amount_minor: Minor
    whole: bool
    why: Words


@dataclass(frozen=True, slots=True)
class ClientPayment:
    """State after its events."""

    received: PaymentReceived
    applied: Mapping[UUID, tuple[UUID, int]] = field(default_factory=dict)
    """Allocation → (bill, minor units), of those that stand."""
    applied_on: Mapping[UUID, date] = field(default_factory=dict)
    """Allocation → the day it was made, of every one."""
    gone_minor: int = 0
    """Moved to trust, refunded, or taken back in part."""
    returned: bool = False

    @property
    def unapplied_minor(self) -> int:
        """The client's credit."""
        if self.returned:
            return 0
        return self.received.amount_minor - sum(part for _, part in self.applied.values()) - self.gone_minor

    def apply(self, allocation_id: UUID, bill_id: UUID, amount_minor: int, *, on: date) -> PaymentApplied:
        """Raises WrongState, BadRequest for more than is unapplied, or before it was received."""
        self._check_spendable(amount_minor, on)
        return PaymentApplied(effective_date=on, allocation_id=allocation_id, bill_id=bill_id, amount_minor=amount_minor)

    def take_back(self, allocation_id: UUID, why: str, *, on: date) -> ApplicationReversed:
        """Raises NotFound where no such allocation stands, BadRequest for a day before it was made."""
        if allocation_id not in self.applied:
            raise NotFound("the payment has no such allocation, or it was reversed already", allocation_id=allocation_id)
        if on < (made := self.applied_on[allocation_id]):
            raise BadRequest(f"{on} is before {made}, when that was put to the bill")
        bill_id, amount_minor = self.applied[allocation_id]
        return ApplicationReversed(
            effective_date=on, allocation_id=allocation_id, bill_id=bill_id, amount_minor=amount_minor, why=why
        )

    def move_to_trust(self, ledger_id: UUID, entry_id: UUID, amount_minor: int, *, on: date) -> OverpaymentMovedToTrust:
        """Raises WrongState, BadRequest."""
        self._check_spendable(amount_minor, on)
        return OverpaymentMovedToTrust(effective_date=on, amount_minor=amount_minor, ledger_id=ledger_id, entry_id=entry_id)

    def refund(self, amount_minor: int, why: str, *, on: date) -> CreditRefunded:
        """Raises WrongState, BadRequest."""
        self._check_spendable(amount_minor, on)
        return CreditRefunded(effective_date=on, amount_minor=amount_minor, why=why)

    def give_back(self, kind: Literal["returned", "chargeback"], fee_minor: int, why: str, *, on: date) -> PaymentReturned:
        """What the bank did. Raises WrongState where it came back already, BadRequest before it was received."""
        if self.returned:
            raise WrongState("this payment came back already")
        self._check_day(on)
        if kind == "chargeback" and self.received.method != "card":
            raise BadRequest(f"a payment by {self.received.method} is returned, not charged back")
        return PaymentReturned(
            effective_date=on, kind=kind, amount_minor=self.received.amount_minor, fee_minor=fee_minor, why=why
        )

    def give_part_back(self, amount_minor: int, why: str, *, on: date) -> PaymentPartlyReturned:
        """What the card company did. Raises WrongState, BadRequest for more than is unapplied."""
        self._check_spendable(amount_minor, on)
        return PaymentPartlyReturned(effective_date=on, amount_minor=amount_minor, why=why)

    def restore(self, amount_minor: int, why: str, *, on: date) -> PaymentRestored:
        """Raises BadRequest for more than had gone."""
        whole = self.returned
        if not whole and amount_minor > self.gone_minor:
            raise BadRequest(f"{money(self.gone_minor)} of the payment had gone; {money(amount_minor)} cannot come back")
        return PaymentRestored(effective_date=on, amount_minor=amount_minor, whole=whole, why=why)

    def _check_spendable(self, amount_minor: int, on: date) -> None:
        if self.returned:
            raise WrongState("this payment came back; nothing of it is left")
        self._check_day(on)
        if amount_minor > (left := self.unapplied_minor):
            raise BadRequest(
                f"{money(left)} of the payment is unapplied; {money(amount_minor)} is more",
                unapplied_minor=left,
                asked_minor=amount_minor,
            )

    def _check_day(self, on: date) -> None:
        if on < self.received.effective_date:
            raise BadRequest(f"{on} is before {self.received.effective_date}, when the payment was received")


def evolve(payment: ClientPayment | None, event: Event) -> ClientPayment:
    """The state one event later."""
    if isinstance(event, PaymentReceived):
        assert payment is None, "received twice"
        return ClientPayment(event)
    assert payment is not None, "applied before it was received"
    match event:
        case PaymentApplied():
            applied = {**payment.applied, event.allocation_id: (event.bill_id, event.amount_minor)}
            made = {**payment.applied_on, event.allocation_id: event.effective_date}
            return replace(payment, applied=applied, applied_on=made)
        case ApplicationReversed():
            return replace(payment, applied={k: one for k, one in payment.applied.items() if k != event.allocation_id})
        case OverpaymentMovedToTrust() | CreditRefunded() | PaymentPartlyReturned():
            return replace(payment, gone_minor=payment.gone_minor + event.amount_minor)
        case PaymentReturned():
            return replace(payment, returned=True)
        case PaymentRestored():
            return replace(
                payment, returned=False, gone_minor=payment.gone_minor - (0 if event.whole else event.amount_minor)
            )
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a client's payment")


KIND = Kind("client-payment", evolve)
EVENTS: tuple[type[Event], ...] = (
    PaymentReceived, PaymentApplied, ApplicationReversed, OverpaymentMovedToTrust, CreditRefunded, PaymentReturned,
    PaymentPartlyReturned, PaymentRestored,
)  # fmt: skip
