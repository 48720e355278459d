"""Guarded trust transfers between two ledgers, against the stock application (as it comes, and tuned) and bare INSERTs."""

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from commands.event_log.database import Database
from tests.benchmarks.clients import PROCESSES, THREADS, Crew, crew
from tests.benchmarks.measuring import Figure, median, percentile
from tests.benchmarks.stand import SLUG, Books, Stand, a_transfer, ask, found_books, opened
from tests.benchmarks.stock_application import stock_clients, tuned_clients

Acts = Callable[[int], Callable[[], Any]]
_BYTES = 800
"""What one event of a transfer takes."""


def run(stand: Stand) -> list[Figure]:
    """Four competitors in turns, so that what else the machine does strikes all of them."""
    clients = 100 if stand.quick else 500
    with (
        stand.database("transfers") as url,
        stand.database("stock") as stock_url,
        stand.database("tuned") as tuned_url,
        stand.database("raw") as raw_url,
    ):
        with opened(url) as database:
            books = found_books(database, clients)
        with psycopg.connect(raw_url) as connection:
            connection.execute(
                "CREATE TABLE rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state bytea NOT NULL)"
            )
        with (
            crew(our_clients, url, books) as ours,
            crew(stock_clients, stock_url, clients) as stock,
            crew(tuned_clients, tuned_url, clients) as tuned,
            crew(raw_clients, raw_url) as raw,
        ):
            crews = {"ours": ours, "stock": stock, "tuned": tuned, "raw": raw}
            speeds, latencies = _take_turns(crews, stand)
    speed = {name: median(each) for name, each in speeds.items()}
    return [
        Figure("guarded transfers, 2 processes × 4 clients", speed["ours"], "/s", note=_latency(latencies["ours"])),
        Figure("stock application as it comes, the same", speed["stock"], "/s", note=_latency(latencies["stock"])),
        Figure("stock application, functions and cache, the same", speed["tuned"], "/s", note=_latency(latencies["tuned"])),
        Figure("raw INSERT and COMMIT, the same", speed["raw"], "/s", note=_latency(latencies["raw"])),
        Figure("guarded transfer ÷ stock application as it comes", speed["ours"] / speed["stock"], "×", "≥", 4),
        Figure("guarded transfer ÷ stock application, functions and cache", speed["ours"] / speed["tuned"], "×"),
        Figure("guarded transfer ÷ raw INSERT and COMMIT", speed["ours"] / speed["raw"], "×", "≥", 0.25),
    ]


@contextmanager
def our_clients(number: int, url: str, books: Books) -> Iterator[Acts]:
    """One process's clients, each command with a key of its own."""
    with Database(url) as database:
        log = database.firm(SLUG)

        def act_of(client: int) -> Callable[[], Any]:
            dice = random.Random(f"ours {number} {client}")  # noqa: S311 -- not for secrets
            return lambda: ask(log, a_transfer(books, dice), secrets.token_hex(8))

        yield act_of


@contextmanager
def raw_clients(_number: int, url: str) -> Iterator[Acts]:
    """One process's clients, each with a connection, each act one row made durable."""
    connections = [psycopg.connect(url, autocommit=True) for _ in range(THREADS)]
    state = bytes(_BYTES)

    def act_of(client: int) -> Callable[[], Any]:
        connection = connections[client]
        return lambda: connection.execute("INSERT INTO rows (state) VALUES (%b)", (state,), prepare=True)

    yield act_of
    for connection in connections:
        connection.close()


def _take_turns(crews: dict[str, Crew], stand: Stand) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    for each in crews.values():
        each.work(stand.seconds / 2)
    speeds: dict[str, list[float]] = {name: [] for name in crews}
    latencies: dict[str, list[float]] = {name: [] for name in crews}
    for _ in range(stand.rounds):
        for name, each in crews.items():
            sustained = each.work(stand.seconds)
            speeds[name].append(sustained.per_second)
            latencies[name] += sustained.latencies_ms
    return speeds, latencies


def _latency(values: list[float]) -> str:
    return f"{PROCESSES * THREADS} clients: p50 {percentile(values, 50):.1f} ms, p95 {percentile(values, 95):.1f} ms"
