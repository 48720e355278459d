"""Record time worked on a matter. A program that was offline sends its own id, and each entry counts once."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from aggregates.billing_rates import HourlyRate
from aggregates.errors import AlreadyExists
from aggregates.event import Words
from aggregates.time_entry import Charge, Seconds, TimeRecorded
from commands.dispatch import Result
from commands.time_work import check_may_approve, check_own_time, check_timekeeper, recorded_as, shown, work_done
from commands.work import Command, Work


class RecordTime(Command):
    """Record time worked. Without a timekeeper it is the asker's own; `rate_minor` overrides every other rate."""

    matter_id: UUID
    timekeeper_id: UUID | None = None
    worked_on: date
    worked_seconds: Seconds
    narrative: Words
    task_code: Annotated[str, Field(max_length=20)] | None = None
    activity_code: Annotated[str, Field(max_length=20)] | None = None
    charge: Charge = "billable"
    rate_minor: HourlyRate | None = None
    entry_id: UUID | None = None
    """The id a client program gave it. The same entry sent again changes nothing."""


def handle(command: RecordTime, work: Work) -> Result:
    """Returns the entry's id and what it comes to.

    Raises NotFound, WrongState for a closed matter, NotAllowed, BadRequest, AlreadyExists for an id of another entry.
    """
    timekeeper_id = command.timekeeper_id or work.user_id
    check_own_time(work, timekeeper_id)
    known = work.find(time_entry.KIND, command.entry_id) if command.entry_id is not None else None
    if known is not None:
        return _sent_again(command, known, timekeeper_id, work)
    check_timekeeper(work, timekeeper_id)
    if command.rate_minor is not None:
        check_may_approve(work, "a rate of an entry's own")
    if command.entry_id is not None and next(work.log.stream(command.entry_id), None) is not None:
        raise AlreadyExists("this id is that of something else in the books", entry_id=command.entry_id)
    done = work_done(
        work,
        matter_id=command.matter_id,
        timekeeper_id=timekeeper_id,
        worked_on=command.worked_on,
        worked_seconds=command.worked_seconds,
        narrative=command.narrative,
        task_code=command.task_code,
        activity_code=command.activity_code,
        charge=command.charge,
        override_minor=command.rate_minor,
    )
    entry_id = command.entry_id or work.new_id()
    source = "program" if command.entry_id is not None else "manual"
    recorded = TimeRecorded(effective_date=done.worked_on, entry_id=entry_id, work=done, source=source, from_id=None)
    work.record(time_entry.KIND, entry_id, recorded)
    return {"entry_id": str(entry_id), **shown(done)}


def _sent_again(command: RecordTime, known: time_entry.TimeEntry, timekeeper_id: UUID, work: Work) -> Result:
    first = known.first
    own_rate = first.rate_minor if first.rate_rule == "entry_override" else None
    charge = (
        command.charge
        if command.rate_minor is not None
        else recorded_as(work, command.charge, matter_id=command.matter_id, on=command.worked_on)
    )
    same = (
        first.matter_id == command.matter_id
        and first.timekeeper_id == timekeeper_id
        and first.worked_on == command.worked_on
        and first.worked_seconds == command.worked_seconds
        and str(first.narrative) == command.narrative
        and (first.task_code, first.activity_code) == (command.task_code, command.activity_code)
        and own_rate == command.rate_minor
        and first.charge in {command.charge, charge}
    )
    if not same:
        raise AlreadyExists(
            "this id is that of another time entry, or of this one as it was first sent; amend it to change it",
            entry_id=known.id,
        )
    return {"entry_id": str(known.id), **shown(known.work)}
