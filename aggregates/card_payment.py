"""A payment by card: what the processor told of it, what was booked, and what is still to be booked.

Its stream is named by the card account and the processor's own name for the payment, so that one payment is never two.
Amounts are minor units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar
from uuid import UUID

from aggregates.card_payment_events import (
    EVENTS,
    About,
    CardChargebackBooked,
    CardChargebackGivenBack,
    CardDisputeTold,
    CardFeeTaken,
    CardPaymentFailed,
    CardPaymentPlaced,
    CardPaymentProcessing,
    CardPaymentSucceeded,
    CardPaymentTraced,
    CardQuestionRaised,
    CardQuestionSettled,
    CardRefundAsked,
    CardRefundBooked,
    CardRefundsTold,
    CardRefundTold,
    DisputeState,
    RefundState,
)
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event
from aggregates.stream import Kind
from aggregates.trust_rules import money

Key = TypeVar("Key")
Kept = TypeVar("Kept")
_RANK: dict[DisputeState, int] = {"inquiry": 0, "open": 1, "lost": 2, "won": 2}


@dataclass(frozen=True, slots=True)
class CardPayment:
    """State after its events."""

    card_account_id: UUID
    processor_payment: str
    status: Literal["told", "processing", "failed", "succeeded"] = "told"
    link_id: UUID | None = None
    succeeded: CardPaymentSucceeded | None = None
    placed: CardPaymentPlaced | None = None
    fees: Mapping[str, int] = field(default_factory=dict)
    """Booked, by dispute; that of the payment itself under no name."""
    disputes: Mapping[str, CardDisputeTold] = field(default_factory=dict)
    chargebacks: Mapping[str, CardChargebackBooked] = field(default_factory=dict)
    """Those that stand: what was given back is not here."""
    settled_disputes: frozenset[str] = frozenset()
    """Won, and given back."""
    refunds: Mapping[str, CardRefundTold] = field(default_factory=dict)
    refunds_in_all_minor: int = 0
    refunded_minor: int = 0
    """Booked."""
    refund_short_minor: int = 0
    """Of that, what had nothing left to be taken from."""
    asked_minor: int = 0
    """Refunds asked for by the firm."""
    questions: Mapping[UUID, About] = field(default_factory=dict)
    """Open ones."""

    @property
    def refunds_told_minor(self) -> int:
        """What went back to the payer by all that was told, however it was told."""
        made = sum(one.amount_minor for one in self.refunds.values() if one.state == "made")
        failed = sum(one.amount_minor for one in self.refunds.values() if one.state == "failed")
        return max(made, self.refunds_in_all_minor - failed)

    def asks(self, about: About) -> bool:
        """Whether a person must look at this of it."""
        return about in self.questions.values()

    def is_news(self, dispute: str, state: DisputeState, fee_minor: int) -> bool:
        """Whether a dispute says more than what was told of it: a late notice of an earlier state does not."""
        known = self.disputes.get(dispute)
        if known is None:
            return True
        return _RANK[state] > _RANK[known.state] or (state == known.state and fee_minor > known.fee_minor)

    def is_news_of_refund(self, refund: str, state: RefundState) -> bool:
        """Whether it says more than what was told: what failed stays failed."""
        known = self.refunds.get(refund)
        return known is None or (known.state == "made" and state == "failed")

    def check_refundable(self, amount_minor: int) -> CardPaymentSucceeded:
        """Raises WrongState before it succeeded and while it is disputed, BadRequest for more than is left of it."""
        if self.succeeded is None:
            raise WrongState("this card payment has not succeeded; nothing of it can be refunded", status=self.status)
        if self.chargebacks:
            raise WrongState("the payer disputes this payment; a refund would pay them twice")
        left = self.succeeded.amount_minor - max(self.asked_minor, self.refunds_told_minor)
        if amount_minor > left:
            raise BadRequest(
                f"{money(left)} of the card payment is left; {money(amount_minor)} is more",
                left_minor=left,
                asked_minor=amount_minor,
            )
        return self.succeeded

    def settle(self, question_id: UUID, answer: str) -> CardQuestionSettled:
        """Raises NotFound where no such question is open."""
        if question_id not in self.questions:
            raise NotFound("the card payment has no such open question", question_id=question_id)
        return CardQuestionSettled(
            card_account_id=self.card_account_id,
            processor_payment=self.processor_payment,
            question_id=question_id,
            answer=answer,
        )


def evolve(payment: CardPayment | None, event: Event) -> CardPayment:
    """The state one event later."""
    assert isinstance(event, EVENTS), f"{event.TOPIC} is not of a card payment"
    if payment is None:
        payment = CardPayment(event.card_account_id, event.processor_payment)  # type: ignore[attr-defined] # all of EVENTS have both
    match event:
        case CardPaymentProcessing() | CardPaymentFailed():
            status: Literal["processing", "failed"] = "failed" if isinstance(event, CardPaymentFailed) else "processing"
            known = payment.succeeded is not None
            return replace(payment, status=payment.status if known else status, link_id=payment.link_id or event.link_id)
        case CardPaymentSucceeded():
            return replace(payment, status="succeeded", succeeded=event, link_id=event.link_id or payment.link_id)
        case CardPaymentTraced():
            return replace(payment, link_id=event.link_id)
        case CardPaymentPlaced():
            return replace(payment, placed=event)
        case CardFeeTaken():
            name, amount = event.dispute or "", -event.amount_minor if event.given_back else event.amount_minor
            return replace(payment, fees={**payment.fees, name: payment.fees.get(name, 0) + amount})
        case CardQuestionRaised():
            return replace(payment, questions={**payment.questions, event.question_id: event.about})
        case CardQuestionSettled():
            return replace(payment, questions=_without(payment.questions, event.question_id))
        case _:
            return _later(payment, event)


def _later(payment: CardPayment, event: Event) -> CardPayment:
    """Disputes and refunds."""
    match event:
        case CardDisputeTold():
            return replace(payment, disputes={**payment.disputes, event.dispute: event})
        case CardChargebackBooked():
            return replace(payment, chargebacks={**payment.chargebacks, event.dispute: event})
        case CardChargebackGivenBack():
            left = _without(payment.chargebacks, event.dispute)
            return replace(payment, chargebacks=left, settled_disputes=payment.settled_disputes | {event.dispute})
        case CardRefundAsked():
            return replace(payment, asked_minor=payment.asked_minor + event.amount_minor)
        case CardRefundTold():
            failed = event.amount_minor if event.state == "failed" else 0
            asked = max(0, payment.asked_minor - failed)
            return replace(payment, refunds={**payment.refunds, event.refund: event}, asked_minor=asked)
        case CardRefundsTold():
            return replace(payment, refunds_in_all_minor=max(payment.refunds_in_all_minor, event.in_all_minor))
        case CardRefundBooked():
            sign = -1 if event.came_back else 1
            short = payment.refund_short_minor + sign * event.short_minor
            return replace(
                payment, refunded_minor=payment.refunded_minor + sign * event.amount_minor, refund_short_minor=short
            )
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a card payment")


def _without(known: Mapping[Key, Kept], key: Key) -> dict[Key, Kept]:
    return {one: value for one, value in known.items() if one != key}


KIND = Kind("card-payment", evolve)
