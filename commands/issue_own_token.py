"""Make a bearer token for oneself, so that nobody else ever had its secret (T15); only its hash reaches the log."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from aggregates import user
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.permissions import Role
from aggregates.user import Sha256
from commands.dispatch import Result
from commands.work import Command, Work


class IssueOwnToken(Command):
    """Make a bearer token for oneself or for a program of one's own; only its hash reaches the log.

    `role` and `expires_at` are those of the token that it is made with, where they are left out.
    """

    token_sha256: Sha256
    holder: Literal["person", "program"] = "person"
    label: Words
    role: Role | None = None
    expires_at: AwareDatetime | None = None


def handle(command: IssueOwnToken, work: Work) -> Result:
    """Returns the token's id, and until when it is good. Raises WrongState, BadRequest."""
    person = work.load(user.KIND, work.user_id)
    held = person.held(work.asker.token_id)
    token = user.AccessTokenIssued(
        user_id=person.id,
        token_id=work.new_id(),
        token_sha256=command.token_sha256,
        holder=command.holder,
        label=command.label,
        role=command.role or (held.role if held else None),
        expires_at=_until(command, held),
        issued_by=person.id,
    )
    work.record(user.KIND, person.id, *person.issue_own_token(token, work.asker.token_id, work.now))
    return {"user_id": str(person.id), "token_id": str(token.token_id), "expires_at": token.expires_at.isoformat()}


def _until(command: IssueOwnToken, held: user.AccessTokenIssued | None) -> datetime:
    if command.expires_at is not None:
        return command.expires_at
    if held is None:
        raise BadRequest("say when the token expires")
    return held.expires_at
