"""Stop a timer: what it counted becomes a time entry."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from aggregates import time_entry
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.time_entry import A_DAY_S, Charge, TimeRecorded
from commands.dispatch import Result
from commands.own_timers import instant, own_timers, record_timers
from commands.time_work import check_timekeeper, shown, work_done
from commands.work import Command, Work


class StopTimer(Command):
    """Stop a timer of one's own. The matter and the narrative are those of its start where none is named."""

    timer_id: UUID
    matter_id: UUID | None = None
    narrative: Words | None = None
    task_code: Annotated[str, Field(max_length=20)] | None = None
    activity_code: Annotated[str, Field(max_length=20)] | None = None
    charge: Charge = "billable"
    at: AwareDatetime | None = None


def handle(command: StopTimer, work: Work) -> Result:
    """Returns the entry and what it comes to; sent again, the same. Raises NotFound, WrongState, BadRequest."""
    timers, at = own_timers(work), instant(work, command.at)
    ended = timers.ended.get(command.timer_id)
    if ended is not None and (became := ended.entry_id) is not None:
        return {"timer_id": str(command.timer_id), "entry_id": str(became), **shown(work.load(time_entry.KIND, became).work)}
    started = timers.find(command.timer_id).started
    matter_id = command.matter_id or started.matter_id
    narrative = command.narrative or (started.note.text if started.note is not None else None)
    if matter_id is None or narrative is None:
        raise BadRequest("a time entry needs a matter and a narrative; the timer was started without, so name them now")
    check_timekeeper(work, work.user_id)
    stopped = timers.stop(command.timer_id, at, work.new_id())
    if stopped.worked_seconds > A_DAY_S:
        raise BadRequest(
            f"this timer counted {stopped.worked_seconds} seconds, more than a day has: discard it, and record the time "
            "that was worked",
            worked_seconds=stopped.worked_seconds,
        )
    done = work_done(
        work,
        matter_id=matter_id,
        timekeeper_id=work.user_id,
        worked_on=started.at.astimezone(work.zone).date(),
        worked_seconds=stopped.worked_seconds,
        narrative=narrative,
        task_code=command.task_code,
        activity_code=command.activity_code,
        charge=command.charge,
        override_minor=None,
    )
    record_timers(work, stopped)
    recorded = TimeRecorded(
        effective_date=done.worked_on, entry_id=stopped.entry_id, work=done, source="timer", from_id=command.timer_id
    )
    work.record(time_entry.KIND, stopped.entry_id, recorded)
    return {"timer_id": str(command.timer_id), "entry_id": str(stopped.entry_id), **shown(done)}
