"""Say that a contact no longer plays a role in a matter."""

from uuid import UUID

from aggregates import matter
from aggregates.matter import PartyRole
from commands.dispatch import Result
from commands.work import Command, Work


class RemoveParty(Command):
    """Say that a contact no longer plays a role in a matter."""

    matter_id: UUID
    contact_id: UUID
    role: PartyRole


def handle(command: RemoveParty, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    event = work.load(matter.KIND, command.matter_id).remove_party(command.contact_id, command.role)
    work.record(matter.KIND, command.matter_id, event)
    return {"matter_id": str(command.matter_id)}
