"""Follows the logs of all firms: woken by the log, with a poll behind it, in a thread of the API or a process of its own.

One connection listens for all firms. A log sends a notice only to a projector that said it waits, so a busy log sends none.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections.engine import DEFAULT_PAGE, LEASE_S, Engine, LogBroken
from projections.projection import Projection

CHANNEL = "muniment_log"
POLL_S = 1.0
_PAGES_A_TURN = 8
_STEP_S = 0.005
_LONGEST_SLEEP_S = 0.25
"""So that `stop` is soon heard."""
_log = logging.getLogger(__name__)


class Follower:
    """Keeps the read models of all firms current.

    `conninfo` is for the one listening connection; `pool` gives connections in the projector's role; `firms` tells each
    firm's short name and schema, and is asked again at every poll, so that new firms are served without a restart.
    """

    def __init__(
        self,
        conninfo: str,
        pool: ConnectionPool[Connection[Any]],
        firms: Callable[[], Mapping[str, str]],
        projections: Sequence[Projection],
        *,
        poll_s: float = POLL_S,
        lease_s: float = LEASE_S,
        page: int = DEFAULT_PAGE,
    ) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.trouble: dict[str, str] = {}
        """Firms that could not be served the last time, with the reason; empty when all is well."""
        self._conninfo = conninfo
        self._pool = pool
        self._firms = firms
        self._projections = projections
        self._poll_s = poll_s
        self._lease_s = lease_s
        self._page = page
        self._engines: dict[str, Engine] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Follow in a thread of its own, until `stop`."""
        assert self._thread is None, "started twice"
        self._stop.clear()
        self._thread = threading.Thread(target=self.run, name="muniment-projector", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the page in hand, give up leadership, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def run(self) -> None:
        """Follow until `stop` is called from elsewhere; outlives a lost server."""
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as listening:
                    listening.execute(f"LISTEN {CHANNEL}")
                    self._listen(listening)
            except psycopg.Error as error:
                _log.warning("the projector lost its connection and tries again: %s", error)
                self._stop.wait(self._poll_s)
        self._give_up_leadership()

    def serve(self, slug: str, schema: str) -> bool:
        """Carry one firm forward, by a few pages; True when there is more to do. Raises psycopg.Error, LogBroken."""
        with self._pool.connection() as connection:
            engine = self._engines.get(slug)
            if engine is None:
                engine = Engine(schema, self._projections, page=self._page, holder=self.holder, lease_s=self._lease_s)
                engine.prepare(connection)
                self._engines[slug] = engine
            for _ in range(_PAGES_A_TURN):
                progress = engine.advance(connection)
                if not progress.leading:
                    return False
                if not progress.events:
                    return not _wait_for_notice(connection, schema, progress.position)
        return True

    def _listen(self, listening: Connection[Any]) -> None:
        next_poll = 0.0
        waiting: dict[str, str] = {}
        firms: Mapping[str, str] = {}
        while not self._stop.is_set():
            if time.monotonic() >= next_poll:
                firms = self._firms()
                waiting = dict(firms)
                next_poll = time.monotonic() + self._poll_s
            waiting = {slug: schema for slug, schema in waiting.items() if self._serve_or_note(slug, schema)}
            patience = 0.0 if waiting else min(max(next_poll - time.monotonic(), 0.0), _LONGEST_SLEEP_S)
            for notice in listening.notifies(timeout=patience, stop_after=1):
                if notice.payload in firms:
                    waiting[notice.payload] = firms[notice.payload]

    def _serve_or_note(self, slug: str, schema: str) -> bool:
        try:
            more = self.serve(slug, schema)
        except (psycopg.Error, LogBroken) as error:
            if self.trouble.get(slug) != str(error):
                _log.warning("the read models of %s stand still: %s", slug, error)
            self.trouble[slug] = str(error)
            return False
        self.trouble.pop(slug, None)
        return more

    def _give_up_leadership(self) -> None:
        try:
            with self._pool.connection() as connection:
                for engine in self._engines.values():
                    engine.release(connection)
        except psycopg.Error as error:
            _log.info("leadership lapses by itself: %s", error)


def wait_for(
    connection: Connection[Any],
    schema: str,
    position: int,
    timeout_s: float,
    *,
    projections: Sequence[str] | None = None,
) -> bool:
    """Wait until the read models show a position; False when they do not within the time.

    Asks for all projections that are not parked, or for those named. The connection must be in autocommit mode.
    """
    statement = (
        f"SELECT coalesce(min(position), %s) FROM {schema}.projection_tracking t "
        "WHERE (%s::text[] IS NULL OR name = ANY(%s)) "
        f"AND NOT EXISTS (SELECT FROM {schema}.parked_events p WHERE p.projection = t.name)"
    )
    names = None if projections is None else list(projections)
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            row = connection.execute(statement, (position, names, names)).fetchone()
        except psycopg.errors.UndefinedTable:
            row = None  # a new firm, whose read models nobody has begun yet
        if row is not None and row[0] >= position:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_STEP_S)


def _wait_for_notice(connection: Connection[Any], schema: str, position: int) -> bool:
    """Ask the log for a notice, unless it has grown meanwhile; the head's row lock leaves no gap between the two."""
    row = connection.execute(
        f"UPDATE {schema}.log_head SET waiting = true WHERE id = 1 AND size = %s AND NOT waiting RETURNING id", (position,)
    ).fetchone()
    if row is not None:
        return True
    row = connection.execute(f"SELECT size FROM {schema}.log_head WHERE id = 1").fetchone()
    return row is not None and row[0] == position
