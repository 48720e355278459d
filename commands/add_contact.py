"""Enter a person or organisation the firm deals with."""

from typing import Literal

from aggregates import contact
from aggregates.contact import ContactRole
from aggregates.event import Personal, Words
from commands.dispatch import Result
from commands.plain_text import Email, Phone
from commands.postal_address import PostalAddresses, addresses_of
from commands.work import Command, Work


class AddContact(Command):
    """Enter a person or organisation the firm deals with."""

    form: Literal["person", "organisation"] = "person"
    name: Words
    aliases: tuple[Words, ...] = ()
    roles: tuple[ContactRole, ...] = ("client",)
    addresses: PostalAddresses = ()
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()


def handle(command: AddContact, work: Work) -> Result:
    """Returns the contact's id."""
    contact_id = work.new_id()

    def personal(texts: tuple[str, ...]) -> tuple[Personal, ...]:
        return tuple(Personal(subject_id=contact_id, text=text) for text in texts)

    event = contact.ContactAdded(
        contact_id=contact_id,
        form=command.form,
        name=Personal(subject_id=contact_id, text=command.name),
        aliases=personal(command.aliases),
        roles=tuple(sorted(set(command.roles))),
        addresses=addresses_of(contact_id, command.addresses),
        emails=personal(command.emails),
        phones=personal(command.phones),
    )
    work.record(contact.KIND, contact_id, event)
    return {"contact_id": str(contact_id)}
