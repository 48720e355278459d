"""Reopen a closed matter."""

from uuid import UUID

from aggregates import matter
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ReopenMatter(Command):
    """Reopen a closed matter."""

    matter_id: UUID
    why: Words


def handle(command: ReopenMatter, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    work.record(matter.KIND, command.matter_id, work.load(matter.KIND, command.matter_id).reopen(command.why))
    return {"matter_id": str(command.matter_id), "status": "open"}
