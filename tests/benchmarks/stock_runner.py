"""The eventsourcing library's own projection runner, as its manual has it: one event at a time, each in its transaction.

Two views are measured. `ReadModels` keeps the tables that a transfer reaches in ours, with the same columns, keys and
indexes and as many rows an event: two postings, an entry of the sub-ledger, a row of the audit trail, the ledger's balance
and its day. What it leaves out is in its favour: the tables of ours that no transfer reaches, and the events of other
kinds. Its indexes are there while it fills, because the runner knows no bulk. `Balances` keeps the least that could be
called a read model, one narrow table of entries and one of balances, and shows what the runner itself costs.
"""

import time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg import Cursor

from projections.audit_trail import AUDIT_TRAIL
from projections.postings import POSTINGS
from projections.projection import FACT_KEY, Table
from projections.schema import index_statements
from projections.search_words import vector_of
from projections.sub_ledger import BALANCES, DAYS, ENTRIES
from tests.benchmarks.stand import MOVED
from tests.benchmarks.stock_application import Ledger, StockBooks, environment

_TABLES = (POSTINGS, ENTRIES, BALANCES, DAYS, AUDIT_TRAIL)
_ACCOUNT, _USER = UUID(int=1), UUID(int=2)


class Balances(PostgresTrackingRecorder):
    """A table of entries and one of balances, written with the tracking row, event by event."""

    def create_table(self) -> None:
        """Its two tables besides the library's own."""
        super().create_table()
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("CREATE TABLE entries (ledger uuid, amount bigint, at bigint PRIMARY KEY)")
            cursor.execute("CREATE TABLE sums (ledger uuid PRIMARY KEY, amount bigint)")

    def write(self, event: Any, amount: int, tracking: Tracking) -> None:
        """One event's rows and its tracking, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            entry = (event.originator_id, amount, tracking.notification_id)
            cursor.execute("INSERT INTO entries VALUES (%s, %s, %s)", entry, prepare=True)
            cursor.execute(
                "INSERT INTO sums AS s VALUES (%s, %s) "
                "ON CONFLICT (ledger) DO UPDATE SET amount = s.amount + excluded.amount",
                entry[:2],
                prepare=True,
            )


class ReadModels(PostgresTrackingRecorder):
    """The tables that a transfer reaches in ours, by their own definitions."""

    def create_table(self) -> None:
        """Ours besides the library's own."""
        super().create_table()
        with self.datastore.transaction(commit=True) as cursor:
            for table in _TABLES:
                columns = ", ".join(f"{name} {kind}" for name, kind in table.all_columns.items())
                key = ", ".join(table.key or FACT_KEY)
                cursor.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({key}))".encode())
                for statement in index_statements("public", table):
                    cursor.execute(statement.encode())

    def write(self, event: Any, amount: int, tracking: Tracking) -> None:
        """One event's rows and its tracking, in one transaction."""
        ledger, at, position = event.originator_id, event.timestamp, tracking.notification_id
        event_id = uuid5(NAMESPACE_URL, f"{ledger}/{event.originator_version}")
        kind = "transferred-in" if amount > 0 else "transferred-out"
        words = getattr(event, "words", {"authority": "", "description": "Opened"})
        facts = {"effective_date": MOVED, "recorded_at": at, "event_id": event_id, "entry_id": event_id}
        where = {"trust_account_id": _ACCOUNT, "ledger_id": ledger}
        posting = {"position": position, "book": "trust", **where, **facts}
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            _insert(cursor, POSTINGS, {**posting, "n": 0, "account": "2190", "amount_minor": amount})
            _insert(cursor, POSTINGS, {**posting, "n": 1, "account": "2100", "amount_minor": -amount})
            entry = {"kind": kind, "effect_minor": amount, "description": words["description"]}
            _insert(
                cursor, ENTRIES, {"position": position, "n": 0, **where, **facts, **entry, "reference": words["authority"]}
            )
            _add(cursor, BALANCES, where, "balance_minor", amount)
            _add(cursor, DAYS, {"ledger_id": ledger, "day": MOVED}, "net_minor", amount)
            who = {"user_id": _USER, "role": "partner", "program": "benchmarks", "policy_version": 5}
            what = {"topic": f"trust-ledger/{kind}", "stream_id": ledger, "command_id": event_id, "correlation_id": event_id}
            del facts["effective_date"]
            text = f"{words['description']}\n{words['authority']}"
            audit = {"day": MOVED, "amount_minor": abs(amount), "search_text": text, "words": vector_of(text)}
            _insert(cursor, AUDIT_TRAIL, {"position": position, "n": 0, **facts, **who, **what, **where, **audit})


class _OfBalances(Projection[Balances]):
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.write(domain_event, _amount(domain_event), tracking)


class _OfReadModels(Projection[ReadModels]):
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.write(domain_event, _amount(domain_event), tracking)


def lived(url: str, transfers: int) -> int:
    """The stock application's log with so many transfers, two events each; returns its last position."""
    books = StockBooks(env=environment(url, tuned=True))
    books.open_ledgers(50)
    for number in range(transfers):
        books.transfer(number % 50, number % 2, 1)
    last = books.recorder.max_notification_id() or 0
    books.close()
    return last


def with_balances(url: str, last: int) -> float:
    """Events a second up to the last one, with `Balances`."""
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=StockBooks, projection_class=_OfBalances, view_class=Balances, env=environment(url, tuned=True)
    ) as runner:
        runner.wait(last, timeout=600)
        return last / (time.perf_counter() - began)


def with_read_models(url: str, last: int) -> float:
    """Events a second up to the last one, with `ReadModels`."""
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=StockBooks, projection_class=_OfReadModels, view_class=ReadModels, env=environment(url, tuned=True)
    ) as runner:
        runner.wait(last, timeout=600)
        return last / (time.perf_counter() - began)


def _amount(event: Any) -> int:
    """Money in, money out; what a ledger was opened with counts as money in."""
    match event:
        case Ledger.TransferredIn():  # type: ignore[attr-defined]
            return int(event.amount_minor)
        case Ledger.TransferredOut():  # type: ignore[attr-defined]
            return -int(event.amount_minor)
        case _:
            return int(event.balance_minor)


def _insert(cursor: Cursor[Any], table: Table, row: dict[str, Any]) -> None:
    statement = f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"
    cursor.execute(statement.encode(), tuple(row.values()), prepare=True)


def _add(cursor: Cursor[Any], table: Table, key: dict[str, Any], column: str, amount: int) -> None:
    statement = (
        f"INSERT INTO {table.name} AS t ({', '.join(key)}, {column}, entries) VALUES (%s, %s, %s, 1) "
        f"ON CONFLICT ({', '.join(table.key)}) "
        f"DO UPDATE SET {column} = t.{column} + excluded.{column}, entries = t.entries + 1"
    )
    cursor.execute(statement.encode(), (*key.values(), amount), prepare=True)
