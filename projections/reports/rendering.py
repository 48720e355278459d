"""Reports as JSON documents and as CSV files."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from projections.reports.report import Column, Report, columns

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins, also in the wide signs of East Asian scripts, which some spreadsheets read alike."""
_MINOR = "_minor"
_SUMS = columns("figure amount:money number:count")


def as_document(report: Report) -> dict[str, Any]:
    """What JSON has: money as decimal text, days and instants in ISO 8601, rows by column name."""
    return {
        "title": report.title,
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "known_at": report.known_at,
        "currency": report.currency,
        "columns": [{"name": shown_name(column), "kind": column.kind} for column in report.columns],
        "rows": [
            {shown_name(column): _json(column, value) for column, value in zip(report.columns, row, strict=True)}
            for row in report.rows
        ],
        "totals": {name: decimal(amount) for name, amount in report.totals.items()},
        "counts": dict(report.counts),
        "facts": _bare(report.facts),
        "notes": list(report.notes),
        "parts": [as_document(part) for part in report.parts],
        "next_cursor": report.next_cursor,
    }


def as_csv(report: Report) -> str:
    """One header line and the rows; then, each after an empty line and its title, totals, notes, and the lists behind it.

    Text that a spreadsheet would run as a formula is made text by an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for n, lines in enumerate(_tables(report)):
        writer.writerows([[], *lines] if n else lines)
    return out.getvalue()


def _tables(report: Report, title: str | None = None) -> Iterator[list[list[str]]]:
    """The report as tables, one under the other; what has no rows of its own has no header either."""
    above = [] if title is None else [[_cell(Column("title"), title)]]
    if above or report.columns:
        yield above + _lines(report.columns, report.rows)
    if sums := [(name, amount, None) for name, amount in report.totals.items()] + [
        (name, None, number) for name, number in report.counts.items()
    ]:
        yield [["Totals"], *_lines(_SUMS, sums)]
    if report.notes:
        yield [["Notes"], *_lines(columns("note"), [(note,) for note in report.notes])]
    for part in report.parts:
        yield from _tables(part, part.title)


def _lines(shape: tuple[Column, ...], rows: Sequence[tuple[Any, ...]]) -> list[list[str]]:
    header = [shown_name(column) for column in shape]
    return [header, *([_cell(column, value) for column, value in zip(shape, row, strict=True)] for row in rows)]


def shown_name(column: Column) -> str:
    """A column's name outside: what holds minor units inside is decimal text there, and is not called minor."""
    return column.name.removesuffix(_MINOR) if column.kind == "money" else column.name


def shown(value: Any) -> Any:
    """An answer with every `*_minor` as decimal text under its name without the suffix, however deep."""
    if isinstance(value, Mapping):
        return dict(_shown_field(str(name), one) for name, one in value.items())
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return value


def _shown_field(name: str, value: Any) -> tuple[str, Any]:
    if not name.endswith(_MINOR) or isinstance(value, Mapping | list | tuple | bool):
        return name, shown(value)
    return name.removesuffix(_MINOR), decimal(value) if isinstance(value, int) else value


def decimal(amount_minor: int) -> str:
    """Minor units as decimal text: -123450 → -1234.50."""
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return decimal(value)
    text = orjson.dumps(_bare(value)).decode() if isinstance(value, Mapping | list | tuple) else str(_bare(value))
    return f"'{text}" if column.kind == "text" and text.startswith(FORMULA_BEGINNINGS) else text


def _json(column: Column, value: Any) -> Any:
    return decimal(value) if column.kind == "money" and value is not None else _bare(value)


def _bare(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(_shown_field(str(name), _bare(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    return value
