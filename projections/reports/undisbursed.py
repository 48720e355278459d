"""Money that lies still: ledgers with a balance and no entry for longer than some days (dormant and unclaimed funds).

What becomes of it is each state's law; that it be found, with the day it was last moved, is ours (domain reference, 1.8).
"""

from datetime import date, timedelta

from aggregates.errors import BadRequest
from aggregates.jurisdiction_pack import LONGEST_DAYS
from projections.reports.firm_policy import firm_policy
from projections.reports.labels import ledger_labels
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "last_entry_on:date idle_days:count client matter matter_status ledger balance_minor:money client_id matter_id ledger_id"
)


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    more_than_days: int | None = None,
    trust_account_id: str | None = None,
) -> Report:
    """Longest idle first; without a number of days, those of the firm's policy (California presumes delay at 45).

    Matters closed long ago are just the ones this is for. Raises BadRequest for days below zero or past a hundred years.
    """
    if more_than_days is not None and not 0 <= more_than_days <= LONGEST_DAYS:
        raise BadRequest(f"{more_than_days} days is no length of time to look for")
    on = as_of or reader.today
    account = "" if trust_account_id is None else "AND trust_account_id = %(account)s "
    with reader.snapshot():
        if more_than_days is None:
            more_than_days = firm_policy(reader, on, known_at).number("undisbursed_days")
        found = reader.rows(
            "SELECT ledger_id::text, max(effective_date) AS last_day, sum(effect_minor)::bigint AS balance "
            "FROM {s}.sub_ledger_entries WHERE effective_date <= %(as_of)s AND position <= %(known_at)s "
            f"{account}GROUP BY ledger_id HAVING sum(effect_minor) <> 0 AND max(effective_date) < %(before)s "
            "ORDER BY max(effective_date), ledger_id",
            account=trust_account_id,
            before=on - timedelta(days=min(more_than_days, (on - date.min).days)),
            **bounds(as_of, known_at),
        )
        labels = ledger_labels(reader, [row["ledger_id"] for row in found], known_at)
    rows = []
    for row in found:
        label = labels[row["ledger_id"]]
        idle = (on - row["last_day"]).days
        kin = (label.client, label.matter, label.matter_status, label.title)
        rows.append((row["last_day"], idle, *kin, row["balance"], label.client_id, label.matter_id, label.ledger_id))
    return Report(
        f"Undisbursed for more than {more_than_days} days",
        _SHAPE,
        tuple(rows),
        on,
        known_at,
        totals={"balance": sum(row["balance"] for row in found)},
        counts={"ledgers": len(rows)},
    )
