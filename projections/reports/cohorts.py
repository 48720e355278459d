"""The bills issued in a span, and what became of them by its last day."""

from dataclasses import dataclass
from datetime import date

from projections.reports.flows import COLLECTED, INVOICED, half_up
from projections.reports.reader import Reader, bounds

_FIND = """
SELECT bill_id::text AS bill_id, sum({whole})::bigint AS open,
       coalesce(sum({whole}) FILTER (WHERE cause = ANY(%(invoiced)s)), 0)::bigint AS issued,
       -coalesce(sum({whole}) FILTER (WHERE cause = ANY(%(collected)s)), 0)::bigint AS collected,
       min(day) FILTER (WHERE cause = 'issued') AS issued_on,
       max(day) FILTER (WHERE cause IN ('paid', 'paid_from_trust')) AS paid_on
  FROM {s}.receivable_movements WHERE day <= %(as_of)s AND position <= %(known_at)s AND bill_id IN
       (SELECT bill_id FROM {s}.receivable_movements WHERE cause = 'issued' AND day BETWEEN %(begin)s AND %(as_of)s
           AND position <= %(known_at)s)
 GROUP BY bill_id HAVING NOT bool_or(cause = 'voided')
"""
_WHOLE = "tax_minor + hard_cost_minor + soft_cost_minor + fee_minor + interest_minor"


@dataclass(frozen=True, slots=True)
class BillCohort:
    """Bills that stand. Paid are those of which nothing is open and something was collected; credited or written off in
    full is not paid. Amounts in minor units.
    """

    bills: int
    issued_minor: int
    collected_minor: int
    paid: int
    days_to_pay: int | None
    """On average of those paid, from the day of issue to the last payment, half up."""


def bill_cohort(reader: Reader, begin: date, on: date, known_at: int | None) -> BillCohort:
    """Of the bills issued in those days, what was known at the end of them."""
    clocks = bounds(on, known_at)
    rows = reader.rows(
        _FIND.replace("{whole}", _WHOLE), collected=list(COLLECTED), invoiced=list(INVOICED), begin=begin, **clocks
    )
    paid = [row for row in rows if row["open"] == 0 and row["collected"] > 0]
    days = sum((row["paid_on"] - row["issued_on"]).days for row in paid)
    return BillCohort(
        bills=len(rows),
        issued_minor=sum(row["issued"] for row in rows),
        collected_minor=sum(row["collected"] for row in rows),
        paid=len(paid),
        days_to_pay=half_up(days, len(paid)) if paid else None,
    )
