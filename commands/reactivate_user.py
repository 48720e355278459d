"""Give a person their access back."""

from uuid import UUID

from aggregates import user
from aggregates.event import Words
from commands.dispatch import Result
from commands.user_identity import take_identity
from commands.user_managers import keep_managers
from commands.work import Command, Work


class ReactivateUser(Command):
    """Give a person their access back, in the roles they held; they need new tokens."""

    user_id: UUID
    why: Words


def handle(command: ReactivateUser, work: Work) -> Result:
    """Raises NotFound, WrongState, AlreadyExists where somebody else has their e-mail address or contact by now (T15)."""
    work.record(user.KIND, command.user_id, work.load(user.KIND, command.user_id).reactivate(command.why))
    take_identity(work, command.user_id)
    keep_managers(work, command.user_id)
    return {"user_id": str(command.user_id)}
