"""What a command takes on a long log, against what it takes on a short one, in turns."""

import random
import secrets
from collections.abc import Callable

from commands.event_log.database import Database
from commands.event_log.log import EventLog
from tests.benchmarks.bulk import A_COMMAND
from tests.benchmarks.long_log import filled, long_log
from tests.benchmarks.measuring import Figure, median, percentile, timed, timed_in_turns
from tests.benchmarks.stand import SLUG, Books, Stand, a_transfer, ask, found_books, opened

SHORT = 10_000
_SAMPLE = 400


def run(stand: Stand) -> list[Figure]:
    """Single transfers, one client, every state cached; and by a process that has just begun, for comparison."""
    built = long_log(stand)
    with stand.database("short") as url, opened(url) as database:
        books, log = found_books(database, len(built.books.pairs)), database.firm(SLUG)
        filled(log, books, random.Random("short"), SHORT, A_COMMAND // 2)  # noqa: S311 -- not for secrets
        stand.settle()
        both = [_single(log, books), _single(built.database.firm(SLUG), built.books)]
        short, long = timed_in_turns(both, _SAMPLE, warm_up=200)
    with Database(built.url) as cold:
        begun = timed(_single(cold.firm(SLUG), built.books), 40, warm_up=1)
    return [
        Figure(f"a transfer at {SHORT:,} events, p50", median(short), "ms", note=f"p95 {percentile(short, 95):.2f} ms"),
        Figure(f"a transfer at {built.size:,} events, p50", median(long), "ms", note=f"p95 {percentile(long, 95):.2f} ms"),
        Figure("the one ÷ the other", median(long) / median(short), "×", "≤", 1.2, "in turns"),
        Figure("the first transfers of a new process, p50", median(begun), "ms", note="streams are folded anew"),
    ]


def _single(log: EventLog, books: Books) -> Callable[[], object]:
    dice = random.Random("single")  # noqa: S311 -- not for secrets
    return lambda: ask(log, a_transfer(books, dice), secrets.token_hex(8))
