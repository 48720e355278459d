"""Client credits: what clients paid to operating that no bill took yet, and every movement of it.

It is the clients' money until it is put to a bill, moved to their trust ledger or refunded (domain reference, section 2.5).
The sum is account 2300 of the operating book. Below zero, a client got back more than there was, and owes it.
"""

from datetime import date
from typing import Any

from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, page_size, table
from projections.reports.work_movements import after, following

_SHAPE = columns(
    "received_on:date days:count client payer method reference amount_minor:money unapplied_minor:money client_id "
    "payment_id opens"
)
_LEFT = """
SELECT payment_id::text AS payment_id, sum(amount_minor)::bigint AS unapplied FROM {s}.client_credit_movements
 WHERE day <= %(as_of)s AND position <= %(known_at)s GROUP BY payment_id HAVING sum(amount_minor) <> 0
"""
_MOVEMENTS = columns("day:date cause amount_minor:money bill why bill_id ledger_id payment_id position:count")
_WHERE = """
  FROM {s}.client_credit_movements WHERE day <= %(as_of)s AND position <= %(known_at)s
   AND (%(payment_id)s::uuid IS NULL OR payment_id = %(payment_id)s::uuid)
"""


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, client_id: str | None = None
) -> Report:
    """One row for each payment of which something is left, the oldest first."""
    on = as_of or reader.today
    with reader.snapshot():
        left = {row["payment_id"]: row["unapplied"] for row in reader.rows(_LEFT, **bounds(on, known_at))}
        cards = card_states(reader, "client_payment", list(left), known_at=known_at)
        of = {key: card for key, card in cards.items() if client_id in {None, card["client_id"]}}
        clients = card_states(reader, "contact", {card["client_id"] for card in of.values()}, known_at=known_at)
    rows: list[tuple[Any, ...]] = []
    for key, card in of.items():
        received = date.fromisoformat(card["received_on"])
        name = clients.get(card["client_id"], {}).get("name")
        behind = link("client-credit-movements", known_at, as_of=on, payment_id=key)
        rows.append(
            (received, (on - received).days, name, card["payer"], card["method"], card["reference"], card["amount_minor"],
             left[key], card["client_id"], key, behind)
        )  # fmt: skip
    rows.sort(key=lambda row: (row[0], str(row[2]), row[9]))
    return Report(
        "Client credits", _SHAPE, tuple(rows), on, known_at,
        totals={"unapplied": sum(row[7] for row in rows)},
        counts={"payments": len(rows), "clients": len({row[8] for row in rows})},
    )  # fmt: skip


def movements(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    payment_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """By day, of one payment or of all. The total, over all of them, is what is left. Raises BadRequest."""
    size = page_size(limit)
    chosen: dict[str, Any] = {"payment_id": payment_id, **bounds(as_of, known_at)}
    with reader.snapshot():
        whole = reader.row(
            f"SELECT count(*) AS movements, coalesce(sum(amount_minor), 0)::bigint AS unapplied {_WHERE}", **chosen
        )
        found = reader.rows(
            f"SELECT * {_WHERE} AND (day, position, n) > (%(day)s, %(position)s, %(n)s) ORDER BY day, position, n "
            "LIMIT %(limit)s",
            **chosen,
            **after(cursor),
            limit=size + 1,
        )
        more, found = found[size:], found[:size]
        ids = {str(row["bill_id"]) for row in found if row["bill_id"]}
        bills = card_states(reader, "bill", ids, known_at=known_at)
    assert whole is not None, "a sum is always there"
    for row in found:
        row["bill"] = bills.get(str(row["bill_id"]), {}).get("number")
    return Report(
        "Movements of client credits",
        _MOVEMENTS,
        table(_MOVEMENTS, found),
        as_of,
        known_at,
        totals={"unapplied": whole["unapplied"]},
        counts={"movements": whole["movements"]},
        next_cursor=following(found) if more else None,
    )
