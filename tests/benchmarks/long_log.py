"""One long log, built once a run by bulk commands, that several benchmarks read; and what a command takes as it grows."""

import random
import secrets
import time
from dataclasses import dataclass

from commands.event_log.database import Database
from tests.benchmarks.bulk import A_COMMAND, transfer_many
from tests.benchmarks.measuring import timed
from tests.benchmarks.stand import SLUG, Books, Stand, a_transfer, ask, found_books, opened

EARLY = 10_000
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class LongLog:
    """A firm with many transfers. Latencies are of single transfers, in milliseconds, early on and at the end."""

    url: str
    database: Database
    books: Books
    size: int
    seconds: float
    early_ms: list[float]
    late_ms: list[float]
    cold_ms: list[float]


def long_log(stand: Stand) -> LongLog:
    """The run's long log, built on first sight."""
    known = stand.kept.get("long log")
    if isinstance(known, LongLog):
        return known
    url = stand.stays.enter_context(stand.database("long"))
    database = stand.stays.enter_context(opened(url))
    dice = random.Random("long")  # noqa: S311 -- not for secrets
    books = found_books(database, 500)
    log = database.firm(SLUG)

    def single() -> object:
        return ask(log, a_transfer(books, dice), secrets.token_hex(8))

    began = time.perf_counter()
    while log.size() < EARLY:
        transfer_many(log, books, dice, A_COMMAND // 2)
    early = timed(single, _SAMPLE, warm_up=200)
    while (missing := stand.events - log.size()) > 0:
        transfer_many(log, books, dice, min(A_COMMAND, missing // 2 + 1))
    seconds = time.perf_counter() - began
    late = timed(single, _SAMPLE, warm_up=200)
    with Database(url) as cold:
        newcomer = cold.firm(SLUG)
        cold_ms = timed(lambda: ask(newcomer, a_transfer(books, dice)), 40, warm_up=1)
    built = LongLog(url, database, books, log.size(), seconds, early, late, cold_ms)
    stand.kept["long log"] = built
    return built
