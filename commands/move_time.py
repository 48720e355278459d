"""Move a time entry to the matter it belongs to; it is rounded and rated anew there."""

from uuid import UUID

from aggregates import time_entry
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import again, check_may_approve, check_own_time, shown
from commands.work import Command, Work


class MoveTime(Command):
    """Move time to another matter."""

    entry_id: UUID
    matter_id: UUID
    why: Words


def handle(command: MoveTime, work: Work) -> Result:
    """Returns what the entry comes to there. Raises NotFound, WrongState for a closed matter, NotAllowed, BadRequest."""
    entry = work.load(time_entry.KIND, command.entry_id)
    check_own_time(work, entry.work.timekeeper_id)
    if entry.status == "approved":
        check_may_approve(work, "moving approved time")
    event = entry.move(again(work, entry.work, {"matter_id": command.matter_id}), command.why)
    work.record(time_entry.KIND, entry.id, event)
    return {"entry_id": str(entry.id), **shown(event.after)}
