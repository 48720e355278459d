"""What moved in a span of days: time and value of work, and what was billed, paid and given up.

Now, from the sums by day; as known at a position, from the movements themselves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.reports.reader import Reader, bounds

_CLASSES = ("fee_minor", "hard_cost_minor", "soft_cost_minor", "tax_minor", "interest_minor")


@dataclass(frozen=True, slots=True)
class Work:
    """Of all timekeepers. Seconds as worked, as charged, and as bills charge for them; values of time and costs in minor
    units.
    """

    worked_seconds: int = 0
    billable_seconds: int = 0
    charged_seconds: int = 0
    billed_seconds: int = 0
    fees_recorded_minor: int = 0
    fees_billed_minor: int = 0
    fees_written_down_minor: int = 0
    recorded_minor: int = 0
    billed_minor: int = 0
    written_down_minor: int = 0


_WORK = """
SELECT coalesce(sum(worked_seconds) FILTER (WHERE kind = 'time'), 0)::bigint AS worked_seconds,
       coalesce(sum(worked_seconds) FILTER (WHERE kind = 'time' AND charge = 'billable'), 0)::bigint AS billable_seconds,
       coalesce(sum(rounded_seconds) FILTER (WHERE kind = 'time' AND charge = 'billable'), 0)::bigint AS charged_seconds,
       coalesce(sum(billed_seconds), 0)::bigint AS billed_seconds,
       coalesce(sum(recorded_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_recorded_minor,
       coalesce(sum(billed_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_billed_minor,
       coalesce(sum(written_down_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_written_down_minor,
       coalesce(sum(recorded_minor), 0)::bigint AS recorded_minor,
       coalesce(sum(billed_minor), 0)::bigint AS billed_minor,
       coalesce(sum(written_down_minor), 0)::bigint AS written_down_minor
  FROM {table}
 WHERE day BETWEEN %(from_day)s AND %(as_of)s {known}
"""
_IN_PROGRESS = "sum(recorded_minor - billed_minor - written_down_minor)"
_IN_PROGRESS_NOW = f"""
SELECT ((SELECT coalesce(sum(in_progress_minor), 0) FROM {{s}}.work_months WHERE month < %(from_day)s)
      + (SELECT coalesce({_IN_PROGRESS}, 0) FROM {{s}}.work_days WHERE day BETWEEN %(from_day)s AND %(as_of)s))::bigint
"""
"""Whole months, and the days of the last one."""
_OWED = f"sum({' + '.join(_CLASSES)})"
_BY_TIMEKEEPER = """
SELECT timekeeper_id::text AS timekeeper_id, day, sum(rounded_seconds)::bigint AS seconds,
       sum(recorded_minor)::bigint AS recorded_minor
  FROM {table} WHERE kind = 'time' AND charge <> 'non_billable' AND day BETWEEN %(from_day)s AND %(as_of)s {known}
 GROUP BY timekeeper_id, day HAVING sum(rounded_seconds) <> 0 OR sum(recorded_minor) <> 0 ORDER BY day, timekeeper_id
"""
_OF_COHORT = """
SELECT m.bill_id::text AS bill_id, sum(m.billed_minor)::bigint AS billed_minor, max(b.fees_minor)::bigint AS fees_minor
  FROM {s}.work_movements m JOIN {s}.bill_balances b USING (bill_id)
 WHERE m.worked_on BETWEEN %(from_day)s AND %(as_of)s AND m.kind <> 'cost' AND m.day <= %(as_of)s
   AND m.position <= %(known_at)s
 GROUP BY m.bill_id HAVING sum(m.billed_minor) <> 0
"""
_FEES_OF = """
SELECT coalesce(sum(fee_minor) FILTER (WHERE cause IN ('issued', 'voided')), 0)::bigint AS invoiced,
       -coalesce(sum(fee_minor) FILTER (WHERE cause = ANY(%(collected)s)), 0)::bigint AS collected, bill_id::text AS bill_id
  FROM {s}.receivable_movements
 WHERE bill_id = ANY(%(ids)s::uuid[]) AND day <= %(as_of)s AND position <= %(known_at)s GROUP BY bill_id
"""
INVOICED = ("issued", "voided", "interest_charged", "interest_reversed")
"""What was asked of clients: bills, and interest on those that are overdue."""
COLLECTED = ("paid", "paid_from_trust", "payment_reversed")


def work(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> Work:
    """Of those days, both included."""
    query = _WORK.replace("{table}", _table("work", known_at))
    row = reader.row(query.replace("{known}", _known(known_at)), **_span(from_day, to_day, known_at))
    assert row is not None, "a sum is always there"
    return Work(**row)


def recorded(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> int:
    """The value of what was recorded in those days, costs too, in minor units."""
    return _sum(reader, "work", "sum(recorded_minor)", from_day, to_day, known_at)


def in_progress(reader: Reader, on: date, known_at: int | None) -> int:
    """Work in progress at the end of a day, in minor units."""
    if known_at is None:
        return reader.number(_IN_PROGRESS_NOW, **_span(on.replace(day=1), on, None))
    return _sum(reader, "work", _IN_PROGRESS, date.min, on, known_at)


def receivable(reader: Reader, on: date, known_at: int | None) -> int:
    """What clients owed at the end of a day, in minor units."""
    return _sum(reader, "receivable", _OWED, date.min, on, known_at)


def _sum(reader: Reader, of: str, what: str, from_day: date, to_day: date, known_at: int | None) -> int:
    span = f"day BETWEEN %(from_day)s AND %(as_of)s {_known(known_at)}"
    query = f"SELECT coalesce({what}, 0)::bigint FROM {_table(of, known_at)} WHERE {span}"
    return reader.number(query, **_span(from_day, to_day, known_at))


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of the work of some days by the last of them. Fees in minor units, net of courtesy discounts."""

    work: Work
    invoiced_minor: int
    collected_minor: int


def cohort(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> Cohort:
    """Of work done in those days. A bill's fees are shared over its work by what it charges for each entry, half up."""
    table = "{s}.work_cohorts" if known_at is None else "{s}.work_movements"
    query = _WORK.replace("{table}", table).replace("WHERE day", "WHERE day <= %(as_of)s AND worked_on")
    clocks = _span(from_day, to_day, known_at)
    done = reader.row(query.replace("{known}", _known(known_at)), **clocks)
    assert done is not None, "a sum is always there"
    shares = {row["bill_id"]: row for row in reader.rows(_OF_COHORT, **clocks)}
    invoiced = collected = 0
    for row in reader.rows(_FEES_OF, ids=list(shares), collected=list(COLLECTED), **clocks) if shares else ():
        part, whole = shares[row["bill_id"]]["billed_minor"], shares[row["bill_id"]]["fees_minor"]
        invoiced += half_up(row["invoiced"] * part, whole)
        collected += half_up(row["collected"] * part, whole)
    return Cohort(Work(**done), invoiced, collected)


def by_timekeeper_and_day(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> list[dict[str, Any]]:
    """Charged seconds of work for clients, no-charge work too, and its recorded value, by timekeeper and day."""
    query = _BY_TIMEKEEPER.replace("{table}", _table("work", known_at))
    return reader.rows(query.replace("{known}", _known(known_at)), **_span(from_day, to_day, known_at))


def half_up(part: int, whole: int) -> int:
    """The quotient, rounded half up, of a positive whole."""
    return (2 * part + whole) // (2 * whole)


def receivables(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> dict[str, dict[str, int]]:
    """By cause, the sum of each class in those days, in minor units; what lowers is negative."""
    table = _table("receivable", known_at)
    sums = ", ".join(f"sum({one})::bigint AS {one}" for one in _CLASSES)
    rows = reader.rows(
        f"SELECT cause, {sums} FROM {table} WHERE day BETWEEN %(from_day)s AND %(as_of)s {_known(known_at)} GROUP BY cause",
        **_span(from_day, to_day, known_at),
    )
    return {row["cause"]: {one: row[one] for one in _CLASSES} for row in rows}


def of_causes(flows: dict[str, dict[str, int]], *causes: str, only: str | None = None) -> int:
    """All classes of these causes together, or one class."""
    chosen = [flows[cause] for cause in causes if cause in flows]
    return sum(row[only] if only is not None else sum(row.values()) for row in chosen)


def _table(of: str, known_at: int | None) -> str:
    return f"{{s}}.{of}_days" if known_at is None else f"{{s}}.{of}_movements"


def _known(known_at: int | None) -> str:
    return "" if known_at is None else "AND position <= %(known_at)s"


def _span(from_day: date, to_day: date, known_at: int | None) -> dict[str, Any]:
    return {"from_day": from_day, **bounds(to_day, known_at)}
