"""Bearer tokens: made here, kept only as hashes, and read back into who asks.

A token names its firm and its user, so that no URL does and no table is searched: `mun_<firm>_<user>_<secret>`.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aggregates import user
from aggregates.errors import NotFound, Refusal
from api.application import Application
from commands.work import Asker

_FORM = re.compile(r"mun_(?P<slug>[a-z][a-z0-9_]{0,40})_(?P<user>[0-9a-f]{32})_(?P<secret>[A-Za-z0-9-]{32,64})")


class NotLoggedIn(Refusal):
    """There is no token, or it opens nothing. What is wrong with it is not told."""

    code = "not_logged_in"


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, of which firm, and until when the token is good."""

    slug: str
    asker: Asker
    token_id: UUID
    expires_at: datetime


def new_token(slug: str, user_id: UUID) -> tuple[str, str]:
    """A fresh token, to be shown once, and its SHA-256 in hex, to be kept."""
    token = f"mun_{slug}_{user_id.hex}_{secrets.token_hex(20)}"
    return token, sha256_of(token)


def sha256_of(token: str) -> str:
    """The hash a token is known by."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(application: Application, token: str) -> Session:
    """Who a token stands for, as the log says at this moment. Raises NotLoggedIn."""
    form = _FORM.fullmatch(token)
    if form is None:
        raise NotLoggedIn("this token opens nothing")
    try:
        log = application.log(form["slug"])
    except NotFound:
        raise NotLoggedIn("this token opens nothing") from None
    person = log.load(user.KIND, UUID(form["user"])).state
    if person is None or not person.active:
        raise NotLoggedIn("this token opens nothing")
    digest = sha256_of(token)
    for token_id, issued in person.tokens.items():
        if hmac.compare_digest(issued.token_sha256, digest) and issued.expires_at > application.now():
            roles = person.roles if issued.role is None else person.roles & {issued.role}
            program = "web app" if issued.holder == "person" else issued.label
            asker = Asker(person.id, roles, program, token_id, in_person=issued.issued_by == person.id)
            return Session(form["slug"], asker, token_id, issued.expires_at)
    raise NotLoggedIn("this token opens nothing")
