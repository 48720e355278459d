"""Change what a time entry says, before it stands on a finalized bill."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from aggregates.billing_rates import HourlyRate
from aggregates.event import Words
from aggregates.time_entry import Charge, Seconds
from commands.dispatch import Result
from commands.time_work import again, check_may_approve, check_own_time, check_timekeeper, shown
from commands.work import Command, Work


class AmendTime(Command):
    """Change what is named, and leave the rest. An entry that is approved is changed by who approves, with a reason."""

    entry_id: UUID
    timekeeper_id: UUID | None = None
    worked_on: date | None = None
    worked_seconds: Seconds | None = None
    narrative: Words | None = None
    task_code: Annotated[str, Field(max_length=20)] | None = None
    activity_code: Annotated[str, Field(max_length=20)] | None = None
    charge: Charge | None = None
    rate_minor: HourlyRate | None = None
    why: Words | None = None


def handle(command: AmendTime, work: Work) -> Result:
    """Returns what the entry comes to now. Raises NotFound, WrongState, NotAllowed, BadRequest."""
    entry = work.load(time_entry.KIND, command.entry_id)
    check_own_time(work, entry.work.timekeeper_id)
    if command.timekeeper_id is not None:
        check_timekeeper(work, command.timekeeper_id)
    if entry.status == "approved":
        check_may_approve(work, "changing approved time")
    if command.rate_minor is not None:
        check_may_approve(work, "a rate of an entry's own")
    named = command.model_dump(exclude_none=True, exclude={"entry_id", "why", "rate_minor"})
    if command.rate_minor is not None:
        named["override_minor"] = command.rate_minor
    event = entry.amend(again(work, entry.work, named), command.why)
    work.record(time_entry.KIND, entry.id, event)
    return {"entry_id": str(entry.id), **shown(event.after)}
