"""The matters that a contact is in, as client or party: what must be looked at before two contacts become one."""

from typing import ClassVar
from uuid import UUID

from aggregates.event import Event
from aggregates.stream import Kind


class MatterJoined(Event):
    """The contact is in a matter from now on, for ever: the matter itself says in which role, and until when."""

    TOPIC: ClassVar[str] = "contact-matters/joined"

    contact_id: UUID
    matter_id: UUID


def _evolve(matters: frozenset[UUID] | None, event: Event) -> frozenset[UUID]:
    assert isinstance(event, MatterJoined), f"{event.TOPIC} is not of the matters of a contact"
    return (matters or frozenset()) | {event.matter_id}


KIND = Kind("contact-matters", _evolve)
EVENTS: tuple[type[Event], ...] = (MatterJoined,)
