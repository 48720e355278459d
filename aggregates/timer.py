"""A person's timers: several at once, one of them running. A timer's clock is the log's, so that it survives everything.

Instants are UTC. A client program that was offline says when a button was pressed; what it sends twice counts once, and what
comes late is put where it belongs (issue 3, section A).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal, Words
from aggregates.stream import Kind


class TimerStarted(Event):
    """Somebody began to work on a matter."""

    TOPIC: ClassVar[str] = "timers/started"

    timer_id: UUID
    timekeeper_id: UUID
    matter_id: UUID | None
    note: Personal | None
    at: AwareDatetime


class TimerPaused(Event):
    """The clock stands still."""

    TOPIC: ClassVar[str] = "timers/paused"

    timer_id: UUID
    at: AwareDatetime
    counted_seconds: int
    """Whole seconds it counted since it was started."""


class TimerResumed(Event):
    """The clock runs again."""

    TOPIC: ClassVar[str] = "timers/resumed"

    timer_id: UUID
    at: AwareDatetime


class TimerStopped(Event):
    """The work is done, and became a time entry of so many seconds."""

    TOPIC: ClassVar[str] = "timers/stopped"

    timer_id: UUID
    at: AwareDatetime
    entry_id: UUID
    worked_seconds: int


class TimerDiscarded(Event):
    """What the clock counted is nobody's time."""

    TOPIC: ClassVar[str] = "timers/discarded"

    timer_id: UUID
    at: AwareDatetime
    why: Words | None


@dataclass(frozen=True, slots=True)
class Timer:
    """One clock: what it counted before, and since when it runs."""

    started: TimerStarted
    counted_seconds: int = 0
    running_since: datetime | None = None
    last_at: datetime | None = None

    def seconds_at(self, now: datetime) -> int:
        """Whole seconds it has counted."""
        return self.counted_seconds + (_whole_seconds(self.running_since, now) if self.running_since is not None else 0)


@dataclass(frozen=True, slots=True)
class Timers:
    """A person's timers after their events; those that were stopped or discarded are only known by their ids."""

    open: Mapping[UUID, Timer] = field(default_factory=dict)
    ended: Mapping[UUID, UUID | None] = field(default_factory=dict)
    """The time entry each one became, None where it was discarded."""

    @property
    def running(self) -> UUID | None:
        """The one whose clock runs."""
        return next((key for key, one in self.open.items() if one.running_since is not None), None)

    def find(self, timer_id: UUID) -> Timer:
        """Raises NotFound, WrongState for one that ended."""
        if timer_id in self.ended:
            raise WrongState("this timer was stopped or discarded", timer_id=timer_id)
        if timer_id not in self.open:
            raise NotFound("this person has no such timer", timer_id=timer_id)
        return self.open[timer_id]

    def start(
        self, timer_id: UUID, *, timekeeper_id: UUID, matter_id: UUID | None, note: Personal | None, at: datetime
    ) -> tuple[Event, ...]:
        """Start a clock; the one that runs is paused at that instant. Raises WrongState, BadRequest."""
        if timer_id in self.ended or timer_id in self.open:
            raise WrongState("there is a timer of that id already", timer_id=timer_id)
        started = TimerStarted(timer_id=timer_id, timekeeper_id=timekeeper_id, matter_id=matter_id, note=note, at=at)
        return (*self._pausing(at), started)

    def pause(self, timer_id: UUID, at: datetime) -> TimerPaused:
        """Raises NotFound, WrongState where it does not run, BadRequest for an instant before it ran."""
        timer = self.find(timer_id)
        if timer.running_since is None:
            raise WrongState("this timer is paused already", timer_id=timer_id)
        _check_after(timer, at)
        return TimerPaused(timer_id=timer_id, at=at, counted_seconds=timer.seconds_at(at))

    def resume(self, timer_id: UUID, at: datetime) -> tuple[Event, ...]:
        """The one that runs meanwhile is paused. Raises NotFound, WrongState where it runs, BadRequest."""
        timer = self.find(timer_id)
        if timer.running_since is not None:
            raise WrongState("this timer runs already", timer_id=timer_id)
        _check_after(timer, at)
        return (*self._pausing(at), TimerResumed(timer_id=timer_id, at=at))

    def stop(self, timer_id: UUID, at: datetime, entry_id: UUID) -> TimerStopped:
        """Raises NotFound, WrongState, BadRequest where it counted less than a second."""
        timer = self.find(timer_id)
        _check_after(timer, at)
        seconds = timer.seconds_at(at)
        if seconds < 1:
            raise BadRequest("this timer counted less than a second; discard it", timer_id=timer_id)
        return TimerStopped(timer_id=timer_id, at=at, entry_id=entry_id, worked_seconds=seconds)

    def discard(self, timer_id: UUID, at: datetime, why: str | None) -> TimerDiscarded:
        """Raises NotFound, WrongState, BadRequest for an instant before it was last pressed."""
        _check_after(self.find(timer_id), at)
        return TimerDiscarded(timer_id=timer_id, at=at, why=why)

    def _pausing(self, at: datetime) -> tuple[TimerPaused, ...]:
        running = self.running
        return () if running is None else (self.pause(running, at),)


def _check_after(timer: Timer, at: datetime) -> None:
    if timer.last_at is not None and at < timer.last_at:
        raise BadRequest(
            f"{at.isoformat()} is before {timer.last_at.isoformat()}, when this timer was last started, paused or resumed",
            last_at=timer.last_at.isoformat(),
        )


_SECOND = timedelta(seconds=1)


def _whole_seconds(since: datetime, until: datetime) -> int:
    return max(0, (until - since) // _SECOND)


def evolve(timers: Timers | None, event: Event) -> Timers:
    """The state one event later."""
    known = timers or Timers()
    match event:
        case TimerStarted():
            timer = Timer(event, running_since=event.at, last_at=event.at)
            return replace(known, open={**known.open, event.timer_id: timer})
        case TimerPaused():
            timer = known.open[event.timer_id]
            paused = replace(timer, counted_seconds=event.counted_seconds, running_since=None, last_at=event.at)
            return replace(known, open={**known.open, event.timer_id: paused})
        case TimerResumed():
            resumed = replace(known.open[event.timer_id], running_since=event.at, last_at=event.at)
            return replace(known, open={**known.open, event.timer_id: resumed})
        case TimerStopped() | TimerDiscarded():
            entry_id = event.entry_id if isinstance(event, TimerStopped) else None
            still = {key: one for key, one in known.open.items() if key != event.timer_id}
            return Timers(still, {**known.ended, event.timer_id: entry_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a person's timers")


KIND = Kind("timers", evolve)


def stream_of(timekeeper_id: UUID) -> UUID:
    """The stream of a person's timers."""
    return KIND.stream_id(timekeeper_id)


EVENTS: tuple[type[Event], ...] = (TimerStarted, TimerPaused, TimerResumed, TimerStopped, TimerDiscarded)
