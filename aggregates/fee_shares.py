"""Who is credited with fees when they are collected: who brought the matter, who is responsible for it, who did the work.

Agreed for the firm, for a person, or for a matter; the most specific counts (domain reference, section 3). The three shares
need not come to a whole: one person may be credited for all three, and the firm may credit more or less than was paid.
Shares are millionths (10 % is 100,000).
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from aggregates.event import Event
from aggregates.stream import Kind

Millionths = Annotated[int, Field(ge=0, le=1_000_000)]
Originators = Annotated[tuple[UUID, ...], Field(max_length=10)]


class FeeSharesAgreed(Event):
    """From a day on, fees that are collected are credited by these shares; for the firm where nobody is named.

    `originators` share a matter's origination evenly; without any it is the matter's originating attorney's.
    """

    TOPIC: ClassVar[str] = "fee-shares/agreed"

    share_id: UUID
    matter_id: UUID | None
    timekeeper_id: UUID | None
    binds_from: date
    originating_millionths: Millionths
    responsible_millionths: Millionths
    working_millionths: Millionths
    originators: Originators


FeeShares = tuple[FeeSharesAgreed, ...]
"""All that was agreed, in its order. Of one day's, the one agreed last counts."""


def check_agreement(agreed: FeeShares, event: FeeSharesAgreed) -> None:
    """Raises BadRequest for shares of a matter and a person at once, for originators of no matter or named twice, and
    where that is agreed already.
    """
    if event.matter_id is not None and event.timekeeper_id is not None:
        raise BadRequest("shares are agreed for the firm, for a person, or for a matter, not for a person in a matter")
    if event.originators and event.matter_id is None:
        raise BadRequest("several originators are agreed for a matter")
    if len(set(event.originators)) < len(event.originators):
        raise BadRequest("an originator is named twice")
    subject = (event.matter_id, event.timekeeper_id, event.binds_from)
    before = [one for one in agreed if (one.matter_id, one.timekeeper_id, one.binds_from) == subject]
    if before and before[-1].model_copy(update={"share_id": event.share_id}) == event:
        raise BadRequest("that is agreed already", share_id=before[-1].share_id)


def evenly(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Whole parts in proportion to weights of 0 and more; what rounding leaves goes to the largest, of equals the first.

    An amount below nothing, a payment taken back, is shared as the payment was. Raises ValueError for no weights.
    """
    if not weights:
        raise ValueError("there is nobody to share with")
    if total_minor < 0:
        return [-part for part in evenly(-total_minor, weights)]
    whole = sum(weights) or 1
    parts = [total_minor * weight // whole for weight in weights]
    parts[max(range(len(weights)), key=lambda n: (weights[n], -n))] += total_minor - sum(parts)
    return parts


def part_of(amount_minor: int, millionths: int) -> int:
    """A share of an amount, half up away from nothing, so that what is taken back is what was given."""
    sign = -1 if amount_minor < 0 else 1
    return sign * ((2 * abs(amount_minor) * millionths + 1_000_000) // 2_000_000)


def evolve(agreed: FeeShares | None, event: Event) -> FeeShares:
    """The state one event later."""
    assert isinstance(event, FeeSharesAgreed), f"{event.TOPIC} is not of shares in fees"
    return (*(agreed or ()), event)


KIND = Kind("fee-shares", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (FeeSharesAgreed,)
