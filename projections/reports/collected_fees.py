"""Fees as they were collected, payment by payment: of bills, shared over who did the work, and of settlements."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aggregates.fee_shares import evenly
from projections.reports import settled
from projections.reports.flows import COLLECTED
from projections.reports.reader import Reader, bounds

_PAID = """
SELECT m.day, m.position, m.cause, -m.fee_minor AS fee_minor, m.bill_id::text AS bill_id, b.matter_id::text AS matter_id,
       b.client_id::text AS client_id,
       coalesce((SELECT min(p.day) FROM {s}.receivable_movements p WHERE p.bill_id = m.bill_id
          AND p.allocation_id = m.allocation_id AND p.cause <> 'payment_reversed'), m.day) AS credited_on
  FROM {s}.receivable_movements m JOIN {s}.bill_balances b USING (bill_id)
 WHERE m.cause = ANY(%(collected)s) AND m.fee_minor <> 0 AND m.day BETWEEN %(from_day)s AND %(as_of)s
   AND m.position <= %(known_at)s AND (%(matter_id)s::uuid IS NULL OR b.matter_id = %(matter_id)s::uuid)
 ORDER BY m.day, m.position, m.n
"""
_WORKED = """
SELECT bill_id::text AS bill_id, timekeeper_id::text AS timekeeper_id, sum(billed_minor)::bigint AS billed_minor
  FROM {s}.work_movements WHERE cause = 'billed' AND kind <> 'cost' AND bill_id = ANY(%(ids)s::uuid[])
   AND position <= %(known_at)s GROUP BY bill_id, timekeeper_id ORDER BY bill_id, timekeeper_id NULLS LAST
"""


@dataclass(frozen=True, slots=True)
class Collected:
    """Fees of one payment, negative where it came back; by who worked, None for what is nobody's work. Minor units.

    `credited_on` is the day by whose agreements they are credited: of what came back, the day of its payment.
    """

    day: date
    credited_on: date
    position: int
    cause: str
    matter_id: str
    client_id: str
    source_id: str
    """The bill, or the settlement."""
    fee_minor: int
    worked: dict[str | None, int]


def collected_fees(
    reader: Reader, begin: date, on: date, known_at: int | None, *, matter_id: str | None = None
) -> Iterator[Collected]:
    """Of a span of days. What rounding leaves goes to the largest share."""
    paid = reader.rows(_PAID, collected=list(COLLECTED), from_day=begin, matter_id=matter_id, **bounds(on, known_at))
    others = settled.draws(reader, begin, on, known_at, matter_id=matter_id)
    bill_ids = {row["bill_id"] for row in paid} | {one.bill_id for one in others if one.bill_id is not None}
    weights: dict[str, dict[str | None, int]] = defaultdict(dict)
    for row in reader.rows(_WORKED, ids=sorted(bill_ids), **bounds(None, known_at)):
        weights[row["bill_id"]][row["timekeeper_id"]] = row["billed_minor"]
    for row in paid:
        of = weights[row["bill_id"]]
        parts = evenly(row["fee_minor"], list(of.values()))
        yield Collected(
            row["day"], row["credited_on"], row["position"], row["cause"], row["matter_id"], row["client_id"],
            row["bill_id"], row["fee_minor"], dict(zip(of, parts, strict=True)),
        )  # fmt: skip
    for draw in others:
        if draw.fee_minor:
            # A settlement is nobody's work, and so is what was given back on a bill of costs alone.
            of = (weights[draw.bill_id] if draw.bill_id is not None else {}) or {None: 1}
            parts = evenly(draw.fee_minor, list(of.values()))
            yield Collected(
                draw.day, draw.day, draw.position, draw.cause, draw.matter_id, draw.client_id,
                draw.bill_id or draw.settlement_id, draw.fee_minor, dict(zip(of, parts, strict=True)),
            )  # fmt: skip
