"""Many guarded transfers in one command: each decided by the same rules, all appended in one call."""

import itertools
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aggregates.permissions import Permission
from commands.dispatch import Request, execute
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.transfer_in_bulk import TransferInBulk, handle
from tests.benchmarks.clients import PROCESSES, crew
from tests.benchmarks.measuring import Figure, median
from tests.benchmarks.stand import ASKER, EDGE, SLUG, Books, Stand, a_transfer, found_books, opened

A_COMMAND = 2_000
_ORDERS = 20
"""Commands that a process makes beforehand, and gives again and again, each time with another key."""


def run(stand: Stand) -> list[Figure]:
    """Two processes, each with half of the ledgers: while one waits for the log, the other decides. And one by itself, at
    books of its own.
    """
    clients = 200 if stand.quick else 500
    with stand.database("bulk") as url, stand.database("bulk_by_one") as own_url:
        with opened(url) as database, opened(own_url) as own_database:
            books, own_books = found_books(database, clients), found_books(own_database, clients)
        with (
            crew(bulk_clients, url, books, threads=1) as both,
            crew(bulk_clients, own_url, own_books, processes=1, threads=1) as one,
        ):
            crews = {"both": both, "one": one}
            for each in crews.values():
                each.work(stand.seconds / 2)
            speeds: dict[str, list[float]] = {name: [] for name in crews}
            for _ in range(stand.rounds):
                for name, each in crews.items():
                    speeds[name].append(each.work(stand.seconds).per_second * A_COMMAND)
    note = f"{A_COMMAND:,} a command, each with its own verdict, one key a command; making the command not counted"
    return [
        Figure(f"transfers in bulk, {PROCESSES} processes × 1 client", median(speeds["both"]), "/s", "≥", 20_000, note),
        Figure("transfers in bulk, 1 client", median(speeds["one"]), "/s", note=note),
    ]


@contextmanager
def bulk_clients(number: int, url: str, books: Books) -> Iterator[Callable[[int], Callable[[], Any]]]:
    """One process with its own share of the ledgers."""
    mine = Books(books.account_id, books.pairs[number::PROCESSES])
    orders = itertools.cycle([an_order(mine, _dice(f"{number} {turn}"), A_COMMAND) for turn in range(_ORDERS)])
    with Database(url) as database:
        log = database.firm(SLUG)
        yield lambda _client: lambda: carry_out(log, next(orders))


def _dice(seed: str) -> random.Random:
    return random.Random(f"bulk {seed}")  # noqa: S311 -- not for secrets


def transfer_many(log: EventLog, books: Books, dice: random.Random, count: int) -> float:
    """One bulk command of random transfers; returns the seconds it took, without its making."""
    return carry_out(log, an_order(books, dice, count))


def an_order(books: Books, dice: random.Random, count: int) -> TransferInBulk:
    """Random transfers as one command."""
    return TransferInBulk(transfers=tuple(a_transfer(books, dice) for _ in range(count)))


def carry_out(log: EventLog, command: TransferInBulk) -> float:
    """Seconds it took. Raises AssertionError where a transfer was refused."""
    began = time.perf_counter()
    request = Request(ASKER, key=secrets.token_hex(8))
    outcome = execute(log, EDGE, request, command, handle, Permission.TRANSFER_BETWEEN_LEDGERS)
    took = time.perf_counter() - began
    transfers = outcome.result["transfers"]
    assert len(transfers) == len(command.transfers), "a verdict for each transfer"
    assert all("transfer_id" in transfer for transfer in transfers), "none was refused"
    return took
