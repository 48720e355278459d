"""What every face stands on: firms, commands and reports over one database, with clock, ids and randomness from outside."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from uuid import UUID, SafeUUID
from zoneinfo import ZoneInfo

import uuid_utils

from aggregates import firm
from api.card_processing.keys import CardKeys
from commands.catalogue import COMMANDS, Listed
from commands.dispatch import Edge, Outcome, Request, Steps, executing, taken
from commands.event_log.database import Database
from commands.event_log.log import EventLog
from commands.event_log.migrations import schema_of
from commands.work import Command
from projections.catalogue import PROJECTIONS
from projections.engine import Engine
from projections.follow import wait_for
from projections.reports.reader import Reader
from replay.rebuild import rebuild
from replay.scratch import Progress

WAIT_S = 5.0
"""How long a reader waits for the read models to show a position it asked for."""


def now_utc() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


_SALT_BYTES, _SALTS_AT_A_TIME = 16, 256
_salts: list[str] = []
os.register_at_fork(after_in_child=_salts.clear)  # two processes never draw the same
_set_number, _set_safety = (UUID.__dict__[name].__set__ for name in ("int", "is_safe"))
_UNKNOWN = SafeUUID.unknown


def new_id() -> UUID:
    """An id that sorts by the time it was made at (UUID version 7, RFC 9562).

    Filled in through its slots, as UUID itself refuses to be changed: the library's own `compat` module takes twice as long,
    and a command needs some of them.
    """
    made = object.__new__(UUID)
    _set_number(made, uuid_utils.uuid7().int)
    _set_safety(made, _UNKNOWN)
    return made


def new_salt() -> str:
    """128 random bits in hex: no proof can be guessed back to a small event.

    Drawn from the system many at a time: while it is asked, other threads take the interpreter's lock.
    """
    try:
        return _salts.pop()
    except IndexError:
        drawn = secrets.token_hex(_SALT_BYTES * _SALTS_AT_A_TIME)
        size = 2 * _SALT_BYTES
        _salts.extend(drawn[at : at + size] for at in range(size, len(drawn), size))
        return drawn[:size]


@dataclass(frozen=True, slots=True)
class Application:
    """The firms of one database, as the faces see them."""

    database: Database
    now: Callable[[], datetime] = now_utc
    new_id: Callable[[], UUID] = new_id
    card_keys: CardKeys = field(default_factory=CardKeys)

    def firms(self) -> dict[str, str]:
        """Each firm's short name and schema."""
        return {slug: schema_of(slug) for slug in self.database.firms()}

    def log(self, slug: str) -> EventLog:
        """The log of one firm. Raises NotFound, BadRequest."""
        return self.database.firm(slug)

    def zone(self, slug: str) -> tzinfo:
        """The firm's time zone; UTC until it is established."""
        state = self.log(slug).load(firm.KIND, firm.STREAM, fresh=False).state
        return ZoneInfo(state.established.time_zone) if state else UTC

    def today(self, slug: str) -> date:
        """The day it is at the firm."""
        return self.now().astimezone(self.zone(slug)).date()

    def edge(self, slug: str) -> Edge:
        """What commands are handed from outside."""
        return Edge(self.now, self.new_id, new_salt, self.zone(slug))

    def carry_out(
        self, slug: str, request: Request, command: Command, listed: Listed | None = None, *, dry_run: bool = False
    ) -> Outcome:
        """Carry out a listed command. Raises any Refusal; then nothing has changed."""
        return taken(self.carrying_out(slug, request, command, listed, dry_run=dry_run))

    def carrying_out(
        self, slug: str, request: Request, command: Command, listed: Listed | None = None, *, dry_run: bool = False
    ) -> Steps[Outcome]:
        """The same step by step, so that several commands may be carried out together."""
        found = listed or listed_of(command)
        return executing(self.log(slug), self.edge(slug), request, command, found.handle, found.permission, dry_run=dry_run)

    @contextmanager
    def reader(self, slug: str, *, min_position: int = 0, wait_s: float = WAIT_S) -> Iterator[Reader]:
        """A reader of the firm's read models, which have come to `min_position`. Raises NotCaughtUp, NotFound."""
        schema = self.log(slug).schema
        with self.database.readers.connection() as connection:
            if min_position and not wait_for(connection, schema, min_position, wait_s):
                raise NotCaughtUp(min_position)
            yield Reader(connection, schema, self.today(slug))

    def project(self, slug: str) -> int:
        """Bring the firm's read models to the end of its log, or wait for the process that leads to do so.

        Those that another version of this program made are rebuilt first. Returns the position they show.

        Raises NotCaughtUp, LogBroken, AlreadyRunning.
        """
        self.renew(slug)
        log = self.log(slug)
        engine = Engine(log.schema, PROJECTIONS, holder=f"{socket.gethostname()}:{os.getpid()}")
        size = log.size()
        with self.database.projectors.connection() as connection:
            try:
                engine.catch_up(connection, stop=size)
            finally:
                engine.release(connection)
            if not wait_for(connection, log.schema, size, WAIT_S):
                raise NotCaughtUp(size)
        return size

    def renew(self, slug: str, progress: Progress | None = None) -> None:
        """Make the firm's read models that are not there yet, and rebuild those that another version of this program made:
        their tables are not those it reads. Raises LogBroken, AlreadyRunning.
        """
        engine = Engine(self.log(slug).schema, PROJECTIONS)
        with self.database.projectors.connection() as connection:
            engine.prepare(connection)
            outdated = engine.outdated(connection)
        if outdated:
            rebuild(self.database.conninfo, engine.schema, PROJECTIONS, names=outdated, progress=progress)


class NotCaughtUp(Exception):  # noqa: N818 -- said as a person would
    """The read models have not come to the position that was asked for, in the time there was."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the read models have not come to position {position} yet; ask again")
        self.position = position


def listed_of(command: Command) -> Listed:
    """The entry of the catalogue that a command belongs to."""
    return _BY_CLASS[type(command)]


_BY_CLASS: dict[type[Command], Listed] = {listed.command: listed for listed in COMMANDS.values()}
