"""September at IOLTA-1, prepared and signed as HTTP and the command line do it, on 5 October 2026."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aggregates import firm, user
from aggregates.event import Personal
from aggregates.permissions import Role
from commands.dispatch import Edge, Outcome, Request
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.work import Asker
from projections.reports.reader import Reader
from replay import reconcile
from tests.projections.september import SCHEMA, TODAY, September, fold, lived

CLERK, APPROVER, RELEASER, SIGNER, SECOND = UUID(int=6), UUID(int=8), UUID(int=7), UUID(int=9), UUID(int=10)
_PEOPLE = {
    CLERK: ("Nora Lind", Role.BOOKKEEPER), APPROVER: ("Ann Ashby", Role.PARTNER), RELEASER: ("Rita Poole", Role.PARTNER),
    SIGNER: ("Marta Reyes", Role.PARTNER), SECOND: ("Jo Pryce", Role.PARTNER),
}  # fmt: skip


@dataclass
class Desk:
    """The month, its database, and the people who reconcile it."""

    database: Database
    month: September
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1 << 80))

    @property
    def log(self) -> EventLog:
        """The firm's log."""
        return self.month.books.log

    def edge(self) -> Edge:
        """5 October, at noon."""
        now = datetime(2026, 10, 5, 12, tzinfo=UTC)
        return Edge(lambda: now, self.new_id, lambda: f"{next(self.ids):032x}", UTC)

    def new_id(self) -> UUID:
        """The next id."""
        return UUID(int=next(self.ids))

    def request(self, who: UUID, key: str | None = None, role: Role | None = None) -> Request:
        """Somebody asks."""
        return Request(Asker(who, frozenset({role or _PEOPLE[who][1]}), "tests"), key=key)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """All read models at the end of the log."""
        fold(self.database)
        with self.database.readers.connection() as connection:
            yield Reader(connection, SCHEMA, TODAY)

    def prepare(self, who: UUID = CLERK, key: str | None = None, explanation: str | None = None) -> Outcome:
        """The last statement's period."""
        with self.reader() as reader:
            return reconcile.prepare(
                self.log, self.edge(), self.request(who, key), reader, trust_account_id=self.month.account_id,
                explanation=explanation,
            )  # fmt: skip

    def sign(self, prepared: Outcome, who: UUID = SIGNER, key: str | None = None, role: Role | None = None) -> Outcome:
        """Sign what was prepared."""
        with self.reader() as reader:
            return reconcile.sign(
                self.log, self.edge(), self.request(who, key, role), reader, reconciliation_id=id_of(prepared)
            )


def id_of(prepared: Outcome) -> UUID:
    """The reconciliation's."""
    return UUID(prepared.result["reconciliation_id"])


@contextmanager
def reconciling(database_url: str, **different: Any) -> Iterator[Desk]:
    """A North Carolina firm with its people, and September on its books."""
    with lived(database_url, **different) as (database, month):
        established = firm.FirmEstablished(
            firm_id=month.books.id(), name="Ashby & Reyes, PLLC", jurisdiction="us-nc", pack_version=1, base_currency="USD",
            time_zone="America/New_York", fiscal_year_start_month=1, matter_number_pattern="{seq}",
        )  # fmt: skip
        month.books.append((firm.STREAM, established))
        for user_id, (name, role) in _PEOPLE.items():
            added = user.UserAdded(
                user_id=user_id, name=Personal(subject_id=user_id, text=name),
                email=Personal(subject_id=user_id, text=f"{name[0]}@example.org"), roles=(role,), contact_id=None,
            )  # fmt: skip
            month.books.append((user_id, added))
        yield Desk(database, month)
