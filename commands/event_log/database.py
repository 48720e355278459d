"""One database, its pools (one per role, shared by all firms), and the firms in it."""

from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from aggregates.errors import NotFound
from commands.event_log.at_hand import Pool
from commands.event_log.log import EventLog
from commands.event_log.memory import keep_memory
from commands.event_log.migrations import create_firm, migrate, schema_of

_LOCK_TIMEOUT_S = 5


class Database:
    """Opens the pools; hands out each firm's log. Use as a context manager, or close it."""

    def __init__(self, conninfo: str, *, pool_size: int = 12) -> None:
        keep_memory()
        self.conninfo = conninfo
        self.writers = _pool(conninfo, "muniment_appender", pool_size)
        # Appends of a firm come one after the other, and always find the same connection here, its plans and caches warm.
        self.appenders = _pool(conninfo, "muniment_appender", pool_size)
        self.readers = _pool(conninfo, "muniment_reader", pool_size)
        self.projectors = _pool(conninfo, "muniment_projector", 4)
        self._logs: dict[str, EventLog] = {}

    def migrate(self) -> None:
        """Bring the database to the newest shape."""
        migrate(self.conninfo)

    def create_firm(self, slug: str, firm_id: UUID) -> EventLog:
        """Lay an empty log for a new firm. Raises AlreadyExists, BadRequest."""
        create_firm(self.conninfo, slug, firm_id)
        return self.firm(slug)

    def firms(self) -> list[str]:
        """The short names of all firms."""
        with self.readers.connection() as connection:
            return [row[0] for row in connection.execute("SELECT slug FROM muniment.firms ORDER BY slug")]

    def firm(self, slug: str) -> EventLog:
        """The log of one firm. Raises NotFound, BadRequest."""
        log = self._logs.get(slug)
        if log is None:
            schema = schema_of(slug)
            if slug not in self.firms():
                raise NotFound(f"there is no firm called {slug}")
            log = self._logs.setdefault(slug, EventLog(slug, schema, self.writers, self.appenders))
        return log

    def close(self) -> None:
        """Close the pools."""
        for pool in (self.writers, self.appenders, self.readers, self.projectors):
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _pool(conninfo: str, role: str, size: int) -> Pool:
    def configure(connection: Connection[Any]) -> None:
        connection.autocommit = True
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        connection.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT_S}s'")
        connection.execute("SET timezone = 'UTC'")

    return Pool(
        conninfo,
        connection_class=psycopg.Connection[Any],
        min_size=1,
        max_size=size,
        open=True,
        configure=configure,
        name=role,
    )
