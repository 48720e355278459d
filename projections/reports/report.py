"""What a report is: plain data with its two clocks, to be shown as a table, as JSON or as CSV."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from aggregates.errors import BadRequest

Kind = Literal["text", "date", "instant", "money", "count"]
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: money is whole minor units, a count a whole number, text may be an id, None an empty cell."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Report:
    """An answer. `rows` run along `columns`; `totals` of money and counts are over all rows, not only those of the page.

    `parts` are the lists behind it. `next_cursor` asks for the following page; None on the last. `facts` is what else a
    program needs, by name: ids, days, verdicts.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    as_of: date | None
    known_at: int | None
    totals: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    currency: str | None = None
    parts: tuple["Report", ...] = ()
    next_cursor: str | None = None

    def records(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def columns(words: str) -> tuple[Column, ...]:
    """Columns from words: `"day:date payee amount:money"`."""
    return tuple(_column(word) for word in words.split())


def table(shape: tuple[Column, ...], rows: list[dict[str, Any]]) -> tuple[tuple[Any, ...], ...]:
    """The named cells of each row along the columns; ids become text."""
    names = [column.name for column in shape]
    return tuple(tuple(plain(row.get(name)) for name in names) for row in rows)


def plain(value: Any) -> Any:
    """A value as a report carries it."""
    return str(value) if isinstance(value, UUID) else value


def page_size(limit: int) -> int:
    """Raises BadRequest for a page of no rows, or of too many."""
    if not 1 <= limit <= MOST_ROWS:
        raise BadRequest(f"a page has 1 to {MOST_ROWS} rows, not {limit}")
    return limit


def cursor_of(day: date, position: int) -> str:
    """Where the next page begins: after this day and position."""
    return f"{day.isoformat()}.{position}"


def after_cursor(cursor: str | None) -> tuple[date, int]:
    """The day and position after which a page begins. Raises BadRequest for what is no cursor."""
    if cursor is None:
        return date.min, 0
    day, _, position = cursor.partition(".")
    try:
        return date.fromisoformat(day), int(position)
    except ValueError:
        raise BadRequest(f"{cursor!r} is not a cursor of this report") from None


def _column(word: str) -> Column:
    name, _, kind = word.partition(":")
    match kind:
        case "date" | "instant" | "money" | "count":
            return Column(name, kind)
        case "":
            return Column(name)
        case _:
            raise AssertionError(f"no column is of the kind {kind}")
