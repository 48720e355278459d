"""Approve time entries, so that they may be billed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import time_entry
from commands.dispatch import Result
from commands.work import Command, Work


class ApproveTime(Command):
    """Approve what was submitted."""

    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1_000)]


def handle(command: ApproveTime, work: Work) -> Result:
    """All of them or none. Raises NotFound, WrongState."""
    for entry_id in command.entry_ids:
        entry = work.load(time_entry.KIND, entry_id)
        work.record(time_entry.KIND, entry_id, entry.approve(work.user_id))
    return {"entry_ids": [str(entry_id) for entry_id in command.entry_ids]}
