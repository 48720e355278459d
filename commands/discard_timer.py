"""Discard a timer: what it counted is nobody's time."""

from uuid import UUID

from pydantic import AwareDatetime

from aggregates.event import Words
from commands.dispatch import Result
from commands.own_timers import instant, own_timers, record_timers
from commands.work import Command, Work


class DiscardTimer(Command):
    """Discard a timer of one's own."""

    timer_id: UUID
    why: Words | None = None
    at: AwareDatetime | None = None


def handle(command: DiscardTimer, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    record_timers(work, own_timers(work).discard(command.timer_id, instant(work, command.at), command.why))
    return {"timer_id": str(command.timer_id)}
