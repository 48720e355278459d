"""What a read model is: tables, and a pure function from one event to changes of their rows.

Three kinds of change are enough, and each one folds in sets:

- `Insert` adds a row to a table of facts (postings, audit entries). The engine gives it (position, n), its primary key.
- `Upsert` sets some columns of the row with that key; what it does not name stays as it is, or takes its default.
- `Add` adds amounts to columns of the row with that key; a row that is not there yet starts from the defaults.

Values are what JSON has (text, whole numbers, true and false, None, lists, objects): an id, a day or an instant is its text,
as it stands in the event, and PostgreSQL reads it into the column's type. Floats have no place here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from aggregates.logged_event import LoggedEvent

FACT_KEY = ("position", "n")
"""The columns that the engine puts before those of a table of facts: the event's position, and 0, 1, … within it."""


class Insert(NamedTuple):
    """A fact: one value for each column of the table, in its order (without `position` and `n`)."""

    table: str
    row: tuple[Any, ...]


class Upsert(NamedTuple):
    """Set columns of the row with this key. Later ones win column by column; a merged column is joined (`||`)."""

    table: str
    key: tuple[Any, ...]
    values: Mapping[str, Any]


class Add(NamedTuple):
    """Add whole numbers to columns of the row with this key. Such a column is never upserted; its default is 0."""

    table: str
    key: tuple[Any, ...]
    amounts: Mapping[str, int]


Change: TypeAlias = Insert | Upsert | Add


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a read model, in the firm's schema.

    `columns` maps each name to its PostgreSQL type, with default or constraint: `{"amount_minor": "bigint NOT NULL"}`.
    `key` are the columns that name a row; empty for a table of facts, which gets `position` and `n`. `indexes` are column
    lists as they stand between the brackets of CREATE INDEX, or whole clauses that begin with USING. `merged` are jsonb
    columns whose objects are joined instead of replaced.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    merged: frozenset[str] = field(default=frozenset())

    @property
    def is_facts(self) -> bool:
        """Whether its rows are facts, inserted once and never changed."""
        return not self.key

    @property
    def all_columns(self) -> dict[str, str]:
        """Every column with its type, those of the engine first."""
        own = dict(self.columns)
        return {"position": "bigint NOT NULL", "n": "integer NOT NULL", **own} if self.is_facts else own


@dataclass(frozen=True, slots=True)
class Projection:
    """A named and versioned read model.

    `project` is pure: the same event always gives the same changes; it reads nothing else. `topics` are the events it wants,
    None for all. A change of tables or function asks for the next `version`, which a rebuild then fills beside the old one.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    project: Callable[[LoggedEvent], Iterable[Change]]
    topics: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for table in self.tables:
            missing = [column for column in (*table.key, *table.merged) if column not in table.columns]
            assert not missing, f"{self.name}.{table.name} has no column {', '.join(missing)}"
            assert table.key or not set(FACT_KEY) & table.columns.keys(), f"{table.name} gets position and n by itself"


def tables_of(projections: Iterable[Projection]) -> dict[str, Table]:
    """Every table by its name. Raises ValueError where two projections own one."""
    found: dict[str, Table] = {}
    for projection in projections:
        for table in projection.tables:
            if table.name in found:
                raise ValueError(f"two projections own the table {table.name}")
            found[table.name] = table
    return found
