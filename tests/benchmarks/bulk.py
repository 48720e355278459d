"""Many guarded transfers in one command: each decided by the same rules, all appended in one call."""

import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aggregates.permissions import Permission
from commands.dispatch import Request, execute
from commands.event_log.log import EventLog
from commands.transfer_in_bulk import TransferInBulk, handle
from tests.benchmarks.measuring import Figure, median
from tests.benchmarks.stand import ASKER, EDGE, SLUG, Books, Stand, a_transfer, found_books, opened

A_COMMAND = 2_000
_CLIENTS = 2


def run(stand: Stand) -> list[Figure]:
    """Two clients of one process, each with half of the ledgers: while one waits for the log, the other decides."""
    rounds = 3 if stand.quick else 10
    with stand.database("bulk") as url, opened(url) as database:
        books = found_books(database, 200 if stand.quick else 500)
        log = database.firm(SLUG)
        halves = [Books(books.account_id, books.pairs[n::_CLIENTS]) for n in range(_CLIENTS)]
        alone = [A_COMMAND / transfer_many(log, books, _dice("alone"), A_COMMAND) for _ in range(4)][1:]
        speeds = []
        for turn in range(rounds + 1):
            orders = [[an_order(half, _dice(f"{turn} {n}"), A_COMMAND) for n in range(2)] for half in halves]
            began = time.perf_counter()
            with ThreadPoolExecutor(_CLIENTS) as pool:
                list(pool.map(partial(_carry_out_all, log), orders))
            speeds.append(2 * _CLIENTS * A_COMMAND / (time.perf_counter() - began))
    note = f"{A_COMMAND:,} a command, each with its own verdict, one key a command; making the command not counted"
    return [
        Figure(
            "transfers in bulk, 1 process × 2 clients",
            median(speeds[1:]),
            "/s",
            "≥",
            20_000,
            note,
        ),
        Figure("transfers in bulk, 1 client", median(alone), "/s", note=note),
    ]


def _carry_out_all(log: EventLog, orders: list[TransferInBulk]) -> None:
    for order in orders:
        carry_out(log, order)


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
