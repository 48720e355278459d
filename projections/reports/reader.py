"""Where a report reads: a connection, a firm's schema, and today, which only the edge knows.

Every report takes two clocks. `as_of` is the day of the books (effective date); `known_at` is a position of the log. A row
counts when its day is not after the one and its position not after the other; None sets no bound.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

Row: TypeAlias = dict[str, Any]

LAST_DAY = date.max
LAST_POSITION = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one firm's read models. `today` stands in for `as_of` where a report counts days to now."""

    connection: Connection[Any]
    schema: str
    today: date

    def rows(self, query: str, **values: Any) -> list[Row]:
        """The rows of a query, by column name; `{s}` in it stands for the firm's schema."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.replace("{s}", self.schema).encode(), values).fetchall()

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
        """How far every read model has come."""
        return self.number("SELECT min(position) FROM {s}.projection_tracking")

    def position(self) -> int:
        """The same, at the end of a command: half a transfer is never read."""
        at = self.reached()
        if at >= self.number("SELECT size FROM {s}.log_head WHERE id = 1"):
            return at
        return self.number(
            "SELECT coalesce(min(a.position) - 1, %(at)s) FROM {s}.audit_trail a WHERE a.command_id = "
            "(SELECT b.command_id FROM {s}.audit_trail b JOIN {s}.events e ON e.position = b.position + 1 "
            "WHERE b.position = %(at)s AND b.n = 0 "
            "AND b.command_id::text = convert_from(e.state, 'UTF8')::jsonb ->> 'command')",
            at=at,
        )


def bounds(as_of: date | None, known_at: int | None) -> dict[str, Any]:
    """The two clocks as parameters `as_of` and `known_at`, far in the future where they set no bound."""
    return {
        "as_of": LAST_DAY if as_of is None else as_of,
        "known_at": LAST_POSITION if known_at is None else known_at,
    }
