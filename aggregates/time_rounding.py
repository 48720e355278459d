"""How worked time becomes time charged: an increment, a mode and a minimum, by firm, client or matter.

What was worked is kept as it was; what is charged stands beside it (domain reference, section 2.2).
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Event
from aggregates.stream import Kind

Mode = Literal["up", "down", "nearest"]
Scope = Literal["firm", "client", "matter"]
SECONDS_AN_HOUR = 3_600


class RoundingRule(BaseModel):
    """Time is charged in whole increments, and no less than the minimum; both in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    increment_seconds: Annotated[int, Field(ge=1, le=SECONDS_AN_HOUR)]
    mode: Mode
    minimum_seconds: Annotated[int, Field(ge=0, le=24 * SECONDS_AN_HOUR)] = 0

    def rounded(self, seconds: int) -> int:
        """The seconds charged for seconds worked. Nothing worked is nothing charged; half an increment rounds up."""
        if seconds == 0:
            return 0
        step = self.increment_seconds
        match self.mode:
            case "up":
                whole = -(-seconds // step)
            case "down":
                whole = seconds // step
            case "nearest":
                whole = (2 * seconds + step) // (2 * step)
        least = -(-self.minimum_seconds // step)
        return max(whole, least) * step


TENTHS = RoundingRule(increment_seconds=360, mode="up")
"""Any action from one to six minutes is a tenth of an hour: what a firm that agreed nothing charges by."""


def value_minor(seconds: int, rate_minor: int) -> int:
    """What charged seconds come to at a rate for an hour, in minor units, half a unit rounded up."""
    return (2 * seconds * rate_minor + SECONDS_AN_HOUR) // (2 * SECONDS_AN_HOUR)


class TimeRoundingAgreed(Event):
    """From now on time of this firm, client or matter is rounded so; None returns to the rule of the wider scope."""

    TOPIC: ClassVar[str] = "time-rounding/agreed"

    scope: Scope
    subject_id: UUID | None
    before: RoundingRule | None
    after: RoundingRule | None


@dataclass(frozen=True, slots=True)
class TimeRounding:
    """State after its events."""

    rule: RoundingRule | None


def evolve(_: TimeRounding | None, event: Event) -> TimeRounding:
    """The state one event later."""
    assert isinstance(event, TimeRoundingAgreed), f"{event.TOPIC} is not of time rounding"
    return TimeRounding(event.after)


KIND = Kind("time-rounding", evolve)


def stream_of(scope: Scope, subject_id: UUID | None) -> UUID:
    """The stream of the firm's, a client's or a matter's rule."""
    return KIND.stream_id(scope, subject_id)


EVENTS: tuple[type[Event], ...] = (TimeRoundingAgreed,)
