"""Say that two contact entries are one; the duplicate points to the survivor."""

from uuid import UUID

from aggregates import contact
from aggregates.errors import BadRequest
from commands.dispatch import Result
from commands.work import Command, Work


class MergeContacts(Command):
    """Say that two contact entries are one; the duplicate points to the survivor."""

    survivor_id: UUID
    duplicate_id: UUID


def handle(command: MergeContacts, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest."""
    if command.survivor_id == command.duplicate_id:
        raise BadRequest("a contact cannot be merged into itself")
    survivor = work.load(contact.KIND, command.survivor_id)
    survivor.check_live()
    duplicate = work.load(contact.KIND, command.duplicate_id)
    duplicate.check_live()
    work.record(contact.KIND, command.survivor_id, contact.ContactsMerged(merged_id=command.duplicate_id))
    if set(duplicate.roles) - set(survivor.roles):
        roles = survivor.change_roles((*survivor.roles, *duplicate.roles))
        work.record(contact.KIND, command.survivor_id, roles)
    work.record(contact.KIND, command.duplicate_id, contact.MergedIntoContact(survivor_id=command.survivor_id))
    return {"contact_id": str(command.survivor_id)}
