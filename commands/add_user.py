"""Give a person access, in one or more roles."""

from uuid import UUID

from pydantic import Field

from aggregates import contact, user
from aggregates.event import Personal, Words
from aggregates.permissions import Role
from commands.dispatch import Result
from commands.plain_text import Email
from commands.user_identity import take_identity
from commands.user_managers import keep_managers
from commands.work import Command, Work


class AddUser(Command):
    """Give a person access, in one or more roles."""

    name: Words
    email: Email
    roles: tuple[Role, ...] = Field(min_length=1)
    contact_id: UUID | None = None


def handle(command: AddUser, work: Work) -> Result:
    """Returns the user's id. Raises NotFound, WrongState for a contact that is not there or was merged, AlreadyExists for
    one person's second access (T15).
    """
    if command.contact_id is not None:
        work.load(contact.KIND, command.contact_id).check_live()
    user_id = work.new_id()
    event = user.UserAdded(
        user_id=user_id,
        name=Personal(subject_id=user_id, text=command.name),
        email=Personal(subject_id=user_id, text=command.email),
        roles=tuple(sorted(set(command.roles))),
        contact_id=command.contact_id,
    )
    work.record(user.KIND, user_id, event)
    take_identity(work, user_id)
    keep_managers(work, user_id)
    return {"user_id": str(user_id)}
