"""Issue a bearer token to a person or to a program of theirs; only its hash reaches the log.

With a token that somebody else issued nobody does what two people must do between them (`permissions.IN_PERSON`).
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from aggregates import user
from aggregates.event import Words
from aggregates.permissions import Role
from aggregates.user import Sha256
from commands.dispatch import Result
from commands.work import Command, Work


class IssueToken(Command):
    """Issue a bearer token to a person or to a program of theirs; only its hash reaches the log."""

    user_id: UUID
    token_sha256: Sha256
    holder: Literal["person", "program"]
    label: Words
    role: Role | None = None
    expires_at: AwareDatetime


def handle(command: IssueToken, work: Work) -> Result:
    """Returns the token's id. Raises NotFound, WrongState, BadRequest."""
    token_id = work.new_id()
    token = user.AccessTokenIssued(
        user_id=command.user_id,
        token_id=token_id,
        token_sha256=command.token_sha256,
        holder=command.holder,
        label=command.label,
        role=command.role,
        expires_at=command.expires_at,
        issued_by=work.user_id,
    )
    work.record(user.KIND, command.user_id, work.load(user.KIND, command.user_id).issue_token(token, work.now))
    return {"token_id": str(token_id)}
