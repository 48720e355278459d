"""Rebuild read models side by side: filled anew from the log, caught up, and switched in one transaction.

Commands keep coming in and readers keep reading all the while; the switch waits for no reader longer than a moment, and
tries again.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from projections import schema as read_side
from projections.engine import Parked
from projections.projection import Projection
from replay.scratch import AlreadyRunning, Progress, Scratch

__all__ = ["AlreadyRunning", "Rebuilt", "rebuild"]

_TRIES = 50
_PATIENCE_MS = 400
"""Below PostgreSQL's deadlock_timeout, so that in doubt we give way and never a reader."""
_VACUUM_PATIENCE_MS = 5_000
"""Above deadlock_timeout: after so long it is autovacuum that gives way, whose work on a table that goes is for nothing."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    projections: tuple[str, ...]
    position: int
    seconds: float
    parked: tuple[Parked, ...]

    @property
    def events_per_second(self) -> float:
        """How fast the log was folded, all told."""
        return self.position / self.seconds if self.seconds else 0.0


def rebuild(
    conninfo: str,
    schema: str,
    projections: Sequence[Projection],
    *,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Rebuild all read models of a firm, or those named. `conninfo` is the owner's.

    Raises KeyError for a name that is none, AlreadyRunning, LogBroken, psycopg.OperationalError.
    """
    began = time.monotonic()
    known = {projection.name: projection for projection in projections}
    chosen = [known[name] for name in names] if names is not None else list(projections)
    with Scratch(conninfo, schema, chosen, "rebuild") as scratch:
        read_side.prepare(scratch.connection, schema, projections)
        row = scratch.connection.execute(f"SELECT size FROM {schema}.log_head WHERE id = 1").fetchone()
        scratch.load(row[0] if row else 0, progress)
        scratch.engine.catch_up(scratch.connection)
        position = _switch(scratch)
        with scratch.connection.transaction():
            parked = [one for one in _parked(scratch.connection, schema) if one.projection in {p.name for p in chosen}]
    return Rebuilt(tuple(p.name for p in chosen), position, time.monotonic() - began, tuple(parked))


def _switch(scratch: Scratch) -> int:
    """Put the new tables in the place of the old. Raises psycopg.errors.LockNotAvailable when readers never let go."""
    connection = scratch.connection
    for attempt in range(1, _TRIES + 1):
        try:
            with connection.transaction():
                _keep_vacuum_away(connection, scratch)
                connection.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_MS}ms'")
                return _switched(connection, scratch)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == _TRIES:
                raise
            time.sleep(0.05)
            scratch.engine.catch_up(connection)
    raise AssertionError("the last try returns or raises")


def _keep_vacuum_away(connection: Connection[Any], scratch: Scratch) -> None:
    """From the tables that go and those that come, until the transaction ends. Neither readers nor the projector mind."""
    connection.execute(f"SET LOCAL lock_timeout = '{_VACUUM_PATIENCE_MS}ms'")
    for projection in scratch.projections:
        going = [f"{scratch.schema}.{table}" for table in _live_tables(connection, scratch.schema, projection)]
        coming = [f"{scratch.name}.{table.name}" for table in projection.tables]
        connection.execute(f"LOCK TABLE {', '.join(going + coming)} IN SHARE UPDATE EXCLUSIVE MODE")


def _live_tables(connection: Connection[Any], schema: str, projection: Projection) -> list[str]:
    """Those that stand there, by whatever version of the projection they were made."""
    found = connection.execute(
        f"SELECT c.relname FROM {schema}.projection_tracking t JOIN pg_class c ON c.relname = ANY(t.tables) "
        "AND c.relnamespace = %s::regnamespace AND c.relkind = 'r' WHERE t.name = %s ORDER BY 1",
        (schema, projection.name),
    )
    return [row[0] for row in found]


def _switched(connection: Connection[Any], scratch: Scratch) -> int:
    schema, name = scratch.schema, scratch.name
    # Whoever leads stands still until this transaction ends, so that no reader ever sees an older position than before.
    connection.execute(f"SELECT 1 FROM {schema}.projector_lease WHERE id = 1 FOR UPDATE")
    scratch.engine.catch_up(connection)
    for projection in scratch.projections:
        for going in _live_tables(connection, schema, projection):
            connection.execute(f"DROP TABLE {schema}.{going}")
        for table in projection.tables:
            connection.execute(f"ALTER TABLE {name}.{table.name} SET SCHEMA {schema}")
        new = connection.execute(f"SELECT position FROM {name}.projection_tracking WHERE name = %s", (projection.name,))
        [position] = new.fetchone() or (0,)
        read_side.track(connection, schema, projection, position)
        connection.execute(f"DELETE FROM {schema}.parked_events WHERE projection = %s", (projection.name,))
    connection.execute(f"INSERT INTO {schema}.parked_events SELECT * FROM {name}.parked_events")
    return min(scratch.engine.positions(connection).values(), default=0)


def _parked(connection: Connection[Any], schema: str) -> list[Parked]:
    rows = connection.execute(f"SELECT projection, position, error FROM {schema}.parked_events ORDER BY projection")
    return [Parked(*row) for row in rows]
