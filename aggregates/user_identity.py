"""One person, one access: an e-mail address and a contact stand for one active user, so that nobody is two people (T15).

Who could ask as one user and approve as another would undo the separation of duties (ABA LPM; domain reference, T15).
"""

from typing import ClassVar
from uuid import UUID

from aggregates.errors import AlreadyExists
from aggregates.event import Event
from aggregates.stream import Kind


class UserIdentityTaken(Event):
    """An e-mail address, or a contact, stands for this user from now on."""

    TOPIC: ClassVar[str] = "user-identity/taken"

    user_id: UUID


def _evolve(_: UUID | None, event: Event) -> UUID:
    assert isinstance(event, UserIdentityTaken), f"{event.TOPIC} is not of an identity"
    return event.user_id


KIND = Kind("user-identity", _evolve)
EVENTS: tuple[type[Event], ...] = (UserIdentityTaken,)


def streams_of(email: str | None, contact_id: UUID | None) -> list[tuple[str, UUID]]:
    """What tells a person apart, in words, and the stream of each. Letters' case tells nobody apart."""
    found = []
    if email is not None:
        found.append(("e-mail address", KIND.stream_id("email", email.strip().casefold())))
    if contact_id is not None:
        found.append(("contact", KIND.stream_id("contact", contact_id)))
    return found


def in_use(what: str) -> AlreadyExists:
    """The refusal: somebody with access has it."""
    return AlreadyExists(
        f"a user with access has this {what} already: one person has one access, in as many roles as needed, or they could "
        "ask for a payment as one and approve it as the other"
    )
