"""What an hour costs the firm: each timekeeper's pay and keep, and the overhead of any hour, each from a day on.

Matter profitability takes them off what a matter brings in (domain reference, section 3).
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from aggregates.billing_rates import HourlyRate
from aggregates.errors import BadRequest
from aggregates.event import Event
from aggregates.stream import Kind


class TimeCostSet(Event):
    """An hour of this timekeeper, or without one the overhead of any hour worked, costs so much from a day on."""

    TOPIC: ClassVar[str] = "time-costs/set"

    cost_id: UUID
    timekeeper_id: UUID | None
    effective_from: date
    hour_minor: HourlyRate


TimeCosts = tuple[TimeCostSet, ...]
"""All costs that were set, in their order. Of one day's, the one set last counts."""


def cost_of(costs: TimeCosts, timekeeper_id: UUID | None, on: date) -> int | None:
    """Minor units for an hour on a day; None where nobody said."""
    begun = [one for one in costs if one.timekeeper_id == timekeeper_id and one.effective_from <= on]
    return max(reversed(begun), key=lambda one: one.effective_from).hour_minor if begun else None


def check_changes(costs: TimeCosts, event: TimeCostSet) -> None:
    """Raises BadRequest where an hour costs just that already from that day on."""
    same_day = [
        one for one in costs if (one.timekeeper_id, one.effective_from) == (event.timekeeper_id, event.effective_from)
    ]
    if same_day and same_day[-1].hour_minor == event.hour_minor:
        raise BadRequest("an hour costs that already from that day on", cost_id=same_day[-1].cost_id)


def evolve(costs: TimeCosts | None, event: Event) -> TimeCosts:
    """The state one event later."""
    assert isinstance(event, TimeCostSet), f"{event.TOPIC} is not of what time costs"
    return (*(costs or ()), event)


KIND = Kind("time-costs", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (TimeCostSet,)
