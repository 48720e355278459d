"""Many guarded transfers in one command: each decided by the same rules, all appended in one call."""

import random
import secrets
import time
from uuid import UUID

from aggregates.permissions import Permission
from commands.dispatch import Request, execute
from commands.event_log.log import EventLog
from commands.transfer_in_bulk import TransferInBulk, handle
from tests.benchmarks.measuring import Figure, median
from tests.benchmarks.stand import ASKER, EDGE, SLUG, Books, Stand, a_transfer, found_books, opened

A_COMMAND = 2_000


def run(stand: Stand) -> list[Figure]:
    """Bulk commands one after the other, by one process; the making of the commands is the client's and not counted."""
    dice = random.Random("bulk")  # noqa: S311 -- not for secrets
    commands = 5 if stand.quick else 20
    with stand.database("bulk") as url, opened(url) as database:
        books = found_books(database, 100 if stand.quick else 500)
        log = database.firm(SLUG)
        transfer_many(log, books, dice, A_COMMAND)
        speeds = [A_COMMAND / transfer_many(log, books, dice, A_COMMAND) for _ in range(commands)]
    note = f"{A_COMMAND:,} a command, each with its own verdict, one key a command; one process"
    return [Figure("transfers in bulk", median(speeds), "/s", "≥", 20_000, note)]


def transfer_many(log: EventLog, books: Books, dice: random.Random, count: int) -> float:
    """One bulk command of random transfers; returns the seconds it took. Raises AssertionError where one was refused."""
    command = TransferInBulk(transfers=tuple(a_transfer(books, dice) for _ in range(count)))
    began = time.perf_counter()
    request = Request(ASKER, key=secrets.token_hex(8))
    outcome = execute(log, EDGE, request, command, handle, Permission.TRANSFER_BETWEEN_LEDGERS)
    took = time.perf_counter() - began
    transfers = outcome.result["transfers"]
    assert len(transfers) == count, "a verdict for each transfer"
    assert all(UUID(transfer["transfer_id"]) for transfer in transfers), "none was refused"
    return took
