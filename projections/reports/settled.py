"""Fees collected and given back beside the payments of bills.

Contingent fees are drawn from trust against signed settlement statements. What a settled dispute took off a bill that was
paid already is given back.

A draw pays the costs advanced first, then the fee, as a payment does within a bill (domain reference, section 2.5).
"""

from dataclasses import dataclass
from datetime import date

from projections.reports.reader import Reader, bounds

DRAWN = """
SELECT 'settlement_drawn' AS cause, day, position, n, settlement_id, NULL::uuid AS bill_id, matter_id, client_id,
       -(amount - cost) AS fee_minor, -cost AS hard_cost_minor
  FROM (SELECT d.*, least(drawn, costs) - least(drawn - amount, costs) AS cost
          FROM (SELECT m.effective_date AS day, m.position, m.n, c.id AS settlement_id, m.amount,
                       (c.data ->> 'matter_id')::uuid AS matter_id, (c.data ->> 'client_id')::uuid AS client_id,
                       sum(m.amount) OVER (PARTITION BY c.id ORDER BY m.effective_date, m.position, m.n)::bigint AS drawn,
                       (SELECT coalesce(sum((r ->> 'amount_minor')::bigint), 0)::bigint
                          FROM jsonb_array_elements(c.data -> 'rows') r WHERE r ->> 'kind' = 'cost') AS costs
                  FROM {s}.cards c JOIN LATERAL (
                       SELECT b.effective_date, b.position, b.n,
                              CASE b.kind WHEN 'drawn' THEN b.amount_minor ELSE -b.amount_minor END AS amount
                         FROM {s}.bill_movements b
                        WHERE b.billing_reference_id = (c.data ->> 'billing_reference_id')::uuid
                          AND b.kind IN ('drawn', 'returned', 'given_back') AND b.effective_date <= %(as_of)s
                          AND b.position <= %(known_at)s) m ON true
                 WHERE c.kind = 'settlement' AND c.data ->> 'billing_reference_id' IS NOT NULL) d) s
 UNION ALL
SELECT 'given_back', m.effective_date, m.position, m.n, m.billing_reference_id, b.bill_id, b.matter_id, b.client_id,
       m.amount_minor, 0
  FROM {s}.bill_movements m JOIN {s}.bill_balances b USING (billing_reference_id)
 WHERE m.kind = 'given_back' AND m.effective_date <= %(as_of)s AND m.position <= %(known_at)s
"""
"""As movements of what is owed: less than nothing where money came in. A signed statement does not change any more; of a
fee that was given back, the billing reference stands in for the settlement. What is given back is fees.
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """Money drawn against a settlement statement, negative where it was returned; or given back on a bill. Minor units."""

    cause: str
    day: date
    position: int
    settlement_id: str
    bill_id: str | None
    matter_id: str
    client_id: str
    fee_minor: int
    cost_minor: int


def draws(reader: Reader, begin: date, on: date, known_at: int | None, *, matter_id: str | None = None) -> list[Draw]:
    """Of a span of days, by day."""
    found = reader.rows(f"SELECT * FROM ({DRAWN}) drawn ORDER BY day, position, n", **bounds(on, known_at))
    return [
        Draw(row["cause"], row["day"], row["position"], str(row["settlement_id"]),
             str(row["bill_id"]) if row["bill_id"] else None, str(row["matter_id"]), str(row["client_id"]),
             -row["fee_minor"], -row["hard_cost_minor"])
        for row in found
        if row["day"] >= begin and matter_id in {None, str(row["matter_id"])}
    ]  # fmt: skip


def collected(reader: Reader, begin: date, on: date, known_at: int | None) -> tuple[int, int]:
    """Fees, and fees with costs, that were drawn in a span of days, less what was given back."""
    found = draws(reader, begin, on, known_at)
    fees = sum(one.fee_minor for one in found)
    return fees, fees + sum(one.cost_minor for one in found)
