"""What a matter may cost its client: fees, costs and hours, and the shares of them at which somebody should look."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest
from aggregates.event import Event, Minor
from aggregates.stream import Kind

BudgetedSeconds = Annotated[int, Field(gt=0, le=10**10)]
NoticePercents = Annotated[tuple[Annotated[int, Field(ge=1, le=1_000)], ...], Field(max_length=10)]


class Budget(BaseModel):
    """Bounds before tax, None where there is none: minor units, and seconds charged. Notices come at these percents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fees_minor: Minor | None
    costs_minor: Minor | None
    seconds: BudgetedSeconds | None
    notices_at_percent: NoticePercents


class MatterBudgetSet(Event):
    """A budget was agreed for a matter, in place of the one before; None ends it."""

    TOPIC: ClassVar[str] = "matter-budget/set"

    matter_id: UUID
    before: Budget | None
    after: Budget | None


@dataclass(frozen=True, slots=True)
class MatterBudget:
    """State after its events."""

    budget: Budget | None = None

    def change(self, matter_id: UUID, after: Budget | None) -> MatterBudgetSet:
        """Raises BadRequest where nothing changes."""
        if after == self.budget:
            raise BadRequest("that is the budget already")
        return MatterBudgetSet(matter_id=matter_id, before=self.budget, after=after)


def evolve(_: MatterBudget | None, event: Event) -> MatterBudget:
    """The state one event later."""
    assert isinstance(event, MatterBudgetSet), f"{event.TOPIC} is not of a budget"
    return MatterBudget(event.after)


KIND = Kind("matter-budget", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's budget."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (MatterBudgetSet,)
