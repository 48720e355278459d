"""What a matter may cost its client: fees, costs and hours, and the shares of them at which somebody should look."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Minor
from aggregates.stream import Kind

BudgetedSeconds = Annotated[int, Field(gt=0, le=10**10)]
NoticePercents = Annotated[tuple[Annotated[int, Field(ge=1, le=1_000)], ...], Field(max_length=10)]


BudgetOf = Literal["fees", "costs", "hours"]


class Budget(BaseModel):
    """Bounds before tax, None where there is none: minor units, and seconds charged. Notices come at these percents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fees_minor: Minor | None
    costs_minor: Minor | None
    seconds: BudgetedSeconds | None
    notices_at_percent: NoticePercents

    def bound(self, of: BudgetOf) -> int | None:
        """Minor units, or seconds of hours."""
        return {"fees": self.fees_minor, "costs": self.costs_minor, "hours": self.seconds}[of]


class MatterBudgetSet(Event):
    """A budget was agreed for a matter, in place of the one before; None ends it."""

    TOPIC: ClassVar[str] = "matter-budget/set"

    matter_id: UUID
    before: Budget | None
    after: Budget | None


class BudgetNoticeRaised(Event):
    """What was recorded reached a share of the budget at which somebody should look: once for each budget and share.

    `used` and `bound` are minor units, or seconds of hours.
    """

    TOPIC: ClassVar[str] = "matter-budget/notice-raised"

    matter_id: UUID
    of: BudgetOf
    at_percent: int
    used: int
    bound: int


@dataclass(frozen=True, slots=True)
class MatterBudget:
    """State after its events."""

    budget: Budget | None = None
    raised: Mapping[BudgetOf, int] = field(default_factory=dict)
    """Of this budget: the highest share that a notice was raised at, in percent."""

    def change(self, matter_id: UUID, after: Budget | None) -> MatterBudgetSet:
        """Raises BadRequest where nothing changes."""
        if after == self.budget:
            raise BadRequest("that is the budget already")
        return MatterBudgetSet(matter_id=matter_id, before=self.budget, after=after)

    def notice(self, matter_id: UUID, of: BudgetOf, used: int) -> BudgetNoticeRaised:
        """Of the highest share that was reached. Raises WrongState where none was, or its notice was raised already."""
        bound = self.budget.bound(of) if self.budget is not None else None
        if self.budget is None or bound is None:
            raise WrongState(f"no budget of {of} is agreed for this matter")
        reached = max((one for one in self.budget.notices_at_percent if used * 100 >= one * bound), default=0)
        if reached <= self.raised.get(of, 0):
            raise WrongState("no notice is due on this budget")
        return BudgetNoticeRaised(matter_id=matter_id, of=of, at_percent=reached, used=used, bound=bound)


def evolve(known: MatterBudget | None, event: Event) -> MatterBudget:
    """The state one event later."""
    match event:
        case MatterBudgetSet():
            return MatterBudget(event.after)
        case BudgetNoticeRaised():
            assert known is not None, "a notice on no budget"
            return replace(known, raised={**known.raised, event.of: event.at_percent})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a budget")


KIND = Kind("matter-budget", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's budget."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (MatterBudgetSet, BudgetNoticeRaised)
