"""One statement, prepared once on each connection and carried out by libpq itself.

psycopg's own way (a cursor, adapters, a wait loop in Python) took three times as long as deciding a command. What it raises
is the same.
"""

import itertools
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg import Connection
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGresult

_numbers = itertools.count(1)
_ANSWERS = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}


class PreparedStatement:
    """Parameters and results in binary form. A connection must be nobody else's meanwhile, and in autocommit mode."""

    def __init__(self, statement: str) -> None:
        self._name = f"muniment_{next(_numbers)}".encode()  # several logs may share the connections of a pool
        self._statement = statement.encode()
        self._known: WeakSet[Connection[Any]] = WeakSet()

    def execute(self, connection: Connection[Any], values: Sequence[bytes | None]) -> PGresult:
        """Carry it out. Raises psycopg.Error; OperationalError where the connection was lost."""
        server = connection.pgconn
        if not self.is_known(connection):
            _checked(connection, server.prepare(self._name, self._statement))
            self._known.add(connection)
        formats = [Format.BINARY] * len(values)
        # NULL is None here, too, though psycopg's own types forget to say so
        return _checked(connection, server.exec_prepared(self._name, values, formats, Format.BINARY))  # type: ignore[arg-type]

    def is_known(self, connection: Connection[Any]) -> bool:
        """Whether it was prepared on this connection."""
        return connection in self._known

    def send(self, connection: Connection[Any], values: Sequence[bytes | None]) -> "Sent":
        """Send it, where it is known, and do not wait for the answer. Raises psycopg.OperationalError."""
        formats = [Format.BINARY] * len(values)
        connection.pgconn.send_query_prepared(self._name, values, formats, Format.BINARY)
        return Sent(connection)


class Sent:
    """A statement on its way, on a connection that does not block; nothing here waits."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._results: list[PGresult] = []

    def flush(self) -> bool:
        """Send what did not find room yet; whether all of it is sent. Called whenever the connection can be written to.

        Raises psycopg.OperationalError.
        """
        return self._connection.pgconn.flush() == 0

    def answer(self) -> PGresult | None:
        """What came of it, None where that is still on its way. Called whenever the connection can be read.

        A result may be followed by an error: the transaction ends after it. Raises psycopg.Error; OperationalError where the
        connection was lost.
        """
        server = self._connection.pgconn
        server.consume_input()
        while not server.is_busy():
            result = server.get_result()
            if result is None:
                return self._whole()
            self._results.append(result)
        return None

    def _whole(self) -> PGresult:
        if not self._results:
            raise psycopg.OperationalError("the connection was lost")
        for result in self._results:
            _checked(self._connection, result)
        return self._results[-1]


def _checked(connection: Connection[Any], result: PGresult) -> PGresult:
    if result.status in _ANSWERS:
        return result
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
