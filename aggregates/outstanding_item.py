"""A note on a book entry that the bank has not shown for long: why it is outstanding, and what is done about it.

Nothing stays outstanding too long without a note, or the reconciliation does not pass (domain reference, section 1.10).
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from aggregates.event import AccountEvent, Event, Words
from aggregates.stream import Kind


class OutstandingItemNoted(AccountEvent):
    """Somebody wrote down why the entry is outstanding."""

    TOPIC: ClassVar[str] = "outstanding-item/noted"

    ledger_id: UUID
    entry_id: UUID
    note: Words


@dataclass(frozen=True, slots=True)
class OutstandingItem:
    """State after its events; the stream is the entry's. The last note stands, those before stay on record."""

    note: str


def evolve(item: OutstandingItem | None, event: Event) -> OutstandingItem:  # noqa: ARG001 -- the last note stands
    """The state one event later."""
    match event:
        case OutstandingItemNoted():
            return OutstandingItem(event.note)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of an outstanding item")


KIND = Kind("outstanding-item", evolve)
EVENTS: tuple[type[Event], ...] = (OutstandingItemNoted,)
