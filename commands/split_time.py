"""Split a time entry in two, whose seconds, rounded time and value sum to what was there."""

from uuid import UUID

from aggregates import time_entry
from aggregates.event import Personal, Words
from aggregates.time_entry import Seconds, TimeApproved, TimeSubmitted
from commands.dispatch import Result
from commands.time_work import check_may_approve, check_own_time, shown
from commands.work import Command, Work


class SplitTime(Command):
    """Split off some of the worked seconds. Without a narrative of its own, the new entry has that of the old one."""

    entry_id: UUID
    worked_seconds: Seconds
    narrative: Words | None = None
    why: Words


def handle(command: SplitTime, work: Work) -> Result:
    """Returns both entries. Raises NotFound, WrongState, NotAllowed, BadRequest."""
    entry = work.load(time_entry.KIND, command.entry_id)
    check_own_time(work, entry.work.timekeeper_id)
    if entry.status == "approved":
        check_may_approve(work, "splitting approved time")
    old = entry.work.narrative
    narrative = old if command.narrative is None else Personal(subject_id=old.subject_id, text=command.narrative)
    into = work.new_id()
    left, gone = entry.split(command.worked_seconds, into, narrative=narrative, why=command.why)
    work.record(time_entry.KIND, entry.id, left)
    work.record(time_entry.KIND, into, gone)
    if entry.status != "draft":  # the part stands where the whole stood
        work.record(time_entry.KIND, into, TimeSubmitted())
    if entry.approved_by is not None and entry.status == "approved":
        work.record(time_entry.KIND, into, TimeApproved(approved_by=entry.approved_by))
    return {"entry_id": str(entry.id), "left": shown(left.after), "into_entry_id": str(into), "into": shown(gone.work)}
