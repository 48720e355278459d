"""One long log, built once a run by bulk commands, that several benchmarks read."""

import random
from dataclasses import dataclass

from commands.event_log.database import Database
from commands.event_log.log import EventLog
from tests.benchmarks.bulk import A_COMMAND, transfer_many
from tests.benchmarks.stand import SLUG, Books, Stand, found_books, opened


@dataclass(frozen=True, slots=True)
class LongLog:
    """A firm with many transfers."""

    url: str
    database: Database
    books: Books
    size: int


def long_log(stand: Stand) -> LongLog:
    """The run's long log, built on first sight."""
    known = stand.kept.get("long log")
    if isinstance(known, LongLog):
        return known
    url = stand.stays.enter_context(stand.database("long"))
    database = stand.stays.enter_context(opened(url))
    books, log = found_books(database, 500), database.firm(SLUG)
    filled(log, books, random.Random("long"), stand.events, A_COMMAND)  # noqa: S311 -- not for secrets
    built = LongLog(url, database, books, log.size())
    stand.kept["long log"] = built
    return built


def filled(log: EventLog, books: Books, dice: random.Random, events: int, at_once: int) -> None:
    """Transfers, so many in a command, until the log has as many events."""
    while (missing := events - log.size()) > 0:
        transfer_many(log, books, dice, min(at_once, missing // 2 + 1))
