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
    connection.execute(f"SET lock_timeout = '{_PATIENCE_MS}ms'")
    for attempt in range(1, _TRIES + 1):
        try:
            with connection.transaction():
                return _switched(connection, scratch)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == _TRIES:
                raise
            time.sleep(0.05)
            scratch.engine.catch_up(connection)
    raise AssertionError("the last try returns or raises")


def _switched(connection: Connection[Any], scratch: Scratch) -> int:
    schema, name = scratch.schema, scratch.name
    # Whoever leads stands still until this transaction ends, so that no reader ever sees an older position than before.
    connection.execute(f"SELECT 1 FROM {schema}.projector_lease WHERE id = 1 FOR UPDATE")
    scratch.engine.catch_up(connection)
    for projection in scratch.projections:
        row = connection.execute(
            f"SELECT tables FROM {schema}.projection_tracking WHERE name = %s", (projection.name,)
        ).fetchone()
        for table in row[0] if row else ():
            connection.execute(f"DROP TABLE IF EXISTS {schema}.{table}")
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
