"""Contingent fees: what signed settlement statements entitle the firm to, and what was drawn from trust against them.

A draw pays the costs advanced first, then the fee, as a payment does within a bill (domain reference, section 2.5).
"""

from dataclasses import dataclass
from datetime import date

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds

_DRAWN = """
SELECT billing_reference_id::text AS reference_id, effective_date AS day, position, n,
       CASE kind WHEN 'drawn' THEN amount_minor ELSE -amount_minor END AS amount_minor
  FROM {s}.bill_movements
 WHERE kind IN ('drawn', 'returned') AND billing_reference_id = ANY(%(ids)s::uuid[])
   AND effective_date <= %(as_of)s AND position <= %(known_at)s ORDER BY effective_date, position, n
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """Money drawn against a settlement statement, negative where it was returned. Minor units."""

    day: date
    position: int
    settlement_id: str
    matter_id: str
    client_id: str
    fee_minor: int
    cost_minor: int


def draws(reader: Reader, begin: date, on: date, known_at: int | None, *, matter_id: str | None = None) -> list[Draw]:
    """Of a span of days, by day."""
    cards = card_states(reader, "settlement", as_of=on, known_at=known_at)
    signed = {
        card["billing_reference_id"]: (key, card)
        for key, card in cards.items()
        if card["status"] == "signed" and card["billing_reference_id"] and matter_id in {None, card["matter_id"]}
    }
    if not signed:
        return []
    drawn: dict[str, int] = dict.fromkeys(signed, 0)
    found = []
    for row in reader.rows(_DRAWN, ids=list(signed), **bounds(on, known_at)):
        reference_id, amount = row["reference_id"], row["amount_minor"]
        key, card = signed[reference_id]
        costs = sum(one["amount_minor"] for one in card["rows"] if one["kind"] == "cost")
        before = drawn[reference_id]
        drawn[reference_id] = before + amount
        cost = min(drawn[reference_id], costs) - min(before, costs)
        if row["day"] >= begin:
            of = (card["matter_id"], card["client_id"])
            found.append(Draw(row["day"], row["position"], key, *of, amount - cost, cost))
    return found
