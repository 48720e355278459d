"""The eventsourcing library's own application: two aggregates saved together, as its manual shows it."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError
from psycopg.conninfo import conninfo_to_dict

_WORDS = {"authority": "Letter of the client, 2 March 2026", "description": "Moved to the other matter"}


class Ledger(Aggregate):
    """A ledger that holds money and never less than nothing."""

    @event("Opened")
    def __init__(self, name: str, balance_minor: int) -> None:
        self.name = name
        self.balance_minor = balance_minor

    @staticmethod
    def create_id(name: str, balance_minor: int) -> UUID:  # noqa: ARG004 -- the library hands over what __init__ takes
        """The ledger of a name."""
        return uuid5(NAMESPACE_URL, name)

    @event("TransferredOut")
    def transfer_out(self, amount_minor: int, words: dict[str, str]) -> None:
        """Money leaves; the words (other ledger, authority, description) are for the record. Raises ValueError."""
        if amount_minor > self.balance_minor:
            raise ValueError(f"overdraft: {words}")
        self.balance_minor -= amount_minor

    @event("TransferredIn")
    def transfer_in(self, amount_minor: int, words: dict[str, str]) -> None:
        """Money comes."""
        assert words, "every entry says why"
        self.balance_minor += amount_minor


class StockBooks(Application[UUID]):
    """Loads, decides, saves; whoever was slower does it again."""

    def open_ledgers(self, pairs: int) -> None:
        """Two ledgers in funds for each client; those that are there stay."""
        for pair in range(pairs):
            for side in (0, 1):
                name = _name(pair, side)
                try:
                    self.repository.get(uuid5(NAMESPACE_URL, name))
                except AggregateNotFoundError:
                    self.save(Ledger(name, 10**9))

    def transfer(self, pair: int, side: int, amount_minor: int) -> None:
        """From one ledger of a client to the other."""
        one, other = _name(pair, side), _name(pair, 1 - side)
        while True:
            source: Ledger = self.repository.get(uuid5(NAMESPACE_URL, one))
            target: Ledger = self.repository.get(uuid5(NAMESPACE_URL, other))
            source.transfer_out(amount_minor, {**_WORDS, "to": other})
            target.transfer_in(amount_minor, {**_WORDS, "from": one})
            try:
                self.save(source, target)
            except IntegrityError:
                continue
            return


_TUNED = {
    "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
    "AGGREGATE_CACHE_MAXSIZE": "5000",
    "AGGREGATE_CACHE_FASTFORWARD": "y",
}
"""The fastest that its manual offers: database functions, and a cache of aggregates that catches up with others."""


def environment(url: str, *, pool: int = 5, tuned: bool = False) -> dict[str, str]:
    """Where it keeps its events; all else as it comes, unless `tuned`."""
    where = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_PORT": str(where.get("port", 5432)),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": str(where.get("password") or "none"),
        "POSTGRES_POOL_SIZE": str(pool),
        "POSTGRES_ORIGINATOR_ID_TYPE": "uuid",
        **(_TUNED if tuned else {}),
    }


@contextmanager
def stock_clients(number: int, url: str, pairs: int) -> Iterator[Callable[[int], Callable[[], Any]]]:
    """One process's application as it comes, for clients that transfer at random."""
    with _clients(StockBooks(env=environment(url)), number, pairs) as act_of:
        yield act_of


@contextmanager
def tuned_clients(number: int, url: str, pairs: int) -> Iterator[Callable[[int], Callable[[], Any]]]:
    """The same with the faster settings."""
    with _clients(StockBooks(env=environment(url, tuned=True)), number, pairs) as act_of:
        yield act_of


@contextmanager
def _clients(application: StockBooks, number: int, pairs: int) -> Iterator[Callable[[int], Callable[[], Any]]]:
    if number == 0:  # its tables cannot be made by two processes at once
        application.open_ledgers(pairs)

    def act_of(client: int) -> Callable[[], Any]:
        dice = random.Random(f"stock {number} {client}")  # noqa: S311 -- not for secrets
        return lambda: application.transfer(dice.randrange(pairs), dice.randrange(2), dice.randint(1, 500))

    try:
        yield act_of
    finally:
        application.close()


def _name(pair: int, side: int) -> str:
    return f"ledger {pair}/{side}"
