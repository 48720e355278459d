"""Every kind of event there is. What is not listed here cannot be stored or read."""

from aggregates.event import Event

EVENTS: tuple[type[Event], ...] = ()

BY_TOPIC = {event.TOPIC: event for event in EVENTS}
assert len(BY_TOPIC) == len(EVENTS), "two events share a topic"
