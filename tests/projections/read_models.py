"""Read models made up for the tests of the engine, over real events: one of each kind of change."""

from collections.abc import Iterable
from dataclasses import replace

from aggregates.logged_event import LoggedEvent
from projections.projection import Add, Change, Insert, Projection, Table, Upsert

_SIGN = {"trust-ledger/funds-received": 1, "trust-ledger/funds-disbursed": -1}
MONEY = frozenset(_SIGN)


def _entries(event: LoggedEvent) -> Iterable[Change]:
    amount = _SIGN[event.topic] * event.data["amount_minor"]
    row = (event.stream_id, "book", "USD", amount, event.effective_date, {"by": event.actor["role"]})
    yield Insert("entries", row)
    yield Insert("entries", (*row[:1], "client", *row[2:3], -amount, *row[4:]))


def _ledgers(event: LoggedEvent) -> Iterable[Change]:
    key = (event.stream_id,)
    if event.topic == "trust-ledger/opened":
        yield Upsert("ledgers", key, {"purpose": event.data["purpose"], "opened_at": event.position, "seen": {"opened": 1}})
        return
    yield Upsert("ledgers", key, {"last_day": event.effective_date, "seen": {event.topic: event.position}})
    yield Add("ledgers", key, {"balance_minor": _SIGN[event.topic] * event.data["amount_minor"], "entries": 1})


ENTRIES = Projection(
    "entries",
    1,
    (
        Table(
            "entries",
            {
                "ledger_id": "uuid NOT NULL",
                "book": "text NOT NULL",
                "currency": "text NOT NULL",
                "amount_minor": "bigint NOT NULL",
                "effective_date": "date NOT NULL",
                "detail": "jsonb",
            },
            indexes=("ledger_id, effective_date",),
        ),
    ),
    _entries,
    MONEY,
)
LEDGERS = Projection(
    "ledgers",
    1,
    (
        Table(
            "ledgers",
            {
                "ledger_id": "uuid",
                "purpose": "text NOT NULL",
                "opened_at": "bigint NOT NULL",
                "last_day": "date",
                "seen": "jsonb NOT NULL",
                "balance_minor": "bigint NOT NULL DEFAULT 0",
                "entries": "integer NOT NULL DEFAULT 0",
            },
            key=("ledger_id",),
            merged=frozenset({"seen"}),
        ),
    ),
    _ledgers,
    MONEY | {"trust-ledger/opened"},
)
SAMPLE = (ENTRIES, LEDGERS)


class Choking:
    """A projection that cannot digest the event at one position; in Python, or only in the database."""

    def __init__(self, position: int, *, in_database: bool = False) -> None:
        self.position = position
        self.in_database = in_database

    def __call__(self, event: LoggedEvent) -> Iterable[Change]:
        yield Insert("choking", ("not a day" if self.in_database and event.position == self.position else "2026-09-01",))
        if event.position == self.position and not self.in_database:
            raise ZeroDivisionError("this one is poison")


def choking(position: int, *, in_database: bool = False) -> Projection:
    """One fact for every event, until it meets the poison."""
    return Projection("choking", 1, (Table("choking", {"day": "date"}),), Choking(position, in_database=in_database))


def at_version(projection: Projection, version: int) -> Projection:
    """The same projection in another version."""
    return replace(projection, version=version)
