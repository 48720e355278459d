"""A link under which a client pays by card: one bill, to operating; or money into one trust ledger, to trust.

What is earned never goes to trust, and what is not earned never goes to operating (domain reference, section 1.7).
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.card_account import CardAccount, Destination, Reference
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Currency, Event, Minor, Words
from aggregates.stream import Kind
from aggregates.trust_rules import FirmMoneyInTrust


class UnearnedToOperating(BadRequest):
    """Money that is not earned would go to the operating account."""

    code = "card.unearned_to_operating"
    source = "ISBA Advisory Opinion 14-01; ABA Model Rule 1.15(c)"


class PaymentLinkMade(Event):
    """The processor takes a card payment under `url`. Either a bill or a trust ledger is named."""

    TOPIC: ClassVar[str] = "payment-link/made"

    link_id: UUID
    card_account_id: UUID
    destination: Destination
    bill_id: UUID | None
    ledger_id: UUID | None
    request_id: UUID | None
    client_id: UUID
    currency: Currency
    amount_minor: Minor
    processor_link: Reference
    url: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^https?://\S+$")]


class PaymentLinkPaid(Event):
    """Somebody paid under it."""

    TOPIC: ClassVar[str] = "payment-link/paid"

    card_payment_id: UUID


class PaymentLinkClosed(Event):
    """Nobody can pay under it any more."""

    TOPIC: ClassVar[str] = "payment-link/closed"

    why: Words


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """State after its events."""

    made: PaymentLinkMade
    status: Literal["open", "paid", "closed"] = "open"

    def close(self, why: str) -> PaymentLinkClosed:
        """Raises WrongState where it is paid or closed."""
        if self.status != "open":
            raise WrongState(f"this payment link is {self.status} already", status=self.status)
        return PaymentLinkClosed(why=why)


def check_destination(account: CardAccount, *, is_bill: bool, trust_account_id: UUID | None) -> None:
    """Whether money for a bill, or for a ledger of that trust account, may be taken through a card account.

    Raises FirmMoneyInTrust (T5), UnearnedToOperating, BadRequest for a ledger of another trust account.
    """
    connected = account.connected
    if is_bill and connected.destination == "trust":
        raise FirmMoneyInTrust(
            f"a bill is earned; its money goes to operating, not through {connected.account_name} to trust"
        )
    if not is_bill and connected.destination == "operating":
        raise UnearnedToOperating(
            f"money for a client's ledger is not earned; it goes directly to trust, never through {connected.account_name}"
        )
    if not is_bill and connected.trust_account_id != trust_account_id:
        raise BadRequest(f"{connected.account_name} pays into another trust account than this ledger's")


def evolve(link: PaymentLink | None, event: Event) -> PaymentLink:
    """The state one event later."""
    if isinstance(event, PaymentLinkMade):
        assert link is None, "made twice"
        return PaymentLink(event)
    assert link is not None, "paid before it was made"
    match event:
        case PaymentLinkPaid():
            return replace(link, status="paid")
        case PaymentLinkClosed():
            return replace(link, status="closed")
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a payment link")


KIND = Kind("payment-link", evolve)
EVENTS: tuple[type[Event], ...] = (PaymentLinkMade, PaymentLinkPaid, PaymentLinkClosed)
