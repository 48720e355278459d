"""Start a timer. Of several, one runs: the one that did is paused."""

from uuid import UUID

from pydantic import AwareDatetime

from aggregates import time_entry
from aggregates.errors import AlreadyExists
from aggregates.event import Personal, Words
from aggregates.timer import Timers, TimerStarted
from commands.dispatch import Result
from commands.own_timers import instant, own_timers, record_timers, shown
from commands.time_work import open_matter
from commands.work import Command, Work


class StartTimer(Command):
    """Start a timer of one's own. A program that was offline gives its own id and instant; sent twice it counts once."""

    matter_id: UUID | None = None
    note: Words | None = None
    timer_id: UUID | None = None
    at: AwareDatetime | None = None


def handle(command: StartTimer, work: Work) -> Result:
    """Returns the timer; sent again, as it is now.

    Raises NotFound, WrongState for a closed matter, BadRequest, AlreadyExists for another's id.
    """
    timers, at = own_timers(work), instant(work, command.at)
    known = timers.started(command.timer_id) if command.timer_id is not None else None
    if known is not None:
        return _sent_again(command, known, timers, work)
    note = None
    if command.matter_id is not None:
        client_id = open_matter(work, command.matter_id).opened.client_id
        note = Personal(subject_id=client_id, text=command.note) if command.note is not None else None
    elif command.note is not None:
        note = Personal(subject_id=work.user_id, text=command.note)
    timer_id = command.timer_id or work.new_id()
    events = timers.start(timer_id, timekeeper_id=work.user_id, matter_id=command.matter_id, note=note, at=at)
    return shown(record_timers(work, *events), timer_id, at)


def _sent_again(command: StartTimer, known: TimerStarted, timers: Timers, work: Work) -> Result:
    if (known.matter_id, known.at) != (command.matter_id, command.at):
        raise AlreadyExists("this id is that of another timer", timer_id=command.timer_id)
    if known.timer_id in timers.open:
        return shown(timers, known.timer_id, work.now)
    became = timers.ended[known.timer_id].entry_id
    seconds = 0 if became is None else work.load(time_entry.KIND, became).first.worked_seconds
    return {"timer_id": str(known.timer_id), "running": False, "worked_seconds": seconds}
