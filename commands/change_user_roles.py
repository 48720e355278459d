"""Change what a person is in the firm."""

from uuid import UUID

from aggregates import user
from aggregates.permissions import Role
from commands.dispatch import Result
from commands.user_managers import keep_managers
from commands.work import Command, Work


class ChangeUserRoles(Command):
    """Change what a person is in the firm."""

    user_id: UUID
    roles: tuple[Role, ...]


def handle(command: ChangeUserRoles, work: Work) -> Result:
    """Raises NotFound, WrongState for the last who may manage users, BadRequest."""
    event = work.load(user.KIND, command.user_id).change_roles(command.roles)
    work.record(user.KIND, command.user_id, event)
    keep_managers(work, command.user_id)
    return {"user_id": str(command.user_id), "roles": list(event.after)}
