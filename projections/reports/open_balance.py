"""A balance, opened: its postings, and behind each one the event: its id, its position in the log, and its leaf in the tree.

The rows of all pages sum to the balance, to the cent.
"""

from datetime import date
from typing import Any

from aggregates.errors import BadRequest
from projections.chart_of_accounts import NAMES, Account
from projections.reports.balances import balance_before
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, after_cursor, columns, cursor_of, page_size, table

_SHAPE = columns(
    "effective_date:date position:count n:count book account account_name amount_minor:money balance_minor:money topic who "
    "leaf entry_id ledger_id trust_account_id event_id recorded_at:instant"
)


def report(
    reader: Reader,
    *,
    ledger_id: str | None = None,
    trust_account_id: str | None = None,
    account: str | None = None,
    as_of: date | None = None,
    known_at: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Report:
    """A ledger's balance (credits positive, as the client is owed), or an account's of the chart (debits positive).

    Name a ledger, or a trust account with the code of the chart, 1100 for its bank. For a ledger, `totals` hold the
    sub-ledger's own figure beside the postings', and their difference. Raises BadRequest.
    """
    if (ledger_id is None) == (account is None):
        raise BadRequest("name the ledger, or the account of the chart, whose balance is to be opened")
    if account is not None and account not in set(Account):
        raise BadRequest(f"{account!r} is no account of the chart; there are {', '.join(NAMES)}")
    sign = -1 if ledger_id is not None else 1
    day, position = after_cursor(cursor)
    where = "FROM {s}.postings p WHERE p.effective_date <= %(as_of)s AND p.position <= %(known_at)s " + (
        "AND p.ledger_id = %(ledger)s AND p.book = 'trust' AND p.account LIKE '21%%' AND p.account <> %(passage)s "
        if ledger_id is not None
        else "AND p.account = %(code)s " + ("" if trust_account_id is None else "AND p.trust_account_id = %(account)s ")
    )
    values: dict[str, Any] = {
        "ledger": ledger_id, "account": trust_account_id, "code": account, "passage": Account.LEDGER_TRANSFERS.value,
        "sign": sign, "day": day, "at": position, "limit": page_size(limit) + 1, **bounds(as_of, known_at),
    }  # fmt: skip
    with reader.snapshot():
        total = sign * reader.number(f"SELECT sum(p.amount_minor) {where}", **values)
        before = "AND (p.effective_date, p.position) <= (%(day)s, %(at)s)"
        opening = 0 if cursor is None else sign * reader.number(f"SELECT sum(p.amount_minor) {where}{before}", **values)
        rows = reader.rows(
            "SELECT x.*, a.topic, u.data ->> 'name' AS who, encode(e.leaf, 'hex') AS leaf FROM (SELECT p.* "
            f"{where}AND (p.effective_date, p.position) > (%(day)s, %(at)s) "
            "ORDER BY p.effective_date, p.position, p.n LIMIT %(limit)s) x "
            "LEFT JOIN {s}.audit_trail a ON a.position = x.position AND a.n = 0 "
            "LEFT JOIN {s}.cards u ON u.kind = 'user' AND u.id = a.user_id "
            "JOIN {s}.events e ON e.position = x.position "
            "ORDER BY x.effective_date, x.position, x.n",
            **values,
        )
        own = None if ledger_id is None else balance_before(reader, ledger_id, as_of=as_of, known_at=known_at)
    more = len(rows) > limit
    rows = rows[:limit]
    running = opening
    for row in rows:
        row["amount_minor"] *= sign
        running += row["amount_minor"]
        row["balance_minor"], row["account_name"] = running, NAMES[Account(row["account"])]
    totals = {"opening": opening, "balance": total}
    if own is not None:
        totals |= {"sub_ledger": own, "difference": total - own}
    last = rows[-1] if rows else None
    return Report(
        "Balance, opened",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        totals=totals,
        facts={"ledger_id": ledger_id, "trust_account_id": trust_account_id, "account": account},
        next_cursor=cursor_of(last["effective_date"], last["position"]) if more and last else None,
    )
