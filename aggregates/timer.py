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
    run_from: datetime
    """When it was last started or resumed."""
    counted_before: int = 0
    """What it had counted then, in whole seconds."""
    paused_at: datetime | None = None

    @property
    def running_since(self) -> datetime | None:
        """None where it is paused."""
        return self.run_from if self.paused_at is None else None

    @property
    def last_at(self) -> datetime:
        """When a button was last pressed."""
        return self.paused_at or self.run_from

    @property
    def counted_seconds(self) -> int:
        """Whole seconds up to the last button."""
        return self.seconds_at(self.last_at)

    def seconds_at(self, at: datetime) -> int:
        """Whole seconds it had counted at an instant of its last run, or after it."""
        return self.counted_before + _whole_seconds(self.run_from, at if self.paused_at is None else min(at, self.paused_at))


@dataclass(frozen=True, slots=True)
class Ended:
    """A timer that was stopped, and became a time entry, or was discarded."""

    started: TimerStarted
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class Timers:
    """A person's timers after their events."""

    open: Mapping[UUID, Timer] = field(default_factory=dict)
    ended: Mapping[UUID, Ended] = field(default_factory=dict)

    @property
    def running(self) -> UUID | None:
        """The one whose clock runs."""
        return next((key for key, one in self.open.items() if one.running_since is not None), None)

    def started(self, timer_id: UUID) -> TimerStarted | None:
        """How a timer began, also one that ended; None where there is none of that id."""
        known = self.open.get(timer_id) or self.ended.get(timer_id)
        return known.started if known is not None else None

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
        """Start a clock; the one that runs is paused at that instant. Raises WrongState, BadRequest.

        A start that comes late, when another was started after it already, is paused where that one began.
        """
        if self.started(timer_id) is not None:
            raise WrongState("there is a timer of that id already", timer_id=timer_id)
        started = TimerStarted(timer_id=timer_id, timekeeper_id=timekeeper_id, matter_id=matter_id, note=note, at=at)
        return self._run(started, at, counted_before=0)

    def pause(self, timer_id: UUID, at: datetime) -> TimerPaused | None:
        """None where it was paused at that very instant.

        Raises NotFound, WrongState where it does not run, BadRequest for an instant before it ran. A pause that comes late,
        of a clock that another's start has paused after it, counts from when it was pressed.
        """
        timer = self.find(timer_id)
        if timer.paused_at is not None:
            if at == timer.paused_at:
                return None
            if at > timer.paused_at:
                raise WrongState("this timer is paused already", timer_id=timer_id)
        _check_ran(timer, at)
        return TimerPaused(timer_id=timer_id, at=at, counted_seconds=timer.seconds_at(at))

    def resume(self, timer_id: UUID, at: datetime) -> tuple[Event, ...]:
        """The one that runs meanwhile is paused; nothing where it runs since that very instant.

        Raises NotFound, WrongState where it runs, BadRequest for an instant before it was paused.
        """
        timer = self.find(timer_id)
        if timer.paused_at is None:
            if at == timer.run_from:
                return ()
            raise WrongState("this timer runs already", timer_id=timer_id)
        if at < timer.paused_at:
            raise _too_early(at, timer.paused_at)
        return self._run(TimerResumed(timer_id=timer_id, at=at), at, counted_before=timer.counted_seconds)

    def stop(self, timer_id: UUID, at: datetime, entry_id: UUID) -> TimerStopped:
        """Raises NotFound, WrongState, BadRequest where it counted less than a second, or did not run yet."""
        timer = self.find(timer_id)
        _check_ran(timer, at)
        seconds = timer.seconds_at(at)
        if seconds < 1:
            raise BadRequest("this timer counted less than a second; discard it", timer_id=timer_id)
        return TimerStopped(timer_id=timer_id, at=at, entry_id=entry_id, worked_seconds=seconds)

    def discard(self, timer_id: UUID, at: datetime, why: str | None) -> TimerDiscarded:
        """Raises NotFound, WrongState, BadRequest for an instant before it last ran."""
        _check_ran(self.find(timer_id), at)
        return TimerDiscarded(timer_id=timer_id, at=at, why=why)

    def _run(self, event: TimerStarted | TimerResumed, at: datetime, *, counted_before: int) -> tuple[Event, ...]:
        """One clock runs: another's is paused, or this one's at once where another began after it."""
        began = [one.started.at for one in self.ended.values()]
        began += [instant for one in self.open.values() for instant in (one.started.at, one.run_from)]
        later = min((one for one in began if one > at), default=None)
        if later is not None:
            counted = counted_before + _whole_seconds(at, later)
            return (event, TimerPaused(timer_id=event.timer_id, at=later, counted_seconds=counted))
        paused = self.pause(self.running, at) if self.running is not None else None
        return (event,) if paused is None else (paused, event)


def _check_ran(timer: Timer, at: datetime) -> None:
    if at < timer.run_from:
        raise _too_early(at, timer.run_from)


def _too_early(at: datetime, last_at: datetime) -> BadRequest:
    return BadRequest(
        f"{at.isoformat()} is before {last_at.isoformat()}, when this timer was last started, paused or resumed",
        last_at=last_at.isoformat(),
    )


_SECOND = timedelta(seconds=1)


def _whole_seconds(since: datetime, until: datetime) -> int:
    return max(0, (until - since) // _SECOND)


def evolve(timers: Timers | None, event: Event) -> Timers:
    """The state one event later."""
    known = timers or Timers()
    match event:
        case TimerStarted():
            return replace(known, open={**known.open, event.timer_id: Timer(event, event.at)})
        case TimerPaused():
            # What it had counted before is told by the event: whatever the last run was, it ends so.
            ran = _whole_seconds(known.open[event.timer_id].run_from, event.at)
            paused = replace(known.open[event.timer_id], paused_at=event.at, counted_before=event.counted_seconds - ran)
            return replace(known, open={**known.open, event.timer_id: paused})
        case TimerResumed():
            before = known.open[event.timer_id]
            resumed = replace(before, run_from=event.at, counted_before=before.counted_seconds, paused_at=None)
            return replace(known, open={**known.open, event.timer_id: resumed})
        case TimerStopped() | TimerDiscarded():
            entry_id = event.entry_id if isinstance(event, TimerStopped) else None
            still = {key: one for key, one in known.open.items() if key != event.timer_id}
            ended = Ended(known.open[event.timer_id].started, entry_id)
            return Timers(still, {**known.ended, event.timer_id: ended})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a person's timers")


KIND = Kind("timers", evolve)


def stream_of(timekeeper_id: UUID) -> UUID:
    """The stream of a person's timers."""
    return KIND.stream_id(timekeeper_id)


EVENTS: tuple[type[Event], ...] = (TimerStarted, TimerPaused, TimerResumed, TimerStopped, TimerDiscarded)
