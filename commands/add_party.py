"""Say which role a contact plays in a matter."""

from uuid import UUID

from aggregates import contact, matter
from aggregates.matter import PartyRole
from commands.contact_matters import join
from commands.dispatch import Result
from commands.same_client import known_in
from commands.work import Command, Work


class AddParty(Command):
    """Say which role a contact plays in a matter."""

    matter_id: UUID
    contact_id: UUID
    role: PartyRole


def handle(command: AddParty, work: Work) -> Result:
    """Raises NotFound, WrongState, AlreadyExists, BadRequest for the client as their own opponent."""
    work.load(contact.KIND, command.contact_id).check_live()
    state = work.load(matter.KIND, command.matter_id)
    event = state.add_party(known_in(work, state, command.contact_id), command.role)
    work.record(matter.KIND, command.matter_id, event)
    join(work, command.contact_id, (command.matter_id,))
    return {"matter_id": str(command.matter_id)}
