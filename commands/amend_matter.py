"""Correct a matter's details; what stood before stays on record."""

from uuid import UUID

from aggregates import matter
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.matter import MatterField
from commands.attorneys import check_attorney
from commands.dispatch import Result
from commands.work import Command, Work


class AmendMatter(Command):
    """Correct a matter's details; what stood before stays on record."""

    matter_id: UUID
    field: MatterField
    value: Words | None


def handle(command: AmendMatter, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest."""
    if command.field.endswith("_attorney_id") and command.value is not None:
        check_attorney(work, _user_id(command.value))
    event = work.load(matter.KIND, command.matter_id).amend(command.field, command.value)
    work.record(matter.KIND, command.matter_id, event)
    return {"matter_id": str(command.matter_id)}


def _user_id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise BadRequest(f"{value!r} is not the id of a user") from None
