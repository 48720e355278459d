"""Transfers from trust to operating, followed until both banks' statements show them.

A transfer that only the books know of is money that may still lie in trust, commingled with the firm's fees (T6).
"""

from datetime import date
from typing import Literal

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "released_on:date payee amount_minor:money seen_on_trust:date seen_on_operating:date standing days:count "
    "billing_reference_id trust_account_id disbursement_id"
)
_TO_OPERATING = """
SELECT id::text AS id FROM {s}.cards WHERE kind = 'disbursement' AND data ->> 'billing_reference_id' IS NOT NULL
"""
_ON_TRUST = """
SELECT e.member_id::text AS entry_id, max(l.booked_on) AS booked_on
  FROM {s}.match_members e JOIN {s}.matches m USING (match_id)
  JOIN {s}.match_members o ON o.match_id = m.match_id AND o.member = 'line'
  JOIN {s}.statement_lines l ON l.line_id = o.member_id
 WHERE e.member = 'entry' AND e.member_id = ANY(%(ids)s::uuid[]) AND m.position <= %(known_at)s AND l.booked_on <= %(as_of)s
   AND NOT EXISTS (SELECT FROM {s}.matches_undone u WHERE u.match_id = m.match_id AND u.position <= %(known_at)s)
 GROUP BY e.member_id
"""
_ON_OPERATING = """
SELECT k.thing_id::text AS thing_id, l.booked_on
  FROM (SELECT DISTINCT ON (thing_id) thing_id, line_id, stands FROM {s}.line_links
         WHERE kind = 'trust_payment' AND thing_id = ANY(%(ids)s::uuid[]) AND position <= %(known_at)s
         ORDER BY thing_id, position DESC) k
  JOIN {s}.firm_lines l USING (line_id) WHERE k.stands AND l.booked_on <= %(as_of)s
"""
Standing = Literal["in_passage", "arrived", "all"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    trust_account_id: str | None = None,
    standing: Standing = "in_passage",
) -> Report:
    """Oldest first; those that both statements show are left out unless asked for. `days` counts to the day asked."""
    on = as_of or reader.today
    with reader.snapshot():
        ids = [row["id"] for row in reader.rows(_TO_OPERATING)]
        cards = {
            key: card
            for key, card in card_states(reader, "disbursement", ids, as_of=as_of, known_at=known_at).items()
            if card["status"] == "released"
            and trust_account_id in {None, card["trust_account_id"]}
        }  # fmt: skip
        entries = [card["entry_id"] for card in cards.values()]
        on_trust = reader.rows(_ON_TRUST, ids=entries, **bounds(as_of, known_at))
        on_operating = reader.rows(_ON_OPERATING, ids=list(cards), **bounds(as_of, known_at))
    left = {row["entry_id"]: row["booked_on"] for row in on_trust}
    came = {row["thing_id"]: row["booked_on"] for row in on_operating}
    rows = []
    for key, card in cards.items():
        released = date.fromisoformat(card["released_on"])
        seen = (left.get(card["entry_id"]), came.get(key))
        arrived = None not in seen
        if standing != "all" and arrived is not (standing == "arrived"):
            continue
        rows.append(
            {
                **card,
                "disbursement_id": key,
                "released_on": released,
                "seen_on_trust": seen[0],
                "seen_on_operating": seen[1],
                "standing": "arrived" if arrived else "in_passage",
                "days": (max(day for day in seen if day is not None) if arrived else on).toordinal() - released.toordinal(),
            }
        )
    rows.sort(key=lambda row: (row["released_on"], row["disbursement_id"]))
    waiting = [row for row in rows if row["standing"] == "in_passage"]
    return Report(
        "Transfers to operating",
        _SHAPE,
        table(_SHAPE, rows),
        on,
        known_at,
        totals={"in_passage": sum(row["amount_minor"] for row in waiting)},
        counts={"transfers": len(rows), "in_passage": len(waiting)},
    )
