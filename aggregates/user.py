"""A person of the firm who may use the books, in which roles, and with which bearer tokens."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal, Words
from aggregates.permissions import Permission, Role, role_allowing
from aggregates.stream import Kind

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hex."""

LONGEST_TOKEN = timedelta(days=3650)
"""A secret that was copied must not open the books for ever."""


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


class UserReactivated(Event):
    """The person has access again, in the roles they held; tokens of before open nothing."""

    TOPIC: ClassVar[str] = "user/reactivated"

    why: Words


class ManagerListed(Event):
    """A person may manage users from now on."""

    TOPIC: ClassVar[str] = "user-managers/listed"

    user_id: UUID


class ManagerDelisted(Event):
    """A person may manage users no longer; somebody else still may."""

    TOPIC: ClassVar[str] = "user-managers/delisted"

    user_id: UUID


class AccessTokenIssued(Event):
    """A bearer token was issued to the person, or to a program of theirs; only its hash is kept."""

    TOPIC: ClassVar[str] = "user/access-token-issued"
    SCHEMA: ClassVar[int] = 2

    user_id: UUID
    token_id: UUID
    token_sha256: Sha256
    holder: Literal["person", "program"]
    label: Words
    role: Role | None
    """Restricts the token to one of the person's roles."""
    expires_at: AwareDatetime
    issued_by: UUID | None
    """Who had its secret first. It is the person's own only where that was the person."""


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
    email: Personal
    roles: frozenset[Role]
    contact_id: UUID | None
    active: bool = True
    tokens: dict[UUID, AccessTokenIssued] = field(default_factory=dict)

    def change_roles(self, roles: tuple[Role, ...]) -> UserRolesChanged:
        """Raises WrongState, BadRequest."""
        self.check_active()
        if not roles:
            raise BadRequest("a user holds at least one role; to take access away, deactivate the user")
        if set(roles) == self.roles:
            raise BadRequest("the user holds these roles already; nothing was changed")
        return UserRolesChanged(before=tuple(sorted(self.roles)), after=tuple(sorted(set(roles))))

    def reactivate(self, why: str) -> UserReactivated:
        """Raises WrongState for a user who has access."""
        if self.active:
            raise WrongState("this user has access already")
        return UserReactivated(why=why)

    @property
    def manages_users(self) -> bool:
        """Whether this person may add and deactivate users, as things stand."""
        return self.active and role_allowing(self.roles, Permission.MANAGE_USERS) is not None

    def issue_token(self, token: AccessTokenIssued, now: datetime) -> AccessTokenIssued:
        """Raises WrongState, BadRequest for a role the user does not hold, or a wrong expiry."""
        self.check_active()
        if token.role is not None and token.role not in self.roles:
            raise BadRequest(f"this user does not have the role {token.role}")
        if token.expires_at <= now:
            raise BadRequest("a token must expire in the future")
        if token.expires_at - now > LONGEST_TOKEN:
            raise BadRequest(f"a token is good for {LONGEST_TOKEN.days} days at most; issue the next one when it runs out")
        return token

    def issue_own_token(
        self, token: AccessTokenIssued, with_token: UUID | None, now: datetime
    ) -> tuple[AccessTokenRevoked | AccessTokenIssued, ...]:
        """A token that the person makes for themself, with the one they hold; None at the firm's own machine.

        Made with a token that somebody else issued it takes the place of every token that the person holds: whoever took it
        up in their name locks them out, and is found out. It reaches no further than the one it was made with. Raises
        WrongState, BadRequest.
        """
        held = self.held(with_token)
        if held is None:
            return (self.issue_token(token, now),)
        if held.holder == "program":
            raise BadRequest("a program makes no tokens; the person it acts for does, with their own")
        if held.role is not None and token.role != held.role:
            raise BadRequest(f"your token is restricted to the role {held.role}, and so is every one that it makes")
        if token.expires_at > held.expires_at:
            raise BadRequest("your token runs out before that, and so does every one that it makes", until=held.expires_at)
        if held.issued_by == self.id:
            return (self.issue_token(token, now),)
        if token.holder == "program":
            raise BadRequest("make a token for yourself first; with that one, a token for each of your programs")
        why = "the person made a token of their own"
        others = [key for key, other in self.tokens.items() if other.holder == "person"]
        return (*(self.revoke_token(key, why) for key in others), self.issue_token(token, now))

    def held(self, token_id: UUID | None) -> AccessTokenIssued | None:
        """The token that was shown; None for none. Raises WrongState for one that was revoked since."""
        if token_id is None:
            return None
        if token_id not in self.tokens:
            raise WrongState("the token you use was revoked")
        return self.tokens[token_id]

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
        return User(event.user_id, event.name, event.email, frozenset(event.roles), event.contact_id)
    assert user is not None, "a step before the user was added"
    match event:
        case UserRolesChanged():
            return replace(user, roles=frozenset(event.after))
        case UserDeactivated():
            return replace(user, active=False, tokens={})
        case UserReactivated():
            return replace(user, active=True)
        case AccessTokenIssued():
            return replace(user, tokens={**user.tokens, event.token_id: event})
        case AccessTokenRevoked():
            return replace(user, tokens={key: token for key, token in user.tokens.items() if key != event.token_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a user")


def delist(managers: frozenset[UUID], user_id: UUID) -> ManagerDelisted:
    """Raises WrongState for the last who may manage users: nobody could let anybody in again."""
    if managers <= {user_id}:
        raise WrongState("this is the last user who may manage users; give another one the role first")
    return ManagerDelisted(user_id=user_id)


def _managers(managers: frozenset[UUID] | None, event: Event) -> frozenset[UUID]:
    known = managers or frozenset()
    match event:
        case ManagerListed():
            return known | {event.user_id}
        case ManagerDelisted():
            return known - {event.user_id}
        case _:
            raise AssertionError(f"{event.TOPIC} is not of the list of managers")


KIND = Kind("user", evolve)
MANAGERS = Kind("user-managers", _managers)
EVENTS: tuple[type[Event], ...] = (
    UserAdded, UserRolesChanged, UserDeactivated, UserReactivated, AccessTokenIssued, AccessTokenRevoked, ManagerListed,
    ManagerDelisted,
)  # fmt: skip
