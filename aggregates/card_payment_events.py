"""What happens to a payment by card. Two kinds: what the processor told, as it told it; and what was booked because of it.

What is told may come late, twice and in any order, so that each fact stands alone; booking follows from all that is known.
Amounts are positive minor units.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.card_account import Destination, Reference
from aggregates.event import Event, Minor, MoneyEvent, Personal, Words

Told = Annotated[str, Field(min_length=1, max_length=300)]
"""A few words of the processor's."""
Fee = Annotated[int, Field(ge=0, le=10**15)]
DisputeState = Literal["inquiry", "open", "won", "lost"]
RefundState = Literal["made", "failed"]
About = Literal["payment", "currency", "bill", "fee", "dispute", "refund"]


class _OfPayment(Event):
    """`processor_payment` is the processor's name for it."""

    card_account_id: UUID
    processor_payment: Reference


class _MoneyOfPayment(MoneyEvent, _OfPayment):
    """The same, on a day of the books."""


class CardPaymentProcessing(_OfPayment):
    """Told: the money is on its way, and may still fail."""

    TOPIC: ClassVar[str] = "card-payment/processing"

    link_id: UUID | None
    amount_minor: Minor
    currency: Told


class CardPaymentFailed(_OfPayment):
    """Told: the payment was declined, or given up."""

    TOPIC: ClassVar[str] = "card-payment/failed"

    link_id: UUID | None
    failure: Told
    said: Told | None


class CardPaymentSucceeded(_MoneyOfPayment):
    """Told: the money was taken from the payer, gross."""

    TOPIC: ClassVar[str] = "card-payment/succeeded"

    link_id: UUID | None
    destination: Destination
    trust_account_id: UUID | None
    amount_minor: Minor
    currency: Told
    payer: Personal


class CardPaymentTraced(_OfPayment):
    """Told later: under which link it was made."""

    TOPIC: ClassVar[str] = "card-payment/traced"

    link_id: UUID


class CardPaymentPlaced(_MoneyOfPayment):
    """Booked: as a client's payment to operating, or as a receipt on a trust ledger."""

    TOPIC: ClassVar[str] = "card-payment/placed"

    payment_id: UUID | None
    ledger_id: UUID | None
    entry_id: UUID | None
    client_id: UUID | None
    amount_minor: Minor


class CardFeeTaken(_MoneyOfPayment):
    """Booked: the processor's fee, an expense of the firm on operating (T8), whatever the payment was for.

    For the payment, or for a `dispute` of it. Of a payment to trust the firm owes the trust account as much, by
    `exception_id`, since the processor kept it from what it pays out there.
    """

    TOPIC: ClassVar[str] = "card-payment/fee-taken"

    entry_id: UUID
    dispute: Reference | None
    amount_minor: Minor
    given_back: bool
    exception_id: UUID | None


class CardDisputeTold(_OfPayment):
    """Told: the payer disputes the payment. An inquiry takes no money yet; the other states have, until won."""

    TOPIC: ClassVar[str] = "card-payment/dispute-told"

    dispute: Reference
    state: DisputeState
    amount_minor: Minor
    fee_minor: Fee
    reason: Told | None


class TakenOff(BaseModel):
    """So much of a bill is owed again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bill_id: UUID
    amount_minor: Minor


class CardChargebackBooked(_MoneyOfPayment):
    """Booked: what the processor took for a dispute, from operating, never from trust (T8).

    Of a payment to operating, `taken_off` are the bills owed again; of one to trust, the firm owes the trust account as
    much, by `exception_id`. `short_minor` of it could not be taken from the payment, since it was gone from there already.
    """

    TOPIC: ClassVar[str] = "card-payment/chargeback-booked"
    SCHEMA: ClassVar[int] = 2

    entry_id: UUID
    dispute: Reference
    destination: Destination
    amount_minor: Minor
    short_minor: Fee
    taken_off: tuple[TakenOff, ...]
    exception_id: UUID | None


class CardChargebackGivenBack(_MoneyOfPayment):
    """Booked: the dispute was won, and the processor gave the amount back."""

    TOPIC: ClassVar[str] = "card-payment/chargeback-given-back"

    entry_id: UUID
    dispute: Reference
    destination: Destination
    amount_minor: Minor


class CardRefundAsked(_OfPayment):
    """Somebody of the firm asked the processor to pay the payer back. Money moves when the processor tells so."""

    TOPIC: ClassVar[str] = "card-payment/refund-asked"

    refund: Reference
    amount_minor: Minor
    why: Words


class CardRefundTold(_OfPayment):
    """Told: a refund was made, or failed after it was."""

    TOPIC: ClassVar[str] = "card-payment/refund-told"

    refund: Reference
    state: RefundState
    amount_minor: Minor


class CardRefundsTold(_OfPayment):
    """Told: this much of the payment was refunded in all, without the names of the refunds."""

    TOPIC: ClassVar[str] = "card-payment/refunds-told"

    in_all_minor: Minor


class CardRefundBooked(_MoneyOfPayment):
    """Booked: so much more went back to the payer, or, `came_back`, to the firm again.

    `short_minor` of it had nothing left to be taken from; of what came back, as much had never been taken.
    """

    TOPIC: ClassVar[str] = "card-payment/refund-booked"
    SCHEMA: ClassVar[int] = 2

    amount_minor: Minor
    short_minor: Fee
    came_back: bool


class CardQuestionRaised(_MoneyOfPayment):
    """What the processor told could not be booked as it should be: a person must look."""

    TOPIC: ClassVar[str] = "card-payment/question-raised"

    question_id: UUID
    about: About
    amount_minor: Minor
    why: Words


class CardQuestionSettled(_OfPayment):
    """Somebody looked, and put it right."""

    TOPIC: ClassVar[str] = "card-payment/question-settled"

    question_id: UUID
    answer: Words


EVENTS: tuple[type[Event], ...] = (
    CardPaymentProcessing, CardPaymentFailed, CardPaymentSucceeded, CardPaymentTraced, CardPaymentPlaced, CardFeeTaken,
    CardDisputeTold, CardChargebackBooked, CardChargebackGivenBack, CardRefundAsked, CardRefundTold, CardRefundsTold,
    CardRefundBooked, CardQuestionRaised, CardQuestionSettled,
)  # fmt: skip
