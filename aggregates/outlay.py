"""What money that the firm spent was for, part by part: costs of matters, the firm's own overhead, or a vendor it owed.

One payment to a vendor, or one charge on the firm's card, may be for several of them; the parts sum to it exactly, so that
no reimbursable cost slips through (domain reference, section 2.6). Amounts are minor units.
"""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest
from aggregates.event import Minor, Words
from aggregates.trust_rules import money

MOST_PARTS = 100


class Outlay(BaseModel):
    """A cost of a matter (`cost_id`, `matter_id`), what was owed for one (`cost_id` alone), or overhead (its account)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount_minor: Minor
    cost_id: UUID | None = None
    matter_id: UUID | None = None
    overhead: Annotated[str, Field(max_length=80)] | None = None
    note: Words | None = None


def check_sum(parts: Sequence[Outlay], amount_minor: int, what: str) -> None:
    """Raises BadRequest unless the parts come to the amount, to the cent."""
    told = sum(part.amount_minor for part in parts)
    if told != amount_minor:
        raise BadRequest(
            f"the parts come to {money(told)}, and {what} to {money(amount_minor)}",
            parts_minor=told,
            amount_minor=amount_minor,
        )


def overhead_of(parts: Sequence[Outlay]) -> int:
    """How much of it is the firm's own expense."""
    return sum(part.amount_minor for part in parts if part.overhead is not None)


def owed_of(parts: Sequence[Outlay]) -> int:
    """How much of it pays what vendors were owed for costs entered before."""
    return sum(part.amount_minor for part in parts if part.cost_id is not None and part.matter_id is None)
