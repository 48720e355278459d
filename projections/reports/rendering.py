"""Reports as JSON documents and as CSV files."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from projections.reports.report import Column, Report

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
        "facts": {name: _bare(value) for name, value in report.facts.items()},
        "notes": list(report.notes),
        "parts": [as_document(part) for part in report.parts],
        "next_cursor": report.next_cursor,
    }


def as_csv(report: Report) -> str:
    """One header line and the rows; then, after an empty line and its title, each list behind the report.

    Text that a spreadsheet would run as a formula is made text by an apostrophe.
    """
    out = io.StringIO()
    _write_csv(csv.writer(out, lineterminator="\r\n"), report)
    return out.getvalue()


def _write_csv(writer: Any, report: Report) -> None:
    writer.writerow([shown_name(column) for column in report.columns])
    for row in report.rows:
        writer.writerow([_cell(column, value) for column, value in zip(report.columns, row, strict=True)])
    for part in report.parts:
        writer.writerow([])
        writer.writerow([_cell(Column("title"), part.title)])
        _write_csv(writer, part)


def shown_name(column: Column) -> str:
    """A column's name outside: what holds minor units inside is decimal text there, and is not called minor."""
    return column.name.removesuffix("_minor") if column.kind == "money" else column.name


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
    return f"'{text}" if column.kind == "text" and text.startswith(_FORMULA) else text


def _json(column: Column, value: Any) -> Any:
    return decimal(value) if column.kind == "money" and value is not None else _bare(value)


def _bare(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _bare(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    return value
