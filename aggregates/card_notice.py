"""A notice of the card processor: kept once, as it came, by the SHA-256 of its body."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from aggregates.card_account import Reference
from aggregates.event import Event
from aggregates.stream import Kind


class CardNoticeReceived(Event):
    """The processor told of something. `kind` is its word for it; `said` counts the facts of payments that it told.

    `unread` says why it told none, where it should have: somebody must look at its body.
    """

    TOPIC: ClassVar[str] = "card-notice/received"

    card_account_id: UUID
    notice: Reference
    kind: Reference
    happened_at: AwareDatetime
    body_sha256: str
    said: int
    unread: str | None


@dataclass(frozen=True, slots=True)
class CardNotice:
    """State after its events."""

    received: CardNoticeReceived


def evolve(notice: CardNotice | None, event: Event) -> CardNotice:
    """The state one event later."""
    assert notice is None, "received twice"
    assert isinstance(event, CardNoticeReceived), f"{event.TOPIC} is not of a notice"
    return CardNotice(event)


KIND = Kind("card-notice", evolve)
"""A notice's stream is named by the card account and the processor's id, so that it counts once however often it comes."""
EVENTS: tuple[type[Event], ...] = (CardNoticeReceived,)
