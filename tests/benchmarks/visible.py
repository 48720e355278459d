"""From an event saved to its sight in every read model, at a steady pace of commands, with the projector beside."""

import random
import secrets
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager

from commands.event_log.database import Database
from commands.event_log.log import EventLog
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.follow import Follower
from tests.benchmarks.measuring import Figure, percentile
from tests.benchmarks.stand import SCHEMA, SLUG, Books, Stand, a_transfer, ask, found_books, opened

PER_SECOND = 200
_CLIENTS = 4
_STEP_S = 0.0005


def run(stand: Stand) -> list[Figure]:
    """A projector process, four clients that share the pace, and one connection that looks how far the read models are."""
    seconds = 5 if stand.quick else 20
    with stand.database("visible") as url, opened(url) as database:
        books = found_books(database, 100)
        with database.projectors.connection() as connection:
            engine = Engine(SCHEMA, PROJECTIONS)
            engine.prepare(connection)
            engine.catch_up(connection)
            engine.release(connection)
        with _projector(url):
            _paced(database, books, 1)
            waited, pace = _paced(database, books, seconds)
    note = f"{pace:.0f} commands a second kept; p50 {percentile(waited, 50):.1f} ms"
    return [
        Figure(f"saved → visible in every read model, p95 at {PER_SECOND}/s", percentile(waited, 95), "ms", "≤", 25, note)
    ]


@contextmanager
def _projector(url: str) -> Iterator[None]:
    """A process that follows the log, as `muniment project` does."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.visible", url], stdin=subprocess.PIPE)
    try:
        time.sleep(2)
        yield
    finally:
        process.communicate()


def _follow(url: str) -> None:
    """Follow until standard input ends."""
    with Database(url) as database:
        follower = Follower(url, database.projectors, lambda: {SLUG: SCHEMA}, PROJECTIONS)
        follower.start()
        sys.stdin.read()
        follower.stop()


def _paced(database: Database, books: Books, seconds: float) -> tuple[list[float], float]:
    """How long each command waited for its sight, in milliseconds, and the pace that was kept."""
    log = database.firm(SLUG)
    saved: list[tuple[int, float]] = []
    began = time.perf_counter()
    clients = [threading.Thread(target=_client, args=(log, books, n, began, seconds, saved)) for n in range(_CLIENTS)]
    for client in clients:
        client.start()
    seen: list[tuple[int, float]] = []
    statement = f"SELECT min(position) FROM {SCHEMA}.projection_tracking"
    with database.readers.connection() as connection:
        while any(client.is_alive() for client in clients) or seen[-1][0] < max(position for position, _ in saved):
            row = connection.execute(statement.encode(), prepare=True).fetchone()
            assert row is not None, "a sum has a row"
            if not seen or row[0] > seen[-1][0]:
                seen.append((row[0], time.perf_counter()))
            assert time.perf_counter() - began < seconds + 60, "the projector stands still"
            time.sleep(_STEP_S)
    positions = [position for position, _ in seen]
    waited = [max(0.0, seen[bisect_left(positions, position)][1] - at) * 1000 for position, at in saved]
    return waited, len(saved) / seconds


def _client(log: EventLog, books: Books, number: int, began: float, seconds: float, saved: list[tuple[int, float]]) -> None:
    dice = random.Random(f"visible {number}")  # noqa: S311 -- not for secrets
    step = _CLIENTS / PER_SECOND
    due = began + step * number / _CLIENTS
    while due < began + seconds:
        time.sleep(max(0.0, due - time.perf_counter()))
        outcome = ask(log, a_transfer(books, dice), secrets.token_hex(8))
        saved.append((outcome.position, time.perf_counter()))
        due += step


if __name__ == "__main__":
    _follow(sys.argv[1])
