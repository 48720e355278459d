"""Read models built again from nothing, in a schema of their own, while everything else goes on.

One pass over the log, out by COPY and in by COPY: this thread decodes and folds, another one writes what was folded. What
is held in memory is bounded; keys of facts and indexes are made once the rows are there.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

import orjson
import psycopg
from psycopg import Connection, sql

from aggregates.logged_event import from_document
from projections import schema as read_side
from projections.changes import Changes
from projections.engine import Engine, LogBroken
from projections.projection import Change, Projection

Progress = Callable[[int, int], None]
"""Called now and then with (events folded, events in all)."""

_ROWS_IN_HAND = 20_000
_REPORT_EVERY = 10_000
_PROJECTOR = "muniment_projector"
_LOCK = 0x72706C79


class AlreadyRunning(Exception):  # noqa: N818 -- said as a person would
    """Another process works in this scratch schema at this moment."""


class Scratch:
    """A firm's read models in a schema beside it, gone when the block ends.

    `purpose` names the schema, so that a rebuild and a verification do not meet. Raises AlreadyRunning where one of the
    same purpose runs. `connection` is in the projector's role; `engine` carries the scratch tables further.
    """

    def __init__(self, conninfo: str, schema: str, projections: Sequence[Projection], purpose: str) -> None:
        self.schema = schema
        self.name = f"{purpose}_{schema.removeprefix('firm_')}"
        self.projections = projections
        self.engine = Engine(schema, projections, target=self.name, page=2_000, holder=purpose)
        self._conninfo = conninfo
        self._stack = ExitStack()
        self.connection: Connection[Any]

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            owner = stack.enter_context(psycopg.connect(self._conninfo, autocommit=True))
            row = owner.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, self.name)).fetchone()
            if row is None or not row[0]:
                raise AlreadyRunning(f"{self.name} is being built by another process; let it finish")
            stack.callback(owner.execute, "SELECT pg_advisory_unlock_all()")
            stack.callback(owner.execute, _drop(self.name))
            owner.execute(_drop(self.name))
            owner.execute(_create(self.name))
            self.connection = stack.enter_context(_as_projector(self._conninfo))
            read_side.create_own_tables(self.connection, self.name)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def load(self, upto: int, progress: Progress | None = None) -> None:
        """Fold the log from its first event to `upto`. Raises LogBroken, psycopg.OperationalError.

        A row that PostgreSQL refuses sends it round by the engine, which is slower and parks the event at fault.
        """
        try:
            parked = self._fold(upto, progress or _nobody)
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError):
            read_side.prepare(self.connection, self.name, self.projections)
            self.engine.catch_up(self.connection, stop=upto)
            return
        with self.connection.transaction():
            for projection in self.projections:
                for table in projection.tables:
                    read_side.create_indexes(self.connection, self.name, table)
                position, fault = parked.get(projection.name, (upto + 1, None))
                read_side.track(self.connection, self.name, projection, position - 1)
                if fault is not None:
                    self.connection.execute(
                        f"INSERT INTO {self.name}.parked_events VALUES (%s, %s, %s)", (projection.name, position, fault)
                    )
        for projection in self.projections:
            for table in projection.tables:
                self.connection.execute(f"ANALYZE {self.name}.{table.name}")

    def _fold(self, upto: int, progress: Progress) -> dict[str, tuple[int, str]]:
        """Fold and write; returns where a projection choked, and on what. Leaves no table behind when it raises."""
        with ExitStack() as stack:
            writer = stack.enter_context(_as_projector(self._conninfo))
            writer.execute("SET synchronous_commit = off")
            tables = [table for projection in self.projections for table in projection.tables]
            for table in tables:
                read_side.create_table(writer, self.name, table)
            try:
                with _Writing(writer, self.name) as writing:
                    return self._decode(upto, progress, writing)
            except BaseException:
                for table in tables:
                    writer.execute(f"DROP TABLE {self.name}.{table.name}")
                raise

    def _decode(self, upto: int, progress: Progress, writing: "_Writing") -> dict[str, tuple[int, str]]:
        parked: dict[str, tuple[int, str]] = {}
        by_topic = _by_topic(self.projections)
        everywhere = by_topic[""]
        changes = Changes(self.projections)
        expected = 0
        for position, state in copied(self.connection, self.schema, "position, state", ("int8", "bytea"), upto):
            expected += 1
            if position != expected:
                raise LogBroken(f"the log of {self.schema} has no event at position {expected}")
            document = orjson.loads(state)
            wanting = by_topic.get(document["topic"], everywhere)
            if wanting:
                event = from_document(position, document)
                for projection, project in wanting:
                    try:
                        changes.take(position, project(event))
                    except Exception as fault:  # noqa: BLE001 -- a projection may fail in any way; it is parked here
                        parked[projection] = (position, f"{type(fault).__name__}: {fault}".replace("\x00", "")[:2000])
                        by_topic = _by_topic([one for one in self.projections if one.name not in parked])
                        everywhere = by_topic[""]
            if changes.rows >= _ROWS_IN_HAND:
                writing.hand_over(changes)
                changes = Changes(self.projections)
            if position % _REPORT_EVERY == 0:
                progress(position, upto)
        if expected != upto:
            raise LogBroken(f"the log of {self.schema} has no event at position {expected + 1}")
        writing.hand_over(changes)
        progress(upto, upto)
        return parked


class _Writing:
    """A thread that writes what was folded, a few batches behind at most."""

    def __init__(self, connection: Connection[Any], schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._batches: queue.Queue[Changes | None] = queue.Queue(maxsize=2)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._write, name="muniment-rebuild")

    def hand_over(self, changes: Changes) -> None:
        """Queue a batch; waits while the thread is too far behind. Raises what the thread met."""
        self._batches.put(changes)
        if self._fault is not None:
            raise self._fault

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._batches.put(None)
        self._thread.join()
        if error is None and self._fault is not None:
            raise self._fault

    def _write(self) -> None:
        while (changes := self._batches.get()) is not None:
            if self._fault is not None:
                continue
            try:
                changes.write(self._connection, self._schema)
            except Exception as fault:  # noqa: BLE001 -- raised again in the thread that folds
                self._fault = fault


def copied(
    connection: Connection[Any], schema: str, columns: str, types: Sequence[str], upto: int, after: int = 0
) -> Iterator[tuple[Any, ...]]:
    """Rows of the log in its order, by binary COPY: nothing is held, however long the log is."""
    statement = (
        f"COPY (SELECT {columns} FROM {schema}.events WHERE position > {int(after)} AND position <= {int(upto)} "
        "ORDER BY position) TO STDOUT (FORMAT binary)"
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        yield from copy.rows()


def _by_topic(projections: Sequence[Projection]) -> dict[str, list[tuple[str, Callable[..., Iterator[Change]]]]]:
    """Who wants which topic; "" stands for any other one."""
    topics = {topic for projection in projections for topic in projection.topics or ()}
    return {
        topic: [(one.name, one.project) for one in projections if one.topics is None or topic in one.topics]  # type: ignore[misc]
        for topic in ("", *topics)
    }


@contextmanager
def _as_projector(conninfo: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(_PROJECTOR)))
        connection.execute("SET timezone = 'UTC'")
        yield connection


def _create(name: str) -> sql.Composed:
    return sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(sql.Identifier(name), sql.Identifier(_PROJECTOR))


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""
