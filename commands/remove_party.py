"""Say that a contact no longer plays a role in a matter."""

from uuid import UUID

from aggregates import matter
from aggregates.matter import PartyRole
from commands.dispatch import Result
from commands.same_client import known_in
from commands.work import Command, Work


class RemoveParty(Command):
    """Say that a contact no longer plays a role in a matter."""

    matter_id: UUID
    contact_id: UUID
    role: PartyRole


def handle(command: RemoveParty, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    state = work.load(matter.KIND, command.matter_id)
    event = state.remove_party(known_in(work, state, command.contact_id, command.role), command.role)
    work.record(matter.KIND, command.matter_id, event)
    return {"matter_id": str(command.matter_id)}
