"""Correct a contact's name, aliases, e-mails or phones; what stood before stays on record."""

from uuid import UUID

from pydantic import ValidationInfo, field_validator

from aggregates import contact
from aggregates.contact import TextField
from aggregates.event import Personal, Words
from commands.dispatch import Result
from commands.plain_text import check_email, check_phone
from commands.work import Command, Work


class AmendContact(Command):
    """Correct a contact's name, aliases, e-mails or phones; what stood before stays on record."""

    contact_id: UUID
    field: TextField
    values: tuple[Words, ...]

    @field_validator("values")
    @classmethod
    def _can_be_reached(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        check = {"emails": check_email, "phones": check_phone}.get(info.data.get("field", ""))
        if check is not None:
            for value in values:
                check(value)
        return values


def handle(command: AmendContact, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest."""
    after = tuple(Personal(subject_id=command.contact_id, text=value) for value in command.values)
    event = work.load(contact.KIND, command.contact_id).amend(command.field, after)
    work.record(contact.KIND, command.contact_id, event)
    return {"contact_id": str(command.contact_id)}
