"""The firm's key figures of a span of days, each with its base, what it is of, and the ratio in basis points.

Formulas: domain reference, section 3. These are the flows of the span (what was recorded, billed and collected in it);
`cohort` rows follow the bills that were issued in it. Collected are payments and trust money, less what came back.
"""

from datetime import date, timedelta
from typing import Any

from aggregates.errors import BadRequest
from projections.reports import flows
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "figure base amount_minor:money of_amount_minor:money seconds:count of_seconds:count basis_points:count days:count"
)
_MOST_HOURS = 24
_WEEKEND = frozenset({5, 6})
_COLLECTED = ("paid", "paid_from_trust", "payment_reversed")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    timekeepers: int = 1,
    hours_a_day: int = 8,
) -> Report:
    """From a day, or the first of the month, to `as_of`. `timekeepers` and `hours_a_day` say how much time was available.

    Raises BadRequest for a span that ends before it begins, or for no timekeepers or hours.
    """
    on = as_of or reader.today
    begin = from_day or on.replace(day=1)
    if begin > on:
        raise BadRequest(f"{begin} is after {on}")
    if timekeepers < 1 or not 1 <= hours_a_day <= _MOST_HOURS:
        raise BadRequest("there is at least one timekeeper, and a day has 1 to 24 hours")
    with reader.snapshot():
        done = flows.work(reader, begin, on, known_at)
        moved = flows.receivables(reader, begin, on, known_at)
        ever, owed = flows.work(reader, date.min, on, known_at), flows.receivables(reader, date.min, on, known_at)
        year = flows.receivables(reader, on - timedelta(days=364), on, known_at)
        cohort = _cohort(reader, begin, on, known_at)
    billed_fees = done.fees_billed_minor
    invoiced, collected = flows.of_causes(moved, "issued", "voided"), -flows.of_causes(moved, *_COLLECTED)
    fees_collected = -flows.of_causes(moved, *_COLLECTED, only="fee_minor")
    in_progress = ever.recorded_minor - ever.billed_minor - ever.written_down_minor
    receivable, a_year = flows.of_causes(owed, *owed), -flows.of_causes(year, *_COLLECTED)
    available = _working_days(begin, on) * hours_a_day * 3_600 * timekeepers
    rows = (
        _time("utilization", done.billable_seconds, available),
        _value("billing realization", billed_fees, billed_fees + done.fees_written_down_minor),
        _value("collection realization", collected, invoiced),
        _value("overall realization", fees_collected, done.fees_recorded_minor),
        _value("collection realization", cohort["collected"], cohort["issued"], base="cohort: bills issued in the span"),
        _of_bills("bills paid in full", cohort["paid_bills"], cohort["bills"]),
        _days("days to pay", cohort["days"]),
        _amount("effective rate", fees_collected * 3_600 // done.billable_seconds if done.billable_seconds else None),
        _lockup("lockup, work in progress", in_progress, a_year),
        _lockup("lockup, receivable", receivable, a_year),
        _lockup("lockup, total", in_progress + receivable, a_year),
    )
    return Report(
        "Key figures",
        _SHAPE,
        rows,
        on,
        known_at,
        totals={
            "recorded": done.recorded_minor,
            "billed": done.billed_minor,
            "written_down": done.written_down_minor,
            "invoiced": invoiced,
            "collected": collected,
            "credited": -flows.of_causes(moved, "credit_memo"),
            "written_off": -flows.of_causes(moved, "write_off"),
            "work_in_progress": in_progress,
            "receivable": receivable,
        },
        counts={"worked_seconds": done.worked_seconds, "billable_seconds": done.billable_seconds, "bills": cohort["bills"]},
        facts={"from_day": begin, "to_day": on},
    )


def _cohort(reader: Reader, begin: date, on: date, known_at: int | None) -> dict[str, int]:
    """The bills issued in the span: what they came to, what was collected, how many are paid, and in how many days."""
    whole = "tax_minor + hard_cost_minor + soft_cost_minor + fee_minor"
    rows = reader.rows(
        f"SELECT bill_id::text AS bill_id, sum({whole})::bigint AS open, "
        f"coalesce(sum({whole}) FILTER (WHERE cause = 'issued'), 0)::bigint AS issued, "
        f"-coalesce(sum({whole}) FILTER (WHERE cause = ANY(%(collected)s)), 0)::bigint AS collected, "
        "min(day) FILTER (WHERE cause = 'issued') AS issued_on, bool_or(cause = 'voided') AS void, max(day) AS last_day "
        "FROM {s}.receivable_movements WHERE day <= %(as_of)s AND position <= %(known_at)s AND bill_id IN "
        "(SELECT bill_id FROM {s}.receivable_movements WHERE cause = 'issued' AND day BETWEEN %(begin)s AND %(as_of)s "
        "AND position <= %(known_at)s) GROUP BY bill_id",
        collected=list(_COLLECTED),
        begin=begin,
        **bounds(on, known_at),
    )
    stand = [row for row in rows if not row["void"]]
    paid = [row for row in stand if row["open"] == 0]
    return {
        "bills": len(stand),
        "issued": sum(row["issued"] for row in stand),
        "collected": sum(row["collected"] for row in stand),
        "paid_bills": len(paid),
        "days": sum((row["last_day"] - row["issued_on"]).days for row in paid) // len(paid) if paid else 0,
    }


def _working_days(begin: date, end: date) -> int:
    """Mondays to Fridays of a span."""
    weeks, rest = divmod((end - begin).days + 1, 7)
    return weeks * 5 + sum((begin.weekday() + n) % 7 not in _WEEKEND for n in range(rest))


def _points(part: int, whole: int) -> int | None:
    return (20_000 * part + whole) // (2 * whole) if whole > 0 else None


def _row(figure: str, base: str, **cells: Any) -> tuple[Any, ...]:
    return (figure, base, *(cells.get(column.name) for column in _SHAPE[2:]))


def _value(figure: str, part: int, whole: int, *, base: str = "value") -> tuple[Any, ...]:
    return _row(figure, base, amount_minor=part, of_amount_minor=whole, basis_points=_points(part, whole))


def _time(figure: str, part: int, whole: int) -> tuple[Any, ...]:
    return _row(figure, "time", seconds=part, of_seconds=whole, basis_points=_points(part, whole))


def _of_bills(figure: str, part: int, whole: int) -> tuple[Any, ...]:
    return _row(figure, "cohort: bills issued in the span", basis_points=_points(part, whole))


def _days(figure: str, days: int) -> tuple[Any, ...]:
    return _row(figure, "cohort: bills issued in the span", days=days)


def _amount(figure: str, amount: int | None) -> tuple[Any, ...]:
    return _row(figure, "fees collected for an hour of billable work", amount_minor=amount)


def _lockup(figure: str, part: int, a_year: int) -> tuple[Any, ...]:
    days = (2 * part * 365 + a_year) // (2 * a_year) if a_year > 0 else None
    return _row(figure, "collections of the last 365 days", amount_minor=part, of_amount_minor=a_year, days=days)
