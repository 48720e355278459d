"""Take a person's access away."""

from uuid import UUID

from aggregates import user
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands.dispatch import Result
from commands.user_managers import keep_managers
from commands.work import Command, Work


class DeactivateUser(Command):
    """Take a person's access away."""

    user_id: UUID
    why: Words


def handle(command: DeactivateUser, work: Work) -> Result:
    """Raises NotFound, WrongState, also for the last who may manage users, BadRequest for one's own access."""
    if command.user_id == work.user_id:
        raise BadRequest("nobody takes their own access away; ask another who manages users")
    work.load(user.KIND, command.user_id).check_active()
    work.record(user.KIND, command.user_id, user.UserDeactivated(why=command.why))
    keep_managers(work, command.user_id)
    return {"user_id": str(command.user_id)}
