"""Start a timer. Of several, one runs: the one that did is paused."""

from uuid import UUID

from pydantic import AwareDatetime

from aggregates.errors import AlreadyExists
from aggregates.event import Personal, Words
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
    """Returns the timer. Raises NotFound, WrongState for a closed matter, BadRequest, AlreadyExists for another's id."""
    timers, at = own_timers(work), instant(work, command.at)
    known = timers.open.get(command.timer_id) if command.timer_id is not None else None
    if known is not None and command.timer_id is not None:
        if (known.started.matter_id, known.started.at) != (command.matter_id, command.at):
            raise AlreadyExists("this id is that of another timer", timer_id=command.timer_id)
        return shown(timers, command.timer_id, work.now)
    note = None
    if command.matter_id is not None:
        client_id = open_matter(work, command.matter_id).opened.client_id
        note = Personal(subject_id=client_id, text=command.note) if command.note is not None else None
    elif command.note is not None:
        note = Personal(subject_id=work.user_id, text=command.note)
    timer_id = command.timer_id or work.new_id()
    events = timers.start(timer_id, timekeeper_id=work.user_id, matter_id=command.matter_id, note=note, at=at)
    return shown(record_timers(work, *events), timer_id, at)
