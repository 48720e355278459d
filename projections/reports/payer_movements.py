"""The shares of bills that several pay, and what moved them, one by one."""

from datetime import date
from typing import Any

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, page_size, table
from projections.reports.work_movements import after, following

_SHAPE = columns("day:date number payer amount_minor:money moved_by bill_id payer_id position:count")
_WHERE = """
  FROM {s}.payer_movements WHERE day <= %(as_of)s AND position <= %(known_at)s
   AND (%(bill_id)s::uuid IS NULL OR bill_id = %(bill_id)s::uuid)
   AND (%(payer_id)s::uuid IS NULL OR payer_id = %(payer_id)s::uuid)
"""


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    bill_id: str | None = None,
    payer_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """By day; what lowers is negative. The total, over all of them, is what is open. Raises BadRequest."""
    size = page_size(limit)
    chosen: dict[str, Any] = {"bill_id": bill_id, "payer_id": payer_id, **bounds(as_of, known_at)}
    with reader.snapshot():
        whole = reader.row(
            f"SELECT count(*) AS movements, coalesce(sum(amount_minor), 0)::bigint AS open {_WHERE}", **chosen
        )
        found = reader.rows(
            f"SELECT * {_WHERE} AND (day, position, n) > (%(day)s, %(position)s, %(n)s) ORDER BY day, position, n "
            "LIMIT %(limit)s",
            **chosen,
            **after(cursor),
            limit=size + 1,
        )
        more, found = found[size:], found[:size]
        bills = card_states(reader, "bill", {str(row["bill_id"]) for row in found}, known_at=known_at)
        payers = card_states(reader, "contact", {str(row["payer_id"]) for row in found}, known_at=known_at)
    assert whole is not None, "a sum is always there"
    for row in found:
        row["number"] = bills[str(row["bill_id"])]["number"]
        row["payer"] = payers.get(str(row["payer_id"]), {}).get("name")
    return Report(
        "Movements of payers' shares",
        _SHAPE,
        table(_SHAPE, found),
        as_of,
        known_at,
        totals={"open": whole["open"]},
        counts={"movements": whole["movements"]},
        next_cursor=following(found) if more else None,
    )
