"""The firm's own book: its trial balance, and the journal of an account of it, each line with the event behind it.

Accrual basis: a bill is income when it is issued (domain reference, section 4). Debits are positive.
"""

from datetime import date
from typing import Literal

from projections.chart_of_accounts import NAMES, Account
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, after_cursor, columns, cursor_of, page_size, table

_BALANCES = columns("account name debit_minor:money credit_minor:money balance_minor:money")
_JOURNAL = columns(
    "effective_date:date position:count kind account name amount_minor:money balance_minor:money event_id "
    "recorded_at:instant"
)
_OF_BOOK = "FROM {s}.postings p WHERE p.book = 'operating' AND p.effective_date <= %(as_of)s AND p.position <= %(known_at)s"
AccountCode = Literal[
    "1000", "1180", "1200", "1210", "1220", "1230", "1300", "2000", "2050", "2200", "2300", "3100", "3900", "4000", "4010",
    "4020", "4100", "4200", "4900", "4910", "4990", "6000", "6400", "6410", "6420", "6900", "6950",
]  # fmt: skip


def trial_balance(reader: Reader, *, as_of: date | None = None, known_at: int | None = None) -> Report:
    """Every account of the firm's book that anything was posted to; debits equal credits."""
    with reader.snapshot():
        rows = reader.rows(
            f"SELECT account, sum(amount_minor)::bigint AS balance {_OF_BOOK} GROUP BY account ORDER BY account",
            **bounds(as_of, known_at),
        )
    found = [
        (row["account"], NAMES[Account(row["account"])], max(row["balance"], 0), max(-row["balance"], 0), row["balance"])
        for row in rows
    ]
    debits, credited = sum(row[2] for row in found), sum(row[3] for row in found)
    return Report(
        "Trial balance of the operating book",
        _BALANCES,
        tuple(found),
        as_of or reader.today,
        known_at,
        totals={"debits": debits, "credits": credited, "difference": debits - credited},
        counts={"accounts": len(found)},
    )


def journal(
    reader: Reader,
    *,
    account: AccountCode,
    as_of: date | None = None,
    known_at: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Report:
    """An account's lines, oldest first, with the balance after each; an event's lines of one account stand together."""
    day, position = after_cursor(cursor)
    asked = {"account": account, "day": day, "at": position, **bounds(as_of, known_at)}
    with reader.snapshot():
        rows = reader.rows(
            "SELECT q.*, a.topic AS kind FROM (SELECT p.effective_date, p.position, p.event_id::text AS event_id, "
            f"p.recorded_at, sum(p.amount_minor)::bigint AS amount_minor {_OF_BOOK} AND p.account = %(account)s "
            "AND (p.effective_date, p.position) > (%(day)s, %(at)s) "
            "GROUP BY p.effective_date, p.position, p.event_id, p.recorded_at "
            "ORDER BY p.effective_date, p.position LIMIT %(limit)s) q "
            "LEFT JOIN {s}.audit_trail a ON a.position = q.position AND a.n = 0 ORDER BY q.effective_date, q.position",
            **asked,
            limit=page_size(limit) + 1,
        )
        before = reader.number(
            f"SELECT sum(p.amount_minor) {_OF_BOOK} AND p.account = %(account)s "
            "AND (p.effective_date, p.position) <= (%(day)s, %(at)s)",
            **asked,
        )
    more, rows = len(rows) > limit, rows[:limit]
    running = before
    for row in rows:
        running += row["amount_minor"]
        row |= {"balance_minor": running, "account": account, "name": NAMES[Account(account)]}
    last = rows[-1] if rows else None
    return Report(
        f"Journal of {account} {NAMES[Account(account)]}",
        _JOURNAL,
        table(_JOURNAL, rows),
        as_of or reader.today,
        known_at,
        totals={"opening": before, "closing": running},
        counts={"lines": len(rows)},
        next_cursor=cursor_of(last["effective_date"], last["position"]) if more and last else None,
    )
