"""All read models built again from the log, against the stock projection runner on a slice."""

import time
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from projections.catalogue import PROJECTIONS
from replay.rebuild import rebuild
from tests.benchmarks.apart import apart
from tests.benchmarks.long_log import long_log
from tests.benchmarks.measuring import Figure
from tests.benchmarks.stand import SCHEMA, Stand
from tests.benchmarks.stock_application import Ledger, StockBooks, environment

_MEGABYTE = 1_000_000


def run(stand: Stand) -> list[Figure]:
    """Ours fills every table there is and builds its indexes; theirs keeps one table of entries and one of balances."""
    built = long_log(stand)
    with stand.database("stock_runner") as url:
        stock = _stock_speed(url, 500 if stand.quick else 2_500)
    (events, seconds), peak = apart(_rebuild, built.url)
    speed = events / seconds
    return [
        Figure(f"rebuild of all read models, {events:,} events", speed, "events/s", "≥", 30_000, f"{seconds:.1f} s"),
        Figure("stock projection runner, a slice", stock, "events/s"),
        Figure("rebuild ÷ stock projection runner", speed / stock, "×", "≥", 30),
        Figure("rebuild, memory of all its processes", peak / _MEGABYTE, "MB", note="largest sum while it ran"),
    ]


def _rebuild(url: str) -> tuple[int, float]:
    done = rebuild(url, SCHEMA, PROJECTIONS)
    return done.position, done.seconds


class Balances(PostgresTrackingRecorder):
    """A table of entries and one of balances, written with the tracking row, event by event."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS entries (ledger uuid, amount bigint, at bigint PRIMARY KEY)").format()
        )
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS sums (ledger uuid PRIMARY KEY, amount bigint)").format()
        )

    def write(self, ledger: Any, amount: int, tracking: Tracking) -> None:
        """One event's rows and its tracking, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO entries VALUES (%s, %s, %s)", (ledger, amount, tracking.notification_id), prepare=True
            )
            cursor.execute(
                "INSERT INTO sums AS s VALUES (%s, %s) "
                "ON CONFLICT (ledger) DO UPDATE SET amount = s.amount + excluded.amount",
                (ledger, amount),
                prepare=True,
            )


class BalancesProjection(Projection[Balances]):
    """As its manual has it: one event at a time."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Money in, money out; anything else is only tracked."""
        match domain_event:
            case Ledger.TransferredIn():  # type: ignore[attr-defined]
                amount = domain_event.amount_minor
            case Ledger.TransferredOut():  # type: ignore[attr-defined]
                amount = -domain_event.amount_minor
            case _:
                amount = 0
        self.view.write(domain_event.originator_id, amount, tracking)


def _stock_speed(url: str, transfers: int) -> float:
    env = environment(url)
    books = StockBooks(env=env)
    books.open_ledgers(50)
    for number in range(transfers):
        books.transfer(number % 50, number % 2, 1)
    last = books.recorder.max_notification_id() or 0
    books.close()
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=StockBooks, projection_class=BalancesProjection, view_class=Balances, env=env
    ) as runner:
        runner.wait(last, timeout=300)
        return last / (time.perf_counter() - began)
