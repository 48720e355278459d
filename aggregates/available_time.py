"""How much time timekeepers are there for: so much of a working day or of a year, each from a day on.

Utilization is billable time of this (domain reference, section 3: an eight-hour day, a target, or 2,000 hours a year).
Where nobody agreed anything, it is eight hours of each working day.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from aggregates.event import Event
from aggregates.stream import Kind

Per = Literal["day", "year"]
"""A working day, or a year, whose time is spread evenly over its working days."""
MOST_SECONDS = {"day": 24 * 3_600, "year": 366 * 24 * 3_600}


class AvailableTimeAgreed(Event):
    """From a day on this timekeeper, or without one everybody who has no time of their own, is there for so long.

    None returns a timekeeper to what everybody is there for, and everybody to eight hours a day.
    """

    TOPIC: ClassVar[str] = "available-time/agreed"

    available_id: UUID
    timekeeper_id: UUID | None
    effective_from: date
    per: Per
    seconds: Annotated[int, Field(ge=0, le=MOST_SECONDS["year"])] | None


AvailableTime = tuple[AvailableTimeAgreed, ...]
"""All that was agreed, in its order. Of one day's, what was agreed last counts."""


def check(known: AvailableTime, event: AvailableTimeAgreed) -> None:
    """Raises BadRequest for more than a day or a year has, and where that is agreed already from that day on."""
    most = MOST_SECONDS[event.per]
    if event.seconds is not None and event.seconds > most:
        raise BadRequest(f"a {event.per} has no more than {most} seconds", most_seconds=most)
    same = [one for one in known if (one.timekeeper_id, one.effective_from) == (event.timekeeper_id, event.effective_from)]
    if same and (same[-1].per, same[-1].seconds) == (event.per, event.seconds):
        raise BadRequest("that is agreed already from that day on", available_id=same[-1].available_id)


def evolve(known: AvailableTime | None, event: Event) -> AvailableTime:
    """The state one event later."""
    assert isinstance(event, AvailableTimeAgreed), f"{event.TOPIC} is not of available time"
    return (*(known or ()), event)


KIND = Kind("available-time", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (AvailableTimeAgreed,)
