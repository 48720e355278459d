"""Take up a pending matter."""

from uuid import UUID

from aggregates import matter
from commands.dispatch import Result
from commands.work import Command, Work


class AcceptMatter(Command):
    """Take up a pending matter."""

    matter_id: UUID


def handle(command: AcceptMatter, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    work.record(matter.KIND, command.matter_id, work.load(matter.KIND, command.matter_id).accept())
    return {"matter_id": str(command.matter_id), "status": "open"}
