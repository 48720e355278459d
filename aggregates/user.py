"""A person who works in the books: the roles they hold and the tokens they come in with.

The rule this module exists for: each event names a person and the role that allowed it, so a role, a token and a leaving
are facts too. That the last active admin or partner stays is for the command to see to: it spans users.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from aggregates.event import Event, Personal, Words
from aggregates.permissions import Role

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
TokenKind = Literal["user", "program"]


class UserAdded(Event):
    """A person may work in the books. `contact_id` is the contact this person also is, where there is one."""

    TOPIC: ClassVar[str] = "user/added"

    name: Personal
    email: Personal
    roles: tuple[Role, ...]
    contact_id: UUID | None


class UserChange(BaseModel):
    """One detail of a user, before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["name", "email"]
    before: Personal
    after: Personal


class UserDetailsAmended(Event):
    """Name or e-mail changed."""

    TOPIC: ClassVar[str] = "user/details-amended"

    changes: tuple[UserChange, ...]


class UserRolesChanged(Event):
    """The person holds other roles from here on."""

    TOPIC: ClassVar[str] = "user/roles-changed"

    before: tuple[Role, ...]
    after: tuple[Role, ...]


class UserDeactivated(Event):
    """The person may do nothing more; every token still open is revoked by an event beside this one."""

    TOPIC: ClassVar[str] = "user/deactivated"

    reason: Words


class UserReactivated(Event):
    """The person is back, with their roles, and needs a new token."""

    TOPIC: ClassVar[str] = "user/reactivated"

    reason: Words


class AccessTokenIssued(Event):
    """A bearer token was made; only its SHA-256 is kept. `role` narrows it to one of the person's roles."""

    TOPIC: ClassVar[str] = "user/access-token-issued"

    token_id: UUID
    token_sha256: Sha256Hex
    label: Words
    kind: TokenKind
    role: Role | None
    expires_at: AwareDatetime


class AccessTokenRevoked(Event):
    """A token ended before its time."""

    TOPIC: ClassVar[str] = "user/access-token-revoked"

    token_id: UUID
    reason: Words


EVENTS: tuple[type[Event], ...] = (
    UserAdded, UserDetailsAmended, UserRolesChanged, UserDeactivated, UserReactivated, AccessTokenIssued,
    AccessTokenRevoked,
)  # fmt: skip
