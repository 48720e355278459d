"""Figures as a table, on the terminal and in docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.table import Table

from commands.event_log.embedded_server import MAJOR
from tests.benchmarks.measuring import Absent, Figure

KEPT = Path("docs") / "benchmarks.md"
_HEADS = ("figure", "measured", "target", "measured ÷ target", "reached?", "how")
_LIBRARIES = ("psycopg", "eventsourcing", "pydantic", "orjson", "fastapi", "uvicorn")


def as_table(figures: Sequence[Figure | Absent]) -> Table:
    """For the terminal."""
    table = Table(*_HEADS)
    for one in figures:
        table.add_row(*_row(one))
    return table


def as_markdown(figures: Sequence[Figure | Absent], seconds: float) -> str:
    """For docs/: the table, how long the whole run took, and with what. No path of the machine and no name of it."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Competitors run side by side in one run on one machine, after a warm-up: read the ratios.",
        "",
        f"- Measured: {datetime.now(UTC):%Y-%m-%d}, in one run of {round(seconds / 60)} minutes",
        f"- Machine: {_machine()}",
        f"- Versions: {_versions()}",
        "",
        f"| {' | '.join(_HEADS)} |",
        f"|{'---|' * len(_HEADS)}",
        *(f"| {' | '.join(_row(one))} |" for one in figures),
        "",
    ]
    return "\n".join(lines)


def keep(text: str) -> Path:
    """Write the page; returns where."""
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(text, encoding="utf-8")
    return KEPT


def _row(one: Figure | Absent) -> tuple[str, ...]:
    if isinstance(one, Absent):
        return one.name, "—", "", "", "not measured", one.why
    reached = {True: "yes", False: "no", None: ""}[one.reached]
    if one.target is None:
        return one.name, _number(one.value, one.unit), "", "", reached, one.note
    target = f"{one.bound} {_number(one.target, one.unit)}"
    return one.name, _number(one.value, one.unit), target, f"{one.value / one.target:.2f}", reached, one.note


def _number(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{text}{unit}" if unit.startswith("/") else f"{text} {unit}"


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB, {platform.system()}; clients and server "
        "share the processors"
    )


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"Python {platform.python_version()}, PostgreSQL {MAJOR} (embedded; fsync and synchronous_commit on), {libraries}"
