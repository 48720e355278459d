"""Utilization, realization and effective rate of each timekeeper, for a span of days (domain reference, section 3).

Collected is the part of fees collected on bills that the bills charge for the timekeeper's work. Ratios in basis points.
"""

from collections import Counter
from datetime import date
from typing import Any

from aggregates.errors import BadRequest
from projections.reports.available_time import Available, available
from projections.reports.card_states import card_states
from projections.reports.collected_fees import collected_fees
from projections.reports.figure_rows import link, points
from projections.reports.flows import by_timekeeper_and_day, half_up
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns
from projections.reports.timekeepers import standard_rates

_SHAPE = columns(
    "timekeeper available_seconds:count worked_seconds:count billable_seconds:count utilization_points:count "
    "standard_minor:money recorded_minor:money billed_minor:money written_down_minor:money billing_points:count "
    "collected_minor:money effective_rate_minor:money timekeeper_id opens opens_collected"
)
_NOTES = (
    "utilization: billable hours worked of available hours",
    "billing: fees billed of what they were recorded at, by the bills of the span, before courtesy discounts",
    "effective rate: fees collected for an hour of billable work",
)
_WORKED = """
SELECT timekeeper_id::text AS timekeeper_id, sum(worked_seconds)::bigint AS worked,
       coalesce(sum(worked_seconds) FILTER (WHERE charge = 'billable'), 0)::bigint AS billable,
       sum(recorded_minor)::bigint AS recorded, sum(billed_minor)::bigint AS billed,
       sum(written_down_minor)::bigint AS written_down
  FROM {table} WHERE kind = 'time' AND day BETWEEN %(from_day)s AND %(as_of)s {known} GROUP BY timekeeper_id
"""
_HOUR_S, _MOST_HOURS = 3_600, 24


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    hours_a_day: int | None = None,
) -> Report:
    """From a day, or the first of the month, to `as_of`; who recorded most on top.

    Available is what was agreed, or `hours_a_day` of each working day as if that were agreed with all. Raises BadRequest
    for a span that ends before it begins, or for a day of no hours.
    """
    on = as_of or reader.today
    begin = from_day or on.replace(day=1)
    if begin > on:
        raise BadRequest(f"{begin} is after {on}")
    if hours_a_day is not None and not 1 <= hours_a_day <= _MOST_HOURS:
        raise BadRequest("a day has 1 to 24 hours")
    table, known = ("work_days", "") if known_at is None else ("work_movements", "AND position <= %(known_at)s")
    query = _WORKED.replace("{table}", f"{{s}}.{table}").replace("{known}", known)
    with reader.snapshot():
        worked = {row["timekeeper_id"]: row for row in reader.rows(query, from_day=begin, **bounds(on, known_at))}
        there = available(reader, begin, on, known_at, hours_a_day)
        rates = standard_rates(reader, known_at)
        daily = by_timekeeper_and_day(reader, begin, on, known_at)
        collected: Counter[str | None] = Counter()
        for one in collected_fees(reader, begin, on, known_at):
            collected.update(one.worked)
        people = sorted({*worked, *there, *(key for key in collected if key is not None)})
        names = card_states(reader, "user", people, known_at=known_at)
    rows: list[tuple[Any, ...]] = []
    for key in people:
        did: dict[str, Any] = worked.get(key, dict.fromkeys(("worked", "billable", "recorded", "billed", "written_down"), 0))
        seconds = there.get(key, Available(0, 0)).seconds
        asked = {"from_day": begin, "as_of": on, "timekeeper_id": key}
        rows.append(
            (
                names.get(key, {}).get("name"), seconds, did["worked"], did["billable"],
                points(did["billable"], seconds),
                rates.value_of(row for row in daily if row["timekeeper_id"] == key), did["recorded"], did["billed"],
                did["written_down"], points(did["billed"], did["billed"] + did["written_down"]), collected[key],
                half_up(collected[key] * _HOUR_S, did["billable"]) if did["billable"] > 0 else None, key,
                link("work-movements", known_at, kind="time", **asked),
                link("fee-allocation", known_at, by="each", **asked),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[6], str(row[0]), row[12]))
    return Report(
        "Timekeepers' figures",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={name: sum(row[n] for row in rows) for name, n in _TOTALS.items()},
        counts={name: sum(row[n] for row in rows) for name, n in _COUNTS.items()},
        facts={"from_day": begin, "to_day": on},
        notes=_NOTES,
    )


_TOTALS = {"standard": 5, "recorded": 6, "billed": 7, "written_down": 8, "collected": 10}
_COUNTS = {"available_seconds": 1, "worked_seconds": 2, "billable_seconds": 3}
