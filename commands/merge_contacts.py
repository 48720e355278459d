"""Say that two contact entries are one; the duplicate points to the survivor."""

from uuid import UUID

from aggregates import contact, matter
from aggregates.errors import BadRequest
from commands.contact_matters import join, matters_of
from commands.dispatch import Result
from commands.same_client import survivor_of
from commands.work import Command, Work


class MergeContacts(Command):
    """Say that two contact entries are one; the duplicate points to the survivor."""

    survivor_id: UUID
    duplicate_id: UUID


def handle(command: MergeContacts, work: Work) -> Result:
    """Raises NotFound, WrongState; BadRequest for a contact and itself, and for two on the two sides of one matter."""
    if command.survivor_id == command.duplicate_id:
        raise BadRequest("a contact cannot be merged into itself")
    survivor = work.load(contact.KIND, command.survivor_id)
    survivor.check_live()
    duplicate = work.load(contact.KIND, command.duplicate_id)
    duplicate.check_live()
    theirs = matters_of(work, command.duplicate_id)
    for matter_id in sorted(theirs & matters_of(work, command.survivor_id)):
        both_in = work.load(matter.KIND, matter_id)
        known = {both_in.opened.client_id, *(who for who, _ in both_in.parties)}
        both_in.check_may_be_one({who for who in known if survivor_of(work, who) in {survivor.id, duplicate.id}})
    join(work, command.survivor_id, sorted(theirs))
    work.record(contact.KIND, command.survivor_id, contact.ContactsMerged(merged_id=command.duplicate_id))
    if set(duplicate.roles) - set(survivor.roles):
        roles = survivor.change_roles((*survivor.roles, *duplicate.roles))
        work.record(contact.KIND, command.survivor_id, roles)
    work.record(contact.KIND, command.duplicate_id, contact.MergedIntoContact(survivor_id=command.survivor_id))
    return {"contact_id": str(command.survivor_id)}
