"""Pause a timer that runs."""

from uuid import UUID

from pydantic import AwareDatetime

from commands.dispatch import Result
from commands.own_timers import instant, own_timers, record_timers, shown
from commands.work import Command, Work


class PauseTimer(Command):
    """Pause a timer of one's own."""

    timer_id: UUID
    at: AwareDatetime | None = None


def handle(command: PauseTimer, work: Work) -> Result:
    """Returns the timer; sent again, the same. Raises NotFound, WrongState, BadRequest."""
    at = instant(work, command.at)
    paused = own_timers(work).pause(command.timer_id, at)
    return shown(record_timers(work, *(() if paused is None else (paused,))), command.timer_id, at)
