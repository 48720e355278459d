"""A balance, a page of a ledger: now, and at a day and a position of the past, on the long log."""

import random
from collections.abc import Callable

from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.reports import client_ledger, trial_balance
from projections.reports.balances import ledger_balance
from projections.reports.reader import Reader
from tests.benchmarks.long_log import LongLog, long_log
from tests.benchmarks.measuring import Figure, percentile, timed
from tests.benchmarks.stand import MOVED, SCHEMA, Stand

_TIMES = 200


def run(stand: Stand) -> list[Figure]:
    """Random ledgers, one reader; the slowest of twenty counts."""
    built = long_log(stand)
    caught_up(built)
    dice = random.Random("pages")  # noqa: S311 -- not for secrets
    ledgers = [str(ledger_id) for pair in built.books.pairs for ledger_id in pair]
    past = built.size // 2
    with built.database.readers.connection() as connection:
        reader = Reader(connection, SCHEMA, MOVED)
        postings = reader.number("SELECT count(*) FROM {s}.postings")

        def p95(act: Callable[[str], object], times: int = _TIMES) -> float:
            return percentile(timed(lambda: act(dice.choice(ledgers)), times, warm_up=5), 95)

        balance = p95(lambda one: ledger_balance(reader, one, None, None))
        page = p95(lambda one: client_ledger.report(reader, ledger_id=one))
        balance_past = p95(lambda one: ledger_balance(reader, one, MOVED, past))
        page_past = p95(lambda one: client_ledger.report(reader, ledger_id=one, as_of=MOVED, known_at=past))
        account = str(built.books.account_id)
        whole = p95(lambda _: trial_balance.report(reader, trust_account_id=account), 10)
    note = f"{postings:,} postings, {len(ledgers):,} ledgers"
    return [
        Figure("a ledger's balance, p95", balance, "ms", "≤", 20, note),
        Figure("a page of a ledger (200 entries), p95", page, "ms", "≤", 20, note),
        Figure("a ledger's balance as of a day, known at a position, p95", balance_past, "ms", "≤", 300, note),
        Figure("a page of a ledger, the same, p95", page_past, "ms", "≤", 300, note),
        Figure("trial balance of all client ledgers, with titles, p95", whole, "ms", note=note),
    ]


def caught_up(built: LongLog) -> None:
    """The read models stand at the end of the log."""
    with built.database.projectors.connection() as connection:
        engine = Engine(SCHEMA, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
        for projection in PROJECTIONS:
            for table in projection.tables:
                connection.execute(f"ANALYZE {SCHEMA}.{table.name}".encode())
