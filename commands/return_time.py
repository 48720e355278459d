"""Send time entries back to their timekeepers, as drafts."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ReturnTime(Command):
    """Send back what was submitted or approved."""

    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1_000)]
    why: Words


def handle(command: ReturnTime, work: Work) -> Result:
    """All of them or none. Raises NotFound, WrongState."""
    for entry_id in command.entry_ids:
        entry = work.load(time_entry.KIND, entry_id)
        work.record(time_entry.KIND, entry_id, entry.send_back(command.why))
    return {"entry_ids": [str(entry_id) for entry_id in command.entry_ids]}
