"""A person of the firm who may use the books, in which roles, and with which bearer tokens."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal, Words
from aggregates.permissions import Role
from aggregates.stream import Kind


class UserAdded(Event):
    """A person was given access."""

    TOPIC: ClassVar[str] = "user/added"

    user_id: UUID
    name: Personal
    email: Personal
    roles: tuple[Role, ...]
    contact_id: UUID | None


class UserRolesChanged(Event):
    """What the person is in the firm changed."""

    TOPIC: ClassVar[str] = "user/roles-changed"

    before: tuple[Role, ...]
    after: tuple[Role, ...]


class UserDeactivated(Event):
    """The person no longer has access; what they did stays theirs."""

    TOPIC: ClassVar[str] = "user/deactivated"

    why: Words


class AccessTokenIssued(Event):
    """A bearer token was issued to the person, or to a program of theirs; only its hash is kept."""

    TOPIC: ClassVar[str] = "user/access-token-issued"

    user_id: UUID
    token_id: UUID
    token_sha256: str
    holder: Literal["person", "program"]
    label: Words
    role: Role | None
    """Restricts the token to one of the person's roles."""
    expires_at: datetime


class AccessTokenRevoked(Event):
    """The token opens nothing any more."""

    TOPIC: ClassVar[str] = "user/access-token-revoked"

    token_id: UUID
    why: Words


@dataclass(frozen=True, slots=True)
class User:
    """State after its events. `tokens` are those not revoked."""

    id: UUID
    name: Personal
    roles: frozenset[Role]
    contact_id: UUID | None
    active: bool = True
    tokens: dict[UUID, AccessTokenIssued] = field(default_factory=dict)

    def change_roles(self, roles: tuple[Role, ...]) -> UserRolesChanged:
        """Raises WrongState, BadRequest."""
        self.check_active()
        if not roles:
            raise BadRequest("a user holds at least one role; to take access away, deactivate the user")
        return UserRolesChanged(before=tuple(sorted(self.roles)), after=tuple(sorted(set(roles))))

    def issue_token(self, token: AccessTokenIssued, now: datetime) -> AccessTokenIssued:
        """Raises WrongState, BadRequest for a role the user does not hold, or an expiry that has passed."""
        self.check_active()
        if token.role is not None and token.role not in self.roles:
            raise BadRequest(f"this user is not a {token.role}")
        if token.expires_at <= now:
            raise BadRequest("a token must expire in the future")
        return token

    def revoke_token(self, token_id: UUID, why: str) -> AccessTokenRevoked:
        """Raises NotFound."""
        if token_id not in self.tokens:
            raise NotFound("this user has no such token", token_id=token_id)
        return AccessTokenRevoked(token_id=token_id, why=why)

    def check_active(self) -> None:
        """Raises WrongState."""
        if not self.active:
            raise WrongState("this user was deactivated")


def evolve(user: User | None, event: Event) -> User:
    """The state one event later."""
    if isinstance(event, UserAdded):
        assert user is None, "added twice"
        return User(event.user_id, event.name, frozenset(event.roles), event.contact_id)
    assert user is not None, "a step before the user was added"
    match event:
        case UserRolesChanged():
            return replace(user, roles=frozenset(event.after))
        case UserDeactivated():
            return replace(user, active=False)
        case AccessTokenIssued():
            return replace(user, tokens={**user.tokens, event.token_id: event})
        case AccessTokenRevoked():
            return replace(user, tokens={key: token for key, token in user.tokens.items() if key != event.token_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a user")


KIND = Kind("user", evolve)
EVENTS: tuple[type[Event], ...] = (
    UserAdded, UserRolesChanged, UserDeactivated, AccessTokenIssued, AccessTokenRevoked,
)  # fmt: skip
