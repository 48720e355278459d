"""Found a firm's books: the firm, its first user and that user's first token, together or not at all."""

from pydantic import AwareDatetime

from aggregates import user
from aggregates.event import Personal, Words
from aggregates.permissions import Role
from aggregates.user import Sha256
from commands import establish_firm, issue_token
from commands.dispatch import Result
from commands.establish_firm import EstablishFirm
from commands.plain_text import Email
from commands.user_identity import take_identity
from commands.user_managers import keep_managers
from commands.work import Command, Work


class FoundFirm(Command):
    """Found the firm. Who asks becomes its owner: a partner, who then adds everybody else."""

    firm: EstablishFirm
    owner_name: Words
    owner_email: Email
    token_sha256: Sha256
    token_expires_at: AwareDatetime


def handle(command: FoundFirm, work: Work) -> Result:
    """Returns the firm's id, and the owner's. Raises AlreadyExists, NotFound, BadRequest."""
    established = establish_firm.handle(command.firm, work)
    owner = user.UserAdded(
        user_id=work.user_id,
        name=Personal(subject_id=work.user_id, text=command.owner_name),
        email=Personal(subject_id=work.user_id, text=command.owner_email),
        roles=(Role.PARTNER,),
        contact_id=None,
    )
    work.record(user.KIND, work.user_id, owner)
    take_identity(work, work.user_id)
    keep_managers(work, work.user_id)
    token = issue_token.IssueToken(
        user_id=work.user_id,
        token_sha256=command.token_sha256,
        holder="person",
        label="first run",
        expires_at=command.token_expires_at,
    )
    return {**established, "owner_id": str(work.user_id), **issue_token.handle(token, work)}
