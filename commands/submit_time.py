"""Submit time entries: their timekeeper is done with them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from commands.dispatch import Result
from commands.time_work import check_own_time
from commands.work import Command, Work


class SubmitTime(Command):
    """Submit drafts for approval."""

    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1_000)]


def handle(command: SubmitTime, work: Work) -> Result:
    """All of them or none. Raises NotFound, WrongState, NotAllowed."""
    for entry_id in command.entry_ids:
        entry = work.load(time_entry.KIND, entry_id)
        check_own_time(work, entry.work.timekeeper_id)
        work.record(time_entry.KIND, entry_id, entry.submit())
    return {"entry_ids": [str(entry_id) for entry_id in command.entry_ids]}
