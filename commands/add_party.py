"""Say which role a contact plays in a matter."""

from uuid import UUID

from aggregates import contact, matter
from aggregates.matter import PartyRole
from commands.dispatch import Result
from commands.work import Command, Work


class AddParty(Command):
    """Say which role a contact plays in a matter."""

    matter_id: UUID
    contact_id: UUID
    role: PartyRole


def handle(command: AddParty, work: Work) -> Result:
    """Raises NotFound, WrongState, AlreadyExists."""
    work.load(contact.KIND, command.contact_id).check_live()
    event = work.load(matter.KIND, command.matter_id).add_party(command.contact_id, command.role)
    work.record(matter.KIND, command.matter_id, event)
    return {"matter_id": str(command.matter_id)}
