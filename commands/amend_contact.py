"""Correct a contact's name, aliases, e-mails or phones; what stood before stays on record."""

from uuid import UUID

from aggregates import contact
from aggregates.contact import TextField
from aggregates.event import Personal, Words
from commands.dispatch import Result
from commands.work import Command, Work


class AmendContact(Command):
    """Correct a contact's name, aliases, e-mails or phones; what stood before stays on record."""

    contact_id: UUID
    field: TextField
    values: tuple[Words, ...]


def handle(command: AmendContact, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest."""
    after = tuple(Personal(subject_id=command.contact_id, text=value) for value in command.values)
    event = work.load(contact.KIND, command.contact_id).amend(command.field, after)
    work.record(contact.KIND, command.contact_id, event)
    return {"contact_id": str(command.contact_id)}
