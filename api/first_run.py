"""Lay a new firm's books: its schema, its establishment, its owner and the owner's first token, shown once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aggregates.errors import AlreadyExists
from aggregates.permissions import Permission, Role
from api.application import Application
from api.tokens import new_token
from commands.dispatch import Request, execute
from commands.establish_firm import EstablishFirm, established
from commands.found_firm import FoundFirm, handle
from commands.work import Asker

TOKEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Founded:
    """A firm that was just founded. `token` is shown to its owner now and never again."""

    slug: str
    firm_id: UUID
    owner_id: UUID
    token: str


def found(
    application: Application,
    slug: str,
    firm: EstablishFirm,
    *,
    owner_name: str,
    owner_email: str,
    token_days: int = TOKEN_DAYS,
) -> Founded:
    """Found a firm. Raises AlreadyExists, BadRequest, NotFound for an unknown jurisdiction; then no firm is left behind.

    A firm whose founding was cut short (a schema with an empty log) is founded by the second attempt.
    """
    established(firm)
    owner_id = application.new_id()
    token, digest = new_token(slug, owner_id)
    command = FoundFirm(
        firm=firm,
        owner_name=owner_name,
        owner_email=owner_email,
        token_sha256=digest,
        token_expires_at=application.now() + timedelta(days=token_days),
    )
    if slug not in application.database.firms():
        application.database.create_firm(slug, firm.firm_id)
    elif application.log(slug).size():
        raise AlreadyExists(f"there is a firm called {slug} already")
    request = Request(Asker(owner_id, frozenset({Role.PARTNER}), "command line"), reason="first run")
    execute(application.log(slug), application.edge(slug), request, command, handle, Permission.MANAGE_SETTINGS)
    return Founded(slug, firm.firm_id, owner_id, token)
