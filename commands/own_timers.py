"""The asker's own timers, and the instant a button was pressed."""

from datetime import datetime
from uuid import UUID

from aggregates import timer
from aggregates.errors import BadRequest
from aggregates.event import Event
from aggregates.timer import Timers
from commands.work import Work


def own_timers(work: Work) -> Timers:
    """Nobody starts or stops another person's timers."""
    return work.find(timer.KIND, timer.stream_of(work.user_id)) or Timers()


def instant(work: Work, at: datetime | None) -> datetime:
    """When it was pressed: what a program that was offline says, else now. Raises BadRequest for what has not come."""
    if at is not None and at > work.now:
        raise BadRequest(f"{at.isoformat()} is in the future; it is {work.now.isoformat()} now")
    return at or work.now


def record_timers(work: Work, *events: Event) -> Timers:
    """Put events on the asker's timers; what was sent before leads to none."""
    return work.record(timer.KIND, timer.stream_of(work.user_id), *events) if events else own_timers(work)


def shown(timers: Timers, timer_id: UUID, at: datetime) -> dict[str, object]:
    """What the asker is told of a timer that is open."""
    one = timers.open[timer_id]
    return {
        "timer_id": str(timer_id),
        "running": one.running_since is not None,
        "worked_seconds": one.seconds_at(at) if one.running_since is not None else one.counted_seconds,
    }
