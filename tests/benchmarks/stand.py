"""Where the benchmarks run: an embedded PostgreSQL of their own, durable as in service, and a firm with funded ledgers."""

import itertools
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aggregates.permissions import Permission, Role
from api.application import new_id, new_salt, now_utc
from commands import establish_firm
from commands.add_contact import AddContact
from commands.catalogue import COMMANDS
from commands.dispatch import Edge, Outcome, Request, execute
from commands.establish_firm import EstablishFirm
from commands.event_log.database import Database
from commands.event_log.embedded_server import EmbeddedServer
from commands.event_log.log import EventLog
from commands.open_matter import OpenMatter
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from commands.receive_funds import ReceiveFunds
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.work import Asker, Command

SLUG = "bench"
SCHEMA = "firm_bench"
PERSON = UUID(int=0xBE4C)
ASKER = Asker(PERSON, frozenset({Role.PARTNER, Role.BOOKKEEPER, Role.ADMIN}), "benchmarks")
OPENED = date(2026, 1, 2)
MOVED = date(2026, 3, 2)
FUNDS_MINOR = 10**9
EDGE = Edge(now_utc, new_id, new_salt, UTC)
_LISTED = {listed.command: listed for listed in COMMANDS.values()}


@dataclass(frozen=True, slots=True)
class Books:
    """A pooled account; each pair are two ledgers of one client, both in funds."""

    account_id: UUID
    pairs: tuple[tuple[UUID, UUID], ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """One server for the whole run; `quick` asks for small sizes and short rounds."""

    server_url: str
    folder: Path
    quick: bool
    events: int
    """How long the long log is."""
    stays: ExitStack
    """What is opened here lasts until the end of the run."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What several benchmarks share, by name."""

    @property
    def seconds(self) -> float:
        """How long one round of clients lasts."""
        return 1.5 if self.quick else 5.0

    @property
    def rounds(self) -> int:
        """How many rounds each competitor has, in turns; the median counts."""
        return 3

    def settle(self) -> None:
        """Write out what was left to be written: no benchmark pays for the one before it."""
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """A database for one benchmark, dropped afterwards."""
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(self.server_url, dbname=name)
        finally:
            with psycopg.connect(self.server_url, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def stand(*, quick: bool, events: int | None = None) -> Iterator[Stand]:
    """Starts the server in a temporary folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="muniment-bench-"))
    server = EmbeddedServer(folder)
    try:
        with ExitStack() as stays:
            yield Stand(server.start(), folder, quick, events or (20_000 if quick else 1_000_000), stays)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database of a benchmark, migrated."""
    with Database(url) as database:
        database.migrate()
        yield database


def ask(log: EventLog, command: Command, key: str | None = None) -> Outcome:
    """Carry out a command as the faces do, all rights given. Raises any Refusal."""
    listed = _LISTED[type(command)]
    return execute(log, EDGE, Request(ASKER, key=key), command, listed.handle, listed.permission)


def found_books(database: Database, clients: int) -> Books:
    """A firm with a pooled account, and for each client two matters, each with a ledger in funds; all by commands."""
    log = database.create_firm(SLUG, EDGE.new_id())
    execute(log, EDGE, Request(ASKER), a_firm(), establish_firm.handle, Permission.MANAGE_SETTINGS)
    return open_books(log, clients)


def a_firm() -> EstablishFirm:
    """The firm of the benchmarks, by the model rules."""
    return EstablishFirm(
        firm_id=EDGE.new_id(), name="Benchmark LLP", jurisdiction="us-aba", base_currency="USD", time_zone="UTC"
    )


def open_books(log: EventLog, clients: int) -> Books:
    """The account, the clients and their ledgers, of a firm that stands."""
    account = ask(log, OpenTrustAccount(name="IOLTA", bank="First Bank", account_number="1", opened_on=OPENED)).result
    account_id = UUID(account["trust_account_id"])
    numbers = itertools.count(1)
    pairs = []
    for client in range(clients):
        client_id = UUID(ask(log, AddContact(name=f"Client {client}")).result["contact_id"])
        one, other = (_ledger(log, account_id, client_id, next(numbers)) for _ in range(2))
        pairs.append((one, other))
    return Books(account_id, tuple(pairs))


def a_transfer(books: Books, dice: random.Random) -> TransferBetweenLedgers:
    """A cent and more from one ledger of a client to the other, either way."""
    one, other = dice.sample(dice.choice(books.pairs), 2)
    return TransferBetweenLedgers(
        from_ledger_id=one,
        to_ledger_id=other,
        amount_minor=dice.randint(1, 500),
        effective_date=MOVED,
        authority="Letter of the client, 2 March 2026",
        description="Moved to the other matter",
    )


def _ledger(log: EventLog, account_id: UUID, client_id: UUID, number: int) -> UUID:
    opening = OpenMatter(client_id=client_id, description="Advice", number=f"B-{number:06}", opened_on=OPENED)
    matter = ask(log, opening).result
    ledger = ask(log, OpenTrustLedger(trust_account_id=account_id, matter_id=UUID(matter["matter_id"]))).result
    ledger_id = UUID(ledger["ledger_id"])
    receipt = ReceiveFunds(
        ledger_id=ledger_id,
        amount_minor=FUNDS_MINOR,
        effective_date=OPENED,
        instrument="wire",
        payer="The client",
        description="Retainer",
    )
    ask(log, receipt)
    return ledger_id
