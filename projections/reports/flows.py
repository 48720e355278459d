"""What moved in a span of days: time and value of work, and what was billed, paid and given up.

Now, from the sums by day; as known at a position, from the movements themselves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.reports.reader import Reader, bounds

_CLASSES = ("fee_minor", "hard_cost_minor", "soft_cost_minor", "tax_minor")


@dataclass(frozen=True, slots=True)
class Work:
    """Of all timekeepers. Seconds as worked and as charged; values in minor units, of time and of costs."""

    worked_seconds: int = 0
    billable_seconds: int = 0
    charged_seconds: int = 0
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
       coalesce(sum(recorded_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_recorded_minor,
       coalesce(sum(billed_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_billed_minor,
       coalesce(sum(written_down_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS fees_written_down_minor,
       coalesce(sum(recorded_minor), 0)::bigint AS recorded_minor,
       coalesce(sum(billed_minor), 0)::bigint AS billed_minor,
       coalesce(sum(written_down_minor), 0)::bigint AS written_down_minor
  FROM {table}
 WHERE day BETWEEN %(from_day)s AND %(as_of)s {known}
"""


def work(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> Work:
    """Of those days, both included."""
    query = _WORK.replace("{table}", "{s}.work_days" if known_at is None else "{s}.work_movements")
    row = reader.row(query.replace("{known}", _known(known_at)), **_span(from_day, to_day, known_at))
    assert row is not None, "a sum is always there"
    return Work(**row)


def receivables(reader: Reader, from_day: date, to_day: date, known_at: int | None) -> dict[str, dict[str, int]]:
    """By cause, the sum of each class in those days, in minor units; what lowers is negative."""
    table = "{s}.receivable_days" if known_at is None else "{s}.receivable_movements"
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


def _known(known_at: int | None) -> str:
    return "" if known_at is None else "AND position <= %(known_at)s"


def _span(from_day: date, to_day: date, known_at: int | None) -> dict[str, Any]:
    return {"from_day": from_day, **bounds(to_day, known_at)}
