"""Say which roles a contact plays for the firm, or that it is an organisation."""

from typing import Literal
from uuid import UUID

from aggregates import contact
from aggregates.contact import ContactRole
from aggregates.errors import BadRequest
from commands.dispatch import Result
from commands.work import Command, Work


class ChangeContactRoles(Command):
    """Say which roles a contact plays for the firm, or that it is an organisation."""

    contact_id: UUID
    roles: tuple[ContactRole, ...] | None = None
    form: Literal["person", "organisation"] | None = None


def handle(command: ChangeContactRoles, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest where nothing would change."""
    if command.roles is None and command.form is None:
        raise BadRequest("name the roles, or whether it is a person or an organisation")
    if command.roles is not None:
        event = work.load(contact.KIND, command.contact_id).change_roles(command.roles)
        work.record(contact.KIND, command.contact_id, event)
    if command.form is not None:
        work.record(contact.KIND, command.contact_id, work.load(contact.KIND, command.contact_id).change_form(command.form))
    return {"contact_id": str(command.contact_id)}
