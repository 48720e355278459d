"""Discard time entries that should not have been recorded; they are kept, and count no longer."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import check_may_approve, check_own_time
from commands.work import Command, Work


class DiscardTime(Command):
    """Discard entries that stand on no bill."""

    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1_000)]
    why: Words


def handle(command: DiscardTime, work: Work) -> Result:
    """All of them or none. Raises NotFound, WrongState, NotAllowed."""
    for entry_id in command.entry_ids:
        entry = work.load(time_entry.KIND, entry_id)
        check_own_time(work, entry.work.timekeeper_id)
        if entry.status == "approved":
            check_may_approve(work, "discarding approved time")
        work.record(time_entry.KIND, entry_id, entry.discard(command.why))
    return {"entry_ids": [str(entry_id) for entry_id in command.entry_ids]}
