"""Which day it was at the firm when an event was recorded: what counts from no day of its own counts from that one.

Commands count days in the firm's zone, and the day of the log's clock is another one for hours of each night: an evening's
note in New York would count from the day after, and a note made after midnight in London from before what it is about.
"""

from datetime import UTC, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from psycopg import Connection

from aggregates import firm
from aggregates.logged_event import LoggedEvent, from_document


class FirmCalendar(NamedTuple):
    """The firm's time zone, and the position of the event that named it; before that one, days are those of UTC.

    So an event counts from the same day however long the log was when it was folded.
    """

    since: int
    zone: tzinfo

    def read(self, position: int, state: bytes) -> LoggedEvent:
        """Stored bytes, as the firm dates them. Raises KeyError, TypeError, ValueError, AttributeError for no event."""
        return from_document(position, orjson.loads(state), self.zone if position >= self.since else UTC)


def firm_calendar(connection: Connection[Any], schema: str) -> FirmCalendar | None:
    """As the firm was established; None where it is not yet, or where that event was damaged, which its own fold names."""
    row = connection.execute(
        f"SELECT position, state FROM {schema}.events WHERE stream_id = %s AND version = 1", (firm.STREAM,)
    ).fetchone()
    if row is None:
        return None
    try:
        return FirmCalendar(row[0], ZoneInfo(orjson.loads(row[1])["data"]["time_zone"]))
    except (KeyError, TypeError, ValueError, OSError):
        return None


UNESTABLISHED = FirmCalendar(0, UTC)
"""Of a firm that has not said where it is."""
