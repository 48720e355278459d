"""What a card processor tells of a payment, in our words, whichever processor it is. Amounts are minor units."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.card_account import Reference
from aggregates.card_payment_events import DisputeState, Fee, RefundState, Told
from aggregates.event import Minor


class _News(BaseModel):
    """`payment` is the processor's name for the payment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payment: Reference


class Processing(_News):
    """It is on its way, and may still fail."""

    kind: Literal["processing"] = "processing"
    link_id: UUID | None
    amount_minor: Minor
    currency: Told


class Failed(_News):
    """It was declined or given up."""

    kind: Literal["failed"] = "failed"
    link_id: UUID | None
    failure: Told
    said: Told | None


class Succeeded(_News):
    """It was made, gross."""

    kind: Literal["succeeded"] = "succeeded"
    link_id: UUID | None
    amount_minor: Minor
    currency: Told
    payer: Told | None


class FeeKept(_News):
    """The processor kept this fee of it, in all."""

    kind: Literal["fee"] = "fee"
    amount_minor: Fee


class Disputed(_News):
    """The payer disputes it, or did."""

    kind: Literal["disputed"] = "disputed"
    dispute: Reference
    state: DisputeState
    amount_minor: Minor
    fee_minor: Fee
    reason: Told | None


class Refunded(_News):
    """One refund of it was made, or failed after it was."""

    kind: Literal["refunded"] = "refunded"
    refund: Reference
    state: RefundState
    amount_minor: Minor


class RefundedInAll(_News):
    """So much of it was refunded until now."""

    kind: Literal["refunded_in_all"] = "refunded_in_all"
    amount_minor: Minor


News = Annotated[
    Processing | Failed | Succeeded | FeeKept | Disputed | Refunded | RefundedInAll, Field(discriminator="kind")
]
