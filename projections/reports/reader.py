"""Where a report reads: a connection, a firm's schema, and today, which only the edge knows.

Every report takes two clocks. `as_of` is the day of the books (effective date); `known_at` is a position of the log. A row
counts when its day is not after the one and its position not after the other; None sets no bound.

A read model that stands still before an event it cannot digest is read up to that event only: what lies beyond would be
told as if nothing had come since. Reports that rest on others go on.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

Row: TypeAlias = dict[str, Any]

LAST_DAY = date.max
LAST_POSITION = 2**63 - 1
_TABLE = re.compile(r"\{s\}\.(\w+)")


class StandsStill(Exception):  # noqa: N818 -- said as a person would
    """A read model was parked before an event it cannot digest, and more was asked of it than what came before."""

    def __init__(self, read_model: str, position: int) -> None:
        super().__init__(
            f"the read model {read_model} stands still before position {position}, an event it cannot digest; "
            f"the books can be read as known at {position - 1}"
        )
        self.read_model = read_model
        self.position = position


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one firm's read models. `today` stands in for `as_of` where a report counts days to now."""

    connection: Connection[Any]
    schema: str
    today: date
    _parked: list[dict[str, tuple[str, int]]] = field(default_factory=list, init=False, repr=False, compare=False)
    """By table, the read model that was parked and before which position; looked up with the first query."""

    def rows(self, query: str, **values: Any) -> list[Row]:
        """The rows of a query, by column name; `{s}` in it stands for the firm's schema.

        Raises StandsStill where a table of it is parked, and `known_at` among the values reaches beyond.
        """
        if not self._parked:
            self._parked.append(self._standing_still())
        if parked := self._parked[0]:
            for table in _tables_of(query) & parked.keys():
                read_model, position = parked[table]
                if values.get("known_at", LAST_POSITION) >= position:
                    raise StandsStill(read_model, position)
        return self._rows(query, **values)

    def row(self, query: str, **values: Any) -> Row | None:
        """The first row, if there is one."""
        found = self.rows(query, **values)
        return found[0] if found else None

    def number(self, query: str, **values: Any) -> int:
        """A sum or a count; 0 where there is nothing to add."""
        found = self.row(query, **values)
        value = next(iter(found.values())) if found else None
        return int(value) if value is not None else 0

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One moment for all queries inside, whatever the projector writes meanwhile. A caller's own transaction stands."""
        if self.connection.info.transaction_status is not TransactionStatus.IDLE:
            yield
            return
        with self.connection.transaction():
            self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    def reached(self) -> int:
        """How far every read model has come, but those that were parked."""
        return self.number(
            "SELECT coalesce(min(t.position), (SELECT min(position) FROM {s}.projection_tracking)) "
            "FROM {s}.projection_tracking t "
            "WHERE NOT EXISTS (SELECT FROM {s}.parked_events p WHERE p.projection = t.name)"
        )

    def log_size(self) -> int:
        """How many events the log has."""
        return self.number("SELECT size FROM {s}.log_head WHERE id = 1")

    def position(self) -> int:
        """The same, at the end of a command: half a transfer is never read."""
        at = self.reached()
        if at >= self.log_size():
            return at
        (found,) = self._rows(
            "SELECT coalesce(min(a.position) - 1, %(at)s) AS position FROM {s}.audit_trail a WHERE a.command_id = "
            "(SELECT b.command_id FROM {s}.audit_trail b JOIN {s}.events e ON e.position = b.position + 1 "
            "WHERE b.position = %(at)s AND b.n = 0 "
            "AND b.command_id::text = convert_from(e.state, 'UTF8')::jsonb ->> 'command')",
            at=at,
        )
        return int(found["position"])

    def _rows(self, query: str, **values: Any) -> list[Row]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.replace("{s}", self.schema).encode(), values).fetchall()

    def _standing_still(self) -> dict[str, tuple[str, int]]:
        found = self._rows(
            "SELECT unnest(t.tables) AS name, p.projection, p.position FROM {s}.parked_events p "
            "JOIN {s}.projection_tracking t ON t.name = p.projection"
        )
        return {row["name"]: (row["projection"], row["position"]) for row in found}


@lru_cache(maxsize=1_000)
def _tables_of(query: str) -> frozenset[str]:
    return frozenset(_TABLE.findall(query))


def bounds(as_of: date | None, known_at: int | None) -> dict[str, Any]:
    """The two clocks as parameters `as_of` and `known_at`, far in the future where they set no bound."""
    return {
        "as_of": LAST_DAY if as_of is None else as_of,
        "known_at": LAST_POSITION if known_at is None else known_at,
    }
