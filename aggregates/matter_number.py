"""Matter numbers: the firm's pattern, the sequence they are drawn from, and each number once, for ever.

The rule this module exists for: no two matters of a firm share a number. A number names a stream, so that taking it twice
fails in the log itself; a sequence is a stream too, so that two processes never draw the same.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.event import Event
from aggregates.matter_events import MatterNumber


class MatterNumberTaken(Event):
    """A number is in use, for ever; on the stream that the number names."""

    TOPIC: ClassVar[str] = "matter-number/taken"

    number: MatterNumber
    matter_id: UUID


class MatterSequenceDrawn(Event):
    """The next number of a sequence was drawn; `scope` is the pattern filled in but for its sequence (`2026-#`)."""

    TOPIC: ClassVar[str] = "matter-sequence/drawn"

    scope: str
    sequence: Annotated[int, Field(ge=1)]


EVENTS: tuple[type[Event], ...] = (MatterNumberTaken, MatterSequenceDrawn)
