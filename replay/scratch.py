"""Read models built again from nothing, in a schema of their own, while everything else goes on.

Keys of facts and indexes are made once the rows are there, and autovacuum keeps away until then.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import Connection, sql

from projections import schema as read_side
from projections.changes import Changes
from projections.engine import Engine
from projections.projection import Projection
from replay.completing import complete
from replay.folding import PROJECTOR, Choked, Folder, Poison, Undigested, as_projector, folded

Progress = Callable[[int, int], None]
"""Called now and then with (events folded, events in all)."""

_LOCK = 0x72706C79
_KEYED_ROWS = 20_000
"""How many rows that are found by a key are gathered before they are written: a sum that many events add to is written
once for them all."""


class AlreadyRunning(Exception):  # noqa: N818 -- said as a person would
    """Another process works in this scratch schema at this moment."""


class Scratch:
    """A firm's read models in a schema beside it, gone when the block ends.

    `purpose` names the schema, so that a rebuild and a verification do not meet. Raises AlreadyRunning where one of the
    same purpose runs. `connection` is in the projector's role; `engine` carries the scratch tables further. Tables that are
    not `lasting` are only looked at: PostgreSQL neither logs them nor builds indexes besides their keys.
    """

    def __init__(
        self, conninfo: str, schema: str, projections: Sequence[Projection], purpose: str, *, lasting: bool = True
    ) -> None:
        self.schema = schema
        self.name = f"{purpose}_{schema.removeprefix('firm_')}"
        self.projections = projections
        self.lasting = lasting
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
            self.connection = stack.enter_context(as_projector(self._conninfo))
            read_side.create_own_tables(self.connection, self.name)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def load(self, upto: int, progress: Progress | None = None) -> None:
        """Fold the log from its first event to `upto`. Raises LogBroken, psycopg.OperationalError.

        A row that PostgreSQL refuses, and bytes that are no event, send it round by the engine, which is slower and parks
        the event at fault.
        """
        try:
            try:
                parked = self._fill(upto, progress or _nobody)
            except Choked:
                parked = self._fill(upto, progress or _nobody, here=True)
        except (Undigested, psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError):
            read_side.prepare(self.connection, self.name, self.projections)
            self.engine.catch_up(self.connection, stop=upto)
            return
        tables = [table for projection in self.projections for table in projection.tables]
        complete(self._conninfo, self.name, tables, indexes=self.lasting)
        with self.connection.transaction():
            for projection in self.projections:
                position, fault = parked.get(projection.name, (upto + 1, None))
                read_side.track(self.connection, self.name, projection, position - 1)
                if fault is not None:
                    self.connection.execute(
                        f"INSERT INTO {self.name}.parked_events VALUES (%s, %s, %s)", (projection.name, position, fault)
                    )

    def _fill(self, upto: int, progress: Progress, *, here: bool = False) -> Poison:
        """Fold and write; returns where a projection choked, and on what. Leaves no table behind when it raises.

        `here` folds in this process, one stretch after the other.
        """
        with as_projector(self._conninfo) as writer:
            writer.execute("SET synchronous_commit = off")
            tables = [table for projection in self.projections for table in projection.tables]
            for table in tables:
                read_side.create_table(writer, self.name, table)
                writer.execute(f"ALTER TABLE {self.name}.{table.name} SET (autovacuum_enabled = false)")
                if not self.lasting:
                    writer.execute(f"ALTER TABLE {self.name}.{table.name} SET UNLOGGED")
            folder = Folder(writer, self.schema, self.name, self.projections)
            try:
                gathered = Changes(self.projections)
                for done, changes in folded(self._conninfo, folder, upto, here=here):
                    gathered.take(done, changes.keyed_changes())
                    if gathered.keyed > _KEYED_ROWS or done == upto:
                        gathered.write(writer, self.name)
                        gathered = Changes(self.projections)
                    progress(done, upto)
            except BaseException:
                for table in tables:
                    writer.execute(f"DROP TABLE {self.name}.{table.name}")
                raise
            return folder.parked


def _create(name: str) -> sql.Composed:
    return sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(sql.Identifier(name), sql.Identifier(PROJECTOR))


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""
