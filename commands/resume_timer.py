"""Resume a timer that was paused; the one that runs meanwhile is paused."""

from uuid import UUID

from pydantic import AwareDatetime

from commands.dispatch import Result
from commands.own_timers import instant, own_timers, record_timers, shown
from commands.work import Command, Work


class ResumeTimer(Command):
    """Resume a timer of one's own."""

    timer_id: UUID
    at: AwareDatetime | None = None


def handle(command: ResumeTimer, work: Work) -> Result:
    """Returns the timer; sent again, the same. Raises NotFound, WrongState, BadRequest."""
    at = instant(work, command.at)
    return shown(record_timers(work, *own_timers(work).resume(command.timer_id, at)), command.timer_id, at)
