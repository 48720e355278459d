"""Revoke a bearer token."""

from uuid import UUID

from aggregates import user
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class RevokeToken(Command):
    """Revoke a bearer token."""

    user_id: UUID
    token_id: UUID
    why: Words


def handle(command: RevokeToken, work: Work) -> Result:
    """Raises NotFound."""
    event = work.load(user.KIND, command.user_id).revoke_token(command.token_id, command.why)
    work.record(user.KIND, command.user_id, event)
    return {"token_id": str(command.token_id)}
