"""The journal of a trust bank account: every posting to it, with the book balance after each (the cheque-book register).

Washington RPC 1.15B(a): client matter, date, cheque number, payor or payee, and the new balance after each entry.
"""

from datetime import date

from projections.chart_of_accounts import Account
from projections.reports.book_balance import book_balance, book_before
from projections.reports.labels import account_currency, ledger_labels
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, after_cursor, columns, cursor_of, page_size, table

_SHAPE = columns(
    "effective_date:date position:count kind ledger client matter counterparty description instrument cheque_number:count "
    "reference amount_minor:money balance_minor:money ledger_id entry_id event_id recorded_at:instant"
)


def report(
    reader: Reader,
    *,
    trust_account_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    start: date | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Report:
    """Postings from `start` on, oldest first; the balance counts everything before the page. Raises BadRequest."""
    day, position = after_cursor(cursor)
    if start is not None and start > day:
        day, position = start, 0
    with reader.snapshot():
        rows = reader.rows(
            "SELECT p.*, e.kind, e.counterparty, e.description, e.instrument, e.cheque_number, e.reference "
            "FROM (SELECT * FROM {s}.postings WHERE trust_account_id = %(account)s AND account = %(code)s "
            "AND effective_date <= %(as_of)s AND position <= %(known_at)s "
            "AND (effective_date, position) > (%(day)s, %(at)s) "
            "ORDER BY effective_date, position LIMIT %(limit)s) p "
            "LEFT JOIN {s}.sub_ledger_entries e ON e.position = p.position AND e.n = 0 "
            "ORDER BY p.effective_date, p.position",
            account=trust_account_id,
            code=Account.TRUST_BANK.value,
            day=day,
            at=position,
            limit=page_size(limit) + 1,
            **bounds(as_of, known_at),
        )
        from_first = cursor is None and start is None
        opening = (
            0
            if from_first
            else book_before(reader, trust_account_id, as_of=as_of, known_at=known_at, day=day, position=position + 1)
        )
        closing = book_balance(reader, trust_account_id, as_of, known_at)
        labels = ledger_labels(reader, {str(row["ledger_id"]) for row in rows if row["ledger_id"]}, known_at)
        currency = account_currency(reader, trust_account_id)
    more = len(rows) > limit
    rows = rows[:limit]
    running = opening
    for row in rows:
        running += row["amount_minor"]
        label = labels.get(str(row["ledger_id"]))
        row["balance_minor"] = running
        row["ledger"], row["client"], row["matter"] = (label.title, label.client, label.matter) if label else (None,) * 3
    last = rows[-1] if rows else None
    return Report(
        "Account journal",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        totals={"opening": opening, "closing": closing},
        facts={"trust_account_id": trust_account_id},
        notes=("Opening is the book balance before the first row of this page.",),
        currency=currency,
        next_cursor=cursor_of(last["effective_date"], last["position"]) if more and last else None,
    )
