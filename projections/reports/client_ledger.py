"""One client ledger: every entry with the new balance after it, and what of the balance may be spent.

Required of each client's ledger by ABA Model Rules for Client Trust Account Records, rule 1(b), and Washington RPC 1.15B(a).
"""

from datetime import date
from typing import Any

from projections.reports.balances import balance_before, ledger_balance
from projections.reports.labels import ledger_labels
from projections.reports.reader import Reader, Row, bounds
from projections.reports.report import Report, after_cursor, columns, cursor_of, page_size, table

_SHAPE = columns(
    "effective_date:date position:count kind counterparty description instrument cheque_number:count reference "
    "amount_minor:money balance_minor:money available_on:date reverses_entry_id reversed_by_entry_id entry_id event_id "
    "recorded_at:instant"
)


def report(
    reader: Reader,
    *,
    ledger_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    start: date | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Report:
    """The entries from `start` on, oldest first. The balance of the first row of any page counts everything before it.

    Raises BadRequest for a bad page or cursor.
    """
    with reader.snapshot():
        rows, opening = _page(reader, ledger_id, as_of, known_at, start, page_size(limit), cursor)
        balance = ledger_balance(reader, ledger_id, as_of, known_at)
        label = ledger_labels(reader, [ledger_id], known_at)[ledger_id]
    more = len(rows) > limit
    rows = rows[:limit]
    running = opening
    for row in rows:
        running += row["amount_minor"]
        row["balance_minor"] = running
    last = rows[-1] if rows else None
    return Report(
        f"Client ledger: {label.title}",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        totals={
            "opening": opening,
            "closing": balance.balance_minor,
            "cleared": balance.cleared_minor,
            "uncollected": balance.uncollected_minor,
            "held": balance.held_minor,
            "pending": balance.pending_minor,
            "available": balance.available_minor,
        },
        facts={"ledger_id": ledger_id, "client_id": label.client_id, "matter_id": label.matter_id},
        notes=("Opening is the balance before the first row of this page.",),
        currency=label.currency,
        next_cursor=cursor_of(last["effective_date"], last["position"]) if more and last else None,
    )


def _page(
    reader: Reader,
    ledger_id: str,
    as_of: date | None,
    known_at: int | None,
    start: date | None,
    limit: int,
    cursor: str | None,
) -> tuple[list[Row], int]:
    """One row more than the page has, so that it is known whether there is another; and the balance before it."""
    day, position = after_cursor(cursor)
    if start is not None and start > day:
        day, position = start, 0
    values: dict[str, Any] = {"ledger": ledger_id, "day": day, "at": position, "limit": limit + 1}
    rows = reader.rows(
        "SELECT e.*, e.effect_minor AS amount_minor, (SELECT r.entry_id FROM {s}.sub_ledger_entries r "
        "WHERE r.reverses_entry_id = e.entry_id AND r.effective_date <= %(as_of)s AND r.position <= %(known_at)s "
        "LIMIT 1) AS reversed_by_entry_id FROM {s}.sub_ledger_entries e WHERE e.ledger_id = %(ledger)s "
        "AND e.effective_date <= %(as_of)s AND e.position <= %(known_at)s "
        "AND (e.effective_date, e.position) > (%(day)s, %(at)s) ORDER BY e.effective_date, e.position LIMIT %(limit)s",
        **values,
        **bounds(as_of, known_at),
    )
    if cursor is None and start is None:
        return rows, 0
    return rows, balance_before(reader, ledger_id, as_of=as_of, known_at=known_at, day=day, position=position + 1)
