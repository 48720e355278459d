"""Books of a small firm, written straight into a real log: enough trust history to fold, rebuild, verify and tamper with."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from aggregates import trust_account, trust_ledger
from aggregates.event import Actor, Event, Personal
from aggregates.trust_ledger_events import (
    EntryReversed,
    FundsDisbursed,
    FundsReceived,
    LedgerPurpose,
    TrustLedgerOpened,
)
from commands.event_log.database import Database
from commands.event_log.log import Verdict, decision_of
from commands.event_log.mapper import NewEvent

SCHEMA = "firm_demo"
ACTOR = Actor(user_id=UUID(int=7), role="bookkeeper", program="tests", policy_version=1)
SEPTEMBER = date(2026, 9, 1)


class Books:
    """Appends events, each command in one decision, with ids that count up."""

    def __init__(self, database: Database, slug: str = "demo") -> None:
        self._ids = itertools.count(int.from_bytes(slug.encode()) << 32)
        self.log = database.create_firm(slug, self.id())
        self.versions: dict[UUID, int] = {}
        self.account_id = self.id()

    def id(self) -> UUID:
        """The next id."""
        return UUID(int=next(self._ids))

    def append(self, *facts: tuple[UUID, Event]) -> int:
        """One command's events, as (stream, event); returns the position of the last."""
        command = self.id()
        events = []
        for stream_id, event in facts:
            self.versions[stream_id] = self.versions.get(stream_id, 0) + 1
            events.append(self._new(stream_id, self.versions[stream_id], command, event))
        verdict, position = self.log.append(decision_of(events))
        assert verdict is Verdict.APPENDED
        return position

    def open_account(self, account_id: UUID | None = None) -> UUID:
        """A pooled account."""
        account_id = account_id or self.account_id
        opened = trust_account.TrustAccountOpened(
            trust_account_id=account_id,
            name="IOLTA-1",
            bank="First Bank",
            account_number="000123",
            ownership="pooled",
            client_id=None,
            currency="USD",
            opened_on=date(2026, 1, 1),
            statement_balance_minor=0,
        )
        self.append((account_id, opened))
        return account_id

    def open_ledger(self, purpose: LedgerPurpose = LedgerPurpose.CLIENT, account_id: UUID | None = None) -> UUID:
        """A ledger of a new client and matter, or a named one."""
        client = purpose is LedgerPurpose.CLIENT
        opened = TrustLedgerOpened(
            trust_account_id=account_id or self.account_id,
            purpose=purpose,
            client_id=self.id() if client else None,
            matter_id=self.id() if client else None,
            currency="USD",
        )
        ledger_id = trust_ledger.KIND.stream_id(opened.trust_account_id, purpose, opened.client_id, opened.matter_id)
        self.append((ledger_id, opened))
        return ledger_id

    def receive(self, ledger_id: UUID, amount_minor: int, on: date = SEPTEMBER, account_id: UUID | None = None) -> UUID:
        """Money in, collected at once; returns the entry's id."""
        event = self.received(amount_minor, on, account_id)
        self.append((ledger_id, event))
        return event.entry_id

    def received(self, amount_minor: int, on: date = SEPTEMBER, account_id: UUID | None = None) -> FundsReceived:
        """The fact of it."""
        return FundsReceived(
            trust_account_id=account_id or self.account_id,
            effective_date=on,
            entry_id=self.id(),
            amount_minor=amount_minor,
            description="Retainer",
            instrument="wire",
            payer=Personal(subject_id=UUID(int=9), text="Ada Client"),
            reference=None,
            deposit_slip=None,
            available_on=on,
            makes_good=None,
        )

    def disburse(self, ledger_id: UUID, amount_minor: int, on: date = SEPTEMBER, number: int | None = None) -> UUID:
        """Money out, no rule asked; returns the entry's id."""
        event = FundsDisbursed(
            trust_account_id=self.account_id,
            effective_date=on,
            entry_id=self.id(),
            amount_minor=amount_minor,
            description="Expert",
            disbursement_id=self.id(),
            payee=Personal(subject_id=UUID(int=9), text="Dr Expert"),
            method="cheque" if number else "wire",
            cheque_number=number,
            billing_reference_id=None,
        )
        self.append((ledger_id, event))
        return event.entry_id

    def reverse(self, ledger_id: UUID, entry_id: UUID, amount_minor: int, effect: Any, on: date = SEPTEMBER) -> None:
        """Undo an entry, no rule asked."""
        event = EntryReversed(
            trust_account_id=self.account_id,
            effective_date=on,
            entry_id=self.id(),
            amount_minor=amount_minor,
            description="Keyed twice",
            reverses_entry_id=entry_id,
            effect=effect,
            bank_charge=False,
        )
        self.append((ledger_id, event))

    def live_a_month(self, ledgers: int = 3, rounds: int = 20) -> list[UUID]:
        """An account and its ledgers; each round a deposit, and half of it paid out on a later day."""
        self.open_account()
        opened = [self.open_ledger() for _ in range(ledgers)]
        for turn in range(rounds):
            ledger_id, on = opened[turn % ledgers], SEPTEMBER + timedelta(days=turn % 28)
            self.receive(ledger_id, 10_000 + turn, on)
            self.disburse(ledger_id, 5_000, on + timedelta(days=1))
        return opened

    def _new(self, stream_id: UUID, version: int, command: UUID, event: Event) -> NewEvent:
        return NewEvent(
            id=self.id(),
            stream_id=stream_id,
            version=version,
            recorded_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
            actor=ACTOR,
            command_id=command,
            correlation_id=command,
            causation_id=None,
            reason=None,
            salt=f"{version:032x}",
            event=event,
        )


@contextmanager
def opened(database_url: str) -> Iterator[tuple[Database, Books]]:
    """A migrated database with one firm, `demo`, whose log is empty."""
    with Database(database_url) as database:
        database.migrate()
        yield database, Books(database)


@contextmanager
def superuser(database_url: str, schema: str = SCHEMA) -> Iterator[Connection[Any]]:
    """Someone who may do anything, and whom the triggers of the log do not stop."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for table in ("events", "checkpoints", "documents", "idempotency"):
            connection.execute(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER USER")
        yield connection
        for table in ("events", "checkpoints", "documents", "idempotency"):
            connection.execute(f"ALTER TABLE {schema}.{table} ENABLE TRIGGER USER")


def rows(connection: Connection[Any], statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return connection.execute(statement, values).fetchall()
