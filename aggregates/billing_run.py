"""A billing run: many matters drafted one after the other, each with its outcome; stopped and resumed at will.

It is carried on in steps. Which matters a step takes is put down before the first of them is drafted, under the key of its
request: sent again, the step goes on with the same matters and takes no others.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field
from rpds import HashTrieMap

from aggregates.errors import NotFound, WrongState
from aggregates.event import Event, Words
from aggregates.stream import Kind

MOST_MATTERS = 1_500
"""Of one run: their ids stand in one event."""


class BillingRunStarted(Event):
    """These matters are to be billed for work through a day.

    For client bills they stand client by client, and `together` says how many of each stand one after the other; for bills
    of single matters it is empty.
    """

    TOPIC: ClassVar[str] = "billing-run/started"
    SCHEMA: ClassVar[int] = 2

    run_id: UUID
    through: date
    matter_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MATTERS)]
    together: tuple[int, ...]


class RunStepBegun(Event):
    """These matters are drafted next."""

    TOPIC: ClassVar[str] = "billing-run/step-begun"

    matter_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MATTERS)]


class RunDrafted(Event):
    """A matter's bill was drafted."""

    TOPIC: ClassVar[str] = "billing-run/drafted"

    matter_id: UUID
    bill_id: UUID
    total_minor: int


class RunLeftOut(Event):
    """A matter could not be drafted, and why; the others go on."""

    TOPIC: ClassVar[str] = "billing-run/left-out"

    matter_id: UUID
    code: Words
    sentence: Words


class RunJoined(Event):
    """The drafts of a client, all of whose matters the run is done with, were put together."""

    TOPIC: ClassVar[str] = "billing-run/joined"

    client_bill_id: UUID
    bill_ids: tuple[UUID, ...]


class RunStopped(Event):
    """The rest of the run is not drafted, unless it is resumed."""

    TOPIC: ClassVar[str] = "billing-run/stopped"

    why: Words


class RunResumed(Event):
    """What was not drafted when the run was stopped is to be drafted after all."""

    TOPIC: ClassVar[str] = "billing-run/resumed"


@dataclass(frozen=True, slots=True)
class BillingRun:
    """State after its events."""

    started: BillingRunStarted
    done: "HashTrieMap[UUID, RunDrafted | RunLeftOut]" = field(default_factory=HashTrieMap)
    """By matter, what became of it."""
    stopped: bool = False

    @property
    def waiting(self) -> tuple[UUID, ...]:
        """Matters that are still to be drafted, in their order."""
        return () if self.stopped else self._left

    @property
    def _left(self) -> tuple[UUID, ...]:
        return tuple(one for one in self.started.matter_ids if one not in self.done)

    def check_waiting(self, matter_id: UUID) -> None:
        """Raises WrongState where the run was stopped or is done with that matter, NotFound where it never was of it."""
        if matter_id not in self.started.matter_ids:
            raise NotFound("the run has no such matter", matter_id=matter_id)
        if self.stopped:
            raise WrongState("this run was stopped")
        if matter_id in self.done:
            raise WrongState("the run is done with this matter", matter_id=matter_id)

    def begin_step(self, at_most: int) -> RunStepBegun:
        """Raises WrongState where the run was stopped or is over."""
        if self.stopped:
            raise WrongState("this run was stopped; resume it first")
        if not self.waiting:
            raise WrongState("this run is over")
        return RunStepBegun(matter_ids=self.waiting[:at_most])

    def to_join(self, matter_id: UUID) -> tuple[UUID, ...]:
        """The drafts of the client of this matter, once the run is done with them all; none in a run of single bills."""
        begins = 0
        for several in self.started.together:
            of_client = self.started.matter_ids[begins : begins + several]
            if matter_id in of_client:
                found = [self.done.get(one) for one in of_client]
                drafts = (one.bill_id for one in found if isinstance(one, RunDrafted))
                return () if None in found else tuple(drafts)
            begins += several
        return ()

    def stop(self, why: str) -> RunStopped:
        """Raises WrongState where nothing is left to stop."""
        if not self.waiting:
            raise WrongState("this run was stopped already" if self.stopped else "this run is over")
        return RunStopped(why=why)

    def resume(self) -> RunResumed:
        """Raises WrongState unless it was stopped."""
        if not self.stopped:
            raise WrongState("this run was not stopped" if self.waiting else "this run is over")
        return RunResumed()


def evolve(run: BillingRun | None, event: Event) -> BillingRun:
    """The state one event later."""
    if isinstance(event, BillingRunStarted):
        assert run is None, "started twice"
        return BillingRun(event)
    assert run is not None, "drafted before it was started"
    match event:
        case RunDrafted() | RunLeftOut():
            return replace(run, done=run.done.insert(event.matter_id, event))
        case RunStepBegun() | RunJoined():
            return run
        case RunStopped() | RunResumed():
            return replace(run, stopped=isinstance(event, RunStopped))
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a billing run")


KIND = Kind("billing-run", evolve)
EVENTS: tuple[type[Event], ...] = (
    BillingRunStarted, RunStepBegun, RunDrafted, RunLeftOut, RunJoined, RunStopped, RunResumed,
)  # fmt: skip
