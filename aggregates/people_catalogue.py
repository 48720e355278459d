"""Every event of people and matters: the firm, its users, its contacts, its matters, its conflict searches."""

from aggregates import conflict_search, contact_events, firm, matter_events, matter_number, user
from aggregates.event import Event

PEOPLE_EVENTS: tuple[type[Event], ...] = (
    *firm.EVENTS,
    *user.EVENTS,
    *contact_events.EVENTS,
    *matter_events.EVENTS,
    *matter_number.EVENTS,
    *conflict_search.EVENTS,
)
