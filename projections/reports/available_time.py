"""How much time the firm's people were there for in a span, by what was agreed from each day on."""

from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.timekeepers import classes

_WEEKEND = frozenset({5, 6})
_HOUR_S = 3_600
_DAY_S = 8 * _HOUR_S


class Available(NamedTuple):
    """Mondays to Fridays of a span that a timekeeper was there for, and the seconds of them, half up."""

    days: int
    seconds: int


def available(
    reader: Reader, begin: date, end: date, known_at: int | None, hours_a_day: int | None = None
) -> dict[str, Available]:
    """Of each timekeeper; with `hours_a_day`, as if everybody were there for so long.

    Whoever is classified, has time of their own agreed, or recorded time in the span is one: from the first day of these,
    or all the span where there is only what they recorded, to the day they left.
    """
    agreed = _agreed(reader, known_at)
    since = {key: min(ranks) for key, ranks in classes(reader, known_at).items() if ranks}
    for key, own in agreed.items():
        if key is not None:
            since[key] = min(since.get(key, own[0]["effective_from"]), own[0]["effective_from"])
    there = {key: max(begin, date.fromisoformat(day)) for key, day in since.items() if day <= end.isoformat()}
    for key, first in _recorded(reader, begin, end, known_at).items():
        there[key] = min(there[key], first) if key in there else begin
    users = card_states(reader, "user", list(there), known_at=known_at)
    found = {}
    for key, first in there.items():
        left = users.get(key, {}).get("deactivated_on")
        last = end if left is None else min(end, date.fromisoformat(left))
        if first <= last:
            days = working_days(first, last)
            asked = None if hours_a_day is None else days * hours_a_day * _HOUR_S
            found[key] = Available(days, _seconds(agreed, key, first, last) if asked is None else asked)
    return found


def working_days(begin: date, end: date) -> int:
    """Mondays to Fridays of a span."""
    weeks, rest = divmod((end - begin).days + 1, 7)
    return weeks * 5 + sum((begin.weekday() + n) % 7 not in _WEEKEND for n in range(rest))


def _agreed(reader: Reader, known_at: int | None) -> dict[str | None, list[dict[str, Any]]]:
    """By timekeeper, None for everybody: from which day on, what; of one day, what was agreed last."""
    by_day: dict[str | None, dict[str, dict[str, Any]]] = {}
    for _, card in sorted(card_states(reader, "available_time", known_at=known_at).items()):
        by_day.setdefault(card["timekeeper_id"], {})[card["effective_from"]] = card
    return {key: [days[day] for day in sorted(days)] for key, days in by_day.items()}


def _seconds(agreed: dict[str | None, list[dict[str, Any]]], key: str, first: date, last: date) -> int:
    """Stretch by stretch: each ends where something else was agreed, or the year is over."""
    terms = [*agreed.get(key, ()), *agreed.get(None, ())]
    begins = {date.fromisoformat(one["effective_from"]) for one in terms}
    begins |= {date(year, 1, 1) for year in range(first.year, last.year + 1)}
    edges = [first, *sorted(day for day in begins if first < day <= last)]
    total = Fraction(0)
    for number, begin in enumerate(edges):
        end = edges[number + 1] if number + 1 < len(edges) else None
        days = working_days(begin, last) if end is None else working_days(begin, end) - (end.weekday() not in _WEEKEND)
        total += days * _of_a_day(agreed, key, begin)
    return (2 * total.numerator + total.denominator) // (2 * total.denominator)


def _of_a_day(agreed: dict[str | None, list[dict[str, Any]]], key: str, on: date) -> Fraction:
    for whose in (key, None):
        begun = [one for one in agreed.get(whose, ()) if one["effective_from"] <= on.isoformat()]
        if begun and (seconds := begun[-1]["seconds"]) is not None:
            whole = 1 if begun[-1]["per"] == "day" else working_days(date(on.year, 1, 1), date(on.year, 12, 31))
            return Fraction(seconds, whole)
    return Fraction(_DAY_S)


def _recorded(reader: Reader, begin: date, end: date, known_at: int | None) -> dict[str, date]:
    """Who recorded time of the span, and the first day of it."""
    table, known = ("work_days", "") if known_at is None else ("work_movements", "AND position <= %(known_at)s")
    rows = reader.rows(
        f"SELECT timekeeper_id::text AS id, min(day) AS first FROM {{s}}.{table} WHERE kind = 'time' "
        f"AND day BETWEEN %(from_day)s AND %(as_of)s {known} GROUP BY 1 ORDER BY 1",
        from_day=begin,
        **bounds(end, known_at),
    )
    return {row["id"]: row["first"] for row in rows}
