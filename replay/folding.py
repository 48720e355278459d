"""Folds stretches of the log into tables that are being built, in this process or in several.

Facts go straight to their tables, whichever stretch comes first. Rows that are found by a key come back folded, one for
each key of the stretch, and are written in the log's order. What is held in memory is a few stretches, whatever the length.
"""

import gc
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Any

import psycopg
from psycopg import Connection, sql

from aggregates.logged_event import LoggedEvent
from projections.changes import Changes
from projections.engine import LogBroken
from projections.firm_calendar import UNESTABLISHED, FirmCalendar, firm_calendar
from projections.projection import Change, Projection

STRETCH = 10_000
_PAGE = 2_000
_MOST_PROCESSES = 4
PROJECTOR = "muniment_projector"

Project = Callable[[LoggedEvent], Iterable[Change]]
Poison = dict[str, tuple[int, str]]
"""Projection → the position it choked at, and why."""


class Choked(Exception):  # noqa: N818 -- said as a person would
    """A projection could not digest an event; folding one stretch after the other finds which."""


class Undigested(Exception):  # noqa: N818 -- said as a person would
    """Stored bytes are no event; the engine finds which, and parks every projection before it."""


class Folder:
    """Folds stretches one after the other; a projection that chokes stays behind, and the others go on."""

    def __init__(self, connection: Connection[Any], schema: str, target: str, projections: Sequence[Projection]) -> None:
        self.parked: Poison = {}
        self._connection = connection
        self.schema = schema
        self.target = target
        self.projections = projections
        self._wanted = _by_topic(projections)
        self._calendar: FirmCalendar | None = None

    def fold(self, after: int, upto: int) -> Changes:
        """Fold one stretch: facts are written, keyed rows come back. Raises LogBroken, Undigested, psycopg.Error."""
        with no_collector():
            return self._fold(after, upto)

    def _fold(self, after: int, upto: int) -> Changes:
        changes = Changes(self.projections)
        wanted = self._wanted
        others = wanted[""]
        self._calendar = self._calendar or firm_calendar(self._connection, self.schema)
        calendar = self._calendar or UNESTABLISHED
        expected = after
        for position, state in chain.from_iterable(
            pages(self._connection, self.schema, "position, state", upto, after=after)
        ):
            expected += 1
            if position != expected:
                break
            event = _event(calendar, position, state)
            wanting = wanted.get(event.topic, others)
            if wanting:
                for name, project in wanting:
                    try:
                        changes.take(position, project(event))
                    except Exception as fault:  # noqa: BLE001 -- a projection may fail in any way; it stays behind
                        self.parked[name] = (position, f"{type(fault).__name__}: {fault}".replace("\x00", "")[:2000])
                        wanted = self._wanted = _by_topic([one for one in self.projections if one.name not in self.parked])
                        others = wanted[""]
        else:
            expected += 1
        if expected <= upto:
            raise LogBroken(f"the log of {self.schema} has no event at position {expected}")
        changes.write_facts(self._connection, self.target)
        return changes


def folded(conninfo: str, folder: Folder, upto: int, *, here: bool = False) -> Iterator[tuple[int, Changes]]:
    """Every stretch in order, as (its end, rows found by key): in as many processes as pay, or `here`, by the folder.

    Raises Choked where only one stretch after the other can tell what is wrong, LogBroken, Undigested, psycopg.Error.
    """
    stretches = [(after, min(after + STRETCH, upto)) for after in range(0, upto, STRETCH)]
    processes = at_once()
    if here or processes == 1 or len(stretches) <= processes or not _can_travel(folder.projections):
        for after, end in stretches:
            yield end, folder.fold(after, end)
        return
    what = (conninfo, folder.schema, folder.target, tuple(folder.projections))
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, what)
    waiting: deque[tuple[int, Future[Changes]]] = deque()
    try:
        for after, end in stretches:
            waiting.append((end, pool.submit(_fold, after, end)))
            if len(waiting) > 2 * processes:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def at_once() -> int:
    """How many stretches are folded, or indexes built, at the same time."""
    return min(os.cpu_count() or 1, _MOST_PROCESSES)


def pages(
    connection: Connection[Any], schema: str, columns: str, upto: int, *, after: int = 0
) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of the log in its order, a page at a time, so that nothing is held however long the log is.

    `columns` begin with `position`. Binary pages are fetched in one go; COPY hands over row by row, which took five times
    as long.
    """
    statement = (
        f"SELECT {columns} FROM {schema}.events WHERE position > %s AND position <= %s ORDER BY position LIMIT {_PAGE}"
    )
    while after < upto and (rows := connection.execute(statement, (after, upto), binary=True, prepare=True).fetchall()):
        yield rows
        after = rows[-1][0]


@contextmanager
def no_collector() -> Iterator[None]:
    """Let Python's search for cycles stand still: among millions of rows it took a fifth of the time and found none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def as_projector(conninfo: str) -> Iterator[Connection[Any]]:
    """A connection in the projector's role, in autocommit mode, whose commits need not reach the disk one by one."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(PROJECTOR)))
        connection.execute("SET timezone = 'UTC'")
        yield connection


_kept_open = ExitStack()
_here: list[Folder] = []
"""The folder of a process that was started to fold."""


def _begin(conninfo: str, schema: str, target: str, projections: Sequence[Projection]) -> None:
    connection = _kept_open.enter_context(as_projector(conninfo))
    connection.execute("SET synchronous_commit = off")
    _here.append(Folder(connection, schema, target, projections))


def _fold(after: int, upto: int) -> Changes:
    changes = _here[0].fold(after, upto)
    if _here[0].parked:
        raise Choked(", ".join(_here[0].parked))
    return changes


def _event(calendar: FirmCalendar, position: int, state: bytes) -> LoggedEvent:
    try:
        return calendar.read(position, state)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Undigested(f"the bytes at position {position} are not an event: {error!r}") from error


def _can_travel(projections: Sequence[Projection]) -> bool:
    """Whether they can be handed to another process; one made of a lambda cannot."""
    try:
        pickle.dumps(tuple(projections))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _by_topic(projections: Sequence[Projection]) -> dict[str, list[tuple[str, Project]]]:
    """Who wants which topic; "" stands for any other one."""
    topics = {topic for projection in projections for topic in projection.topics or ()}
    return {
        topic: [(one.name, one.project) for one in projections if one.topics is None or topic in one.topics]
        for topic in ("", *topics)
    }
