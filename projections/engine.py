"""The engine: carries all read models of a firm forward, a page of the log at a time, each page exactly once.

A page's rows and the tracking rows are written in one transaction, under the firm's lease row, so that whatever dies, a read
model and its position always agree. An event that a projection cannot digest is found by halving the page; that projection
is parked before it, and the others go on.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection

from aggregates.logged_event import LoggedEvent
from projections import schema as read_side
from projections.changes import Changes
from projections.firm_calendar import UNESTABLISHED, FirmCalendar, firm_calendar
from projections.projection import Projection, tables_of

DEFAULT_PAGE = 1_000
LEASE_S = 5.0
_FAULTS_OF_THE_SERVER = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)


class LogBroken(Exception):  # noqa: N818 -- said as a person would
    """The log has a hole; nothing is folded past it."""


class Progress(NamedTuple):
    """What one step did: events folded, the position reached, and whether this process leads the firm."""

    events: int
    position: int
    leading: bool


@dataclass(frozen=True, slots=True)
class Parked:
    """A projection that stands still before an event it cannot digest."""

    projection: str
    position: int
    error: str


class _Undigested(NamedTuple):
    """Stored bytes that are not an event, and why."""

    error: str


class _Tracked(NamedTuple):
    projection: Projection
    position: int


Paged = tuple[int, LoggedEvent | _Undigested]


class Engine:
    """Folds one firm's log into its read models.

    `schema` holds the log; `target` the read models, the same schema unless they are built beside the live ones. Connections
    are handed in, in autocommit mode and in a role that may write the tables.
    """

    def __init__(
        self,
        schema: str,
        projections: Sequence[Projection],
        *,
        target: str | None = None,
        page: int = DEFAULT_PAGE,
        holder: str = "engine",
        lease_s: float = LEASE_S,
    ) -> None:
        tables_of(projections)
        self.schema = schema
        self.target = target or schema
        self.projections = {projection.name: projection for projection in projections}
        self.holder = holder
        self._page = page
        self._lease_s = lease_s
        self._calendar: FirmCalendar | None = None

    def prepare(self, connection: Connection[Any]) -> None:
        """Make the tables that are not there yet; safe from many processes at once."""
        read_side.prepare(connection, self.target, list(self.projections.values()))

    def advance(self, connection: Connection[Any], *, stop: int | None = None) -> Progress:
        """Fold one page, up to `stop` where given; 0 events when there is nothing to do, or another process leads.

        Raises LogBroken, psycopg.OperationalError.
        """
        size = self._size(connection) if stop is None else stop
        if not any(tracked.position < size for tracked in self._tracked(connection)):
            return Progress(0, size, leading=True)
        with connection.transaction():
            if not self._lead(connection):
                return Progress(0, 0, leading=False)
            group, end = _next_group(self._tracked(connection), size)
            if not group:
                return Progress(0, size, leading=True)
            events = self._read(connection, group[0].position, min(end, group[0].position + self._page))
            self._fold(connection, [tracked.projection for tracked in group], events)
            return Progress(len(events), events[-1][0], leading=True)

    def catch_up(self, connection: Connection[Any], *, stop: int | None = None) -> int:
        """Advance until there is nothing more to do; returns how many events were folded."""
        total = 0
        while (progress := self.advance(connection, stop=stop)).events:
            total += progress.events
        return total

    def position(self, connection: Connection[Any]) -> int:
        """How far every read model that is not parked has come; the log's size when all are parked."""
        positions = [tracked.position for tracked in self._tracked(connection)]
        return min(positions) if positions else self._size(connection)

    def positions(self, connection: Connection[Any]) -> dict[str, int]:
        """How far each projection has come, the parked ones too."""
        rows = connection.execute(f"SELECT name, position FROM {self.target}.projection_tracking ORDER BY name").fetchall()
        return {name: position for name, position in rows if name in self.projections}

    def parked(self, connection: Connection[Any]) -> list[Parked]:
        """Projections that stand still, and before which event."""
        rows = connection.execute(f"SELECT projection, position, error FROM {self.target}.parked_events ORDER BY projection")
        return [Parked(*row) for row in rows]

    def outdated(self, connection: Connection[Any]) -> list[str]:
        """Projections whose tables are of another version than this code; a rebuild replaces them."""
        rows = connection.execute(f"SELECT name, version FROM {self.target}.projection_tracking ORDER BY name").fetchall()
        return [name for name, version in rows if name in self.projections and self.projections[name].version != version]

    def retry(self, connection: Connection[Any], projection: str) -> None:
        """Let a parked projection try again at the event it stopped before."""
        connection.execute(f"DELETE FROM {self.target}.parked_events WHERE projection = %s", (projection,))

    def release(self, connection: Connection[Any]) -> None:
        """Give up leadership, so that another process need not wait for the lease to lapse."""
        connection.execute(
            f"UPDATE {self.target}.projector_lease SET until = '-infinity' WHERE id = 1 AND holder = %s", (self.holder,)
        )

    def _lead(self, connection: Connection[Any]) -> bool:
        """Take or renew the lease; its row lock also keeps everyone else out until this transaction ends."""
        row = connection.execute(
            f"UPDATE {self.target}.projector_lease SET holder = %s, until = clock_timestamp() + %s * interval '1 second' "
            "WHERE id = 1 AND (holder = %s OR until < clock_timestamp()) RETURNING id",
            (self.holder, self._lease_s, self.holder),
        ).fetchone()
        return row is not None

    def _size(self, connection: Connection[Any]) -> int:
        row = connection.execute(f"SELECT size FROM {self.schema}.log_head WHERE id = 1").fetchone()
        return int(row[0]) if row else 0

    def _tracked(self, connection: Connection[Any]) -> list[_Tracked]:
        rows = connection.execute(
            f"SELECT name, version, position FROM {self.target}.projection_tracking t WHERE NOT EXISTS "
            f"(SELECT FROM {self.target}.parked_events p WHERE p.projection = t.name)"
        ).fetchall()
        known = self.projections
        return [
            _Tracked(known[name], position)
            for name, version, position in rows
            if name in known and known[name].version == version
        ]

    def _read(self, connection: Connection[Any], after: int, upto: int) -> list[Paged]:
        cursor = connection.cursor(binary=True)
        rows = cursor.execute(
            f"SELECT position, state FROM {self.schema}.events WHERE position > %s AND position <= %s ORDER BY position",
            (after, upto),
        ).fetchall()
        if len(rows) != upto - after:
            expected = next((n for n, row in enumerate(rows, after + 1) if row[0] != n), after + len(rows) + 1)
            raise LogBroken(f"the log of {self.schema} has no event at position {expected}")
        self._calendar = self._calendar or firm_calendar(connection, self.schema)
        calendar = self._calendar or UNESTABLISHED
        return [(position, _digest(calendar, position, state)) for position, state in rows]

    def _fold(self, connection: Connection[Any], group: list[Projection], events: list[Paged]) -> None:
        last = events[-1][0]
        parked: list[Parked] = []
        try:
            with connection.transaction():
                _write(connection, self.target, group, events)
        except _FAULTS_OF_THE_SERVER:
            raise
        except Exception:  # noqa: BLE001 -- a projection may fail in any way; which one, and where, is found below
            parked = [bad for projection in group if (bad := self._halve(connection, projection, events)) is not None]
        stopped = {bad.projection for bad in parked}
        connection.execute(
            f"UPDATE {self.target}.projection_tracking SET position = %s WHERE name = ANY(%s)",
            (last, [projection.name for projection in group if projection.name not in stopped]),
        )
        for bad in parked:
            connection.execute(
                f"UPDATE {self.target}.projection_tracking SET position = %s WHERE name = %s",
                (bad.position - 1, bad.projection),
            )
            connection.execute(
                f"INSERT INTO {self.target}.parked_events VALUES (%s, %s, %s)", (bad.projection, bad.position, bad.error)
            )

    def _halve(self, connection: Connection[Any], projection: Projection, events: list[Paged]) -> Parked | None:
        """Write as many events as can be digested; names the first that cannot."""
        try:
            with connection.transaction():
                _write(connection, self.target, [projection], events)
        except _FAULTS_OF_THE_SERVER:
            raise
        except Exception as fault:  # noqa: BLE001 -- a projection may fail in any way; the event is parked with its error
            if len(events) == 1:
                return Parked(projection.name, events[0][0], f"{type(fault).__name__}: {fault}".replace("\x00", "")[:2000])
        else:
            return None
        middle = len(events) // 2
        return self._halve(connection, projection, events[:middle]) or self._halve(connection, projection, events[middle:])


def _next_group(tracked: list[_Tracked], size: int) -> tuple[list[_Tracked], int]:
    """The projections to carry forward together, and how far: the foremost that have something to do come first.

    So a new projection that starts from nothing never holds up the others, and joins them once it has caught up.
    """
    groups: dict[int, list[_Tracked]] = defaultdict(list)
    for one in tracked:
        groups[one.position].append(one)
    end = size
    for position in sorted(groups, reverse=True):
        if position < end:
            return groups[position], end
        end = min(end, position)
    return [], size


def _digest(calendar: FirmCalendar, position: int, state: bytes) -> LoggedEvent | _Undigested:
    try:
        return calendar.read(position, state)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return _Undigested(f"the bytes at position {position} are not an event: {error!r}")


def _write(connection: Connection[Any], target: str, group: list[Projection], events: list[Paged]) -> None:
    changes = Changes(group)
    for projection in group:
        project, topics, take = projection.project, projection.topics, changes.take
        for position, event in events:
            if isinstance(event, _Undigested):
                raise ValueError(event.error)  # noqa: TRY004 -- its bytes are wrong, not our types
            if topics is None or event.topic in topics:
                take(position, project(event))
    changes.write(connection, target)
