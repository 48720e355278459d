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

    def send(self, connection: Connection[Any], values: Sequence[bytes | None]) -> None:
        """Send it, where it is known, and do not wait for the answer. Raises psycopg.OperationalError."""
        formats = [Format.BINARY] * len(values)
        connection.pgconn.send_query_prepared(self._name, values, formats, Format.BINARY)

    def answer(self, connection: Connection[Any]) -> PGresult | None:
        """What came of it, None where that is still on its way. Called whenever the connection can be read.

        Raises psycopg.Error; OperationalError where the connection was lost.
        """
        server = connection.pgconn
        server.consume_input()
        if server.is_busy():
            return None
        answer = server.get_result()
        while server.get_result() is not None:
            continue
        if answer is None:
            raise psycopg.OperationalError("the connection was lost")
        return _checked(connection, answer)


def _checked(connection: Connection[Any], result: PGresult) -> PGresult:
    if result.status in _ANSWERS:
        return result
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
