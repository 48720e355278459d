"""Rows of key figures: each with its base, what it is of, its ratio in basis points, and where the entries behind it are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from projections.reports.flows import half_up
from projections.reports.report import columns

SHAPE = columns(
    "figure base amount_minor:money of_amount_minor:money seconds:count of_seconds:count number:count of_number:count "
    "basis_points:count days:count opens of_opens"
)


def row(figure: str, base: str, **cells: Any) -> tuple[Any, ...]:
    """A row of the cells that are named; the others are empty."""
    return (figure, base, *(cells.get(column.name) for column in SHAPE[2:]))


def value(figure: str, base: str, part: int, whole: int, opens: str | None, of_opens: str | None) -> tuple[Any, ...]:
    """An amount of an amount, in minor units."""
    amounts = {"amount_minor": part, "of_amount_minor": whole, "basis_points": points(part, whole)}
    return row(figure, base, **amounts, opens=opens, of_opens=of_opens)


def time(figure: str, base: str, part: int, whole: int, opens: str | None, of_opens: str | None) -> tuple[Any, ...]:
    """Seconds of seconds."""
    seconds = {"seconds": part, "of_seconds": whole, "basis_points": points(part, whole)}
    return row(figure, base, **seconds, opens=opens, of_opens=of_opens)


def number(figure: str, base: str, part: int, whole: int, opens: str, of_opens: str) -> tuple[Any, ...]:
    """So many of so many."""
    counts = {"number": part, "of_number": whole, "basis_points": points(part, whole)}
    return row(figure, base, **counts, opens=opens, of_opens=of_opens)


def lockup(figure: str, base: str, part: int, flow: int, days: int, opens: str | None, of_opens: str) -> tuple[Any, ...]:
    """How many days of a flow, which took so many days, an amount stands for."""
    found = half_up(part * days, flow) if flow > 0 else None
    return row(figure, base, amount_minor=part, of_amount_minor=flow, days=found, opens=opens, of_opens=of_opens)


def left_of(seconds: int, ratios: Sequence[tuple[int, int]]) -> int | None:
    """Seconds that are left after each ratio; exact until the end, half up; None where a ratio is of nothing."""
    part, whole = seconds, 1
    for one, of in ratios:
        if of <= 0:
            return None
        part, whole = part * one, whole * of
    return half_up(part, whole)


def points(part: int, whole: int) -> int | None:
    """A ratio in basis points, half up; None of nothing."""
    return half_up(10_000 * part, whole) if whole > 0 else None


def link(report: str, known_at: int | None, **asked: date | str | bool | None) -> str:
    """A report with its parameters, as it is read below /v1/reports."""
    given: Mapping[str, Any] = asked if known_at is None else {**asked, "known_at": known_at}
    texts = {name: "true" if one is True else str(one) for name, one in given.items() if one is not None}
    return f"{report}?{urlencode(texts)}"
