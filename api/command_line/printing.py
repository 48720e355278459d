"""Data as a person reads it, or as JSON; a progress bar over what takes longer than a second."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from projections.reports.rendering import as_csv, as_document, decimal
from projections.reports.report import Column, Report

_PATIENCE_S = 1.0
_RIGHT = {"money", "count"}
_MOST_COLUMNS = 15
_WORKS_A_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def console() -> Console:
    """Standard output, without colours or wrapping tricks where it is not a terminal."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160)


def visible(words: str) -> str:
    """The words without what would work the terminal or turn their direction: a payee's name comes from a bank's file."""
    return _WORKS_A_TERMINAL.sub("\ufffd", words)


def say(words: str = "") -> None:
    """One line."""
    console().print(visible(words), markup=False)


def complain(sentence: str) -> None:
    """What went wrong, in one line on standard error."""
    sys.stderr.write(f"muniment: {visible(sentence)}\n")


def print_json(document: Any) -> None:
    """JSON on standard output."""
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE, default=str)
    sys.stdout.write(text.decode())


def print_report(report: Report, *, json: bool = False, csv: bool = False) -> None:
    """A report in one of its three forms."""
    if json:
        print_json(as_document(report))
    elif csv:
        sys.stdout.write(as_csv(report))
    else:
        _print_table(report)


def table_of(title: str, shape: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Table:
    """A table; ids, which no person reads, and columns that hold nothing are left out."""
    shown = [at for at, column in enumerate(shape) if _is_for_people(column) and any(row[at] is not None for row in rows)]
    named = Text(visible(title), style="table.title")
    table = Table(title=named, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for at in shown:
        column = shape[at]
        table.add_column(heading(column.name), justify="right" if column.kind in _RIGHT else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(_cell(shape[at], row[at]))) for at in shown))
    return table


def _is_for_people(column: Column) -> bool:
    """All but ids, hashes, and links to the reports behind a figure, which a program follows."""
    if column.name == "id" or column.name.startswith(("opens", "of_opens")):
        return False
    return not column.name.endswith(("_id", "_ids", "sha256", "search_text", "leaf", "tree_root"))


def _print_entries(title: str, shape: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> None:
    """Rows that are too wide for a table, one under the other, with what each one has to say."""
    say(title)
    for row in rows:
        said = [
            f"{heading(column.name).lower()} {_cell(column, value)}"
            for column, value in zip(shape[1:], row[1:], strict=True)
            if value not in (None, "", []) and _is_for_people(column)
        ]
        say(f"{_cell(shape[0], row[0]):>7}  " + " · ".join(said))


def grouped(amount_minor: int) -> str:
    """Minor units as people write them: 1718042 → 17,180.42."""
    whole, cents = decimal(amount_minor).split(".")
    return f"{'-' if whole.startswith('-') else ''}{abs(int(whole)):,}.{cents}"


def heading(name: str) -> str:
    """A column's name as a person reads it: amount_minor → Amount."""
    return name.removesuffix("_minor").replace("_", " ").capitalize()


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, once it has taken a second; call it with (done, in all)."""
    began = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task: TaskID | None = None

    def advance(done: int, total: int) -> None:
        nonlocal task
        if task is None and time.monotonic() - began > _PATIENCE_S:
            bar.start()
            task = bar.add_task(words)
        if task is not None:
            bar.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        if task is not None:
            bar.stop()


def _print_table(report: Report) -> None:
    out = console()
    if len([column for column in report.columns if _is_for_people(column)]) > _MOST_COLUMNS and report.rows:
        _print_entries(report.title, report.columns, list(report.rows))
    elif report.rows:
        out.print(table_of(report.title, report.columns, list(report.rows)))
    else:
        say(f"{report.title}: none")
    for name, amount in report.totals.items():
        say(f"  {heading(name)}: {grouped(amount)} {report.currency or ''}".rstrip())
    for name, number in report.counts.items():
        say(f"  {heading(name)}: {number}")
    for note in report.notes:
        say(f"  Note: {note}")
    for part in report.parts:
        out.print()
        _print_table(part)
    if report.next_cursor:
        say(f"  More: --cursor {report.next_cursor}")


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return grouped(value)
    return f"{value:%Y-%m-%d %H:%M}Z" if isinstance(value, datetime) else str(value)
