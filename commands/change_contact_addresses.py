"""Say which addresses a contact has; those that stood before stay on record."""

from uuid import UUID

from aggregates import contact
from commands.dispatch import Result
from commands.postal_address import PostalAddresses, addresses_of
from commands.work import Command, Work


class ChangeContactAddresses(Command):
    """Say which addresses a contact has, all of them; those that stood before stay on record."""

    contact_id: UUID
    addresses: PostalAddresses


def handle(command: ChangeContactAddresses, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest where nothing would change."""
    after = addresses_of(command.contact_id, command.addresses)
    event = work.load(contact.KIND, command.contact_id).change_addresses(after)
    work.record(contact.KIND, command.contact_id, event)
    return {"contact_id": str(command.contact_id)}
