"""Earned fees still in trust (T6): bills that may be drawn, whose client's money is there, and were not.

Fees that are earned and left in trust are commingled (ABA Model Rule 1.15(a)).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from aggregates.billing_reference import earliest_draw
from projections.reports.balances import ledger_balances
from projections.reports.bills import Bill, bills
from projections.reports.firm_policy import firm_policy
from projections.reports.labels import Label, ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "number document issued_on:date drawable_from:date days_waiting:count client matter ledger billed_minor:money "
    "open_minor:money available_minor:money transferable_minor:money billing_reference_id ledger_id"
)


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, trust_account_id: str | None = None
) -> Report:
    """Oldest first; what is available of a ledger is counted once, for its oldest bill first."""
    with reader.snapshot():
        rows = drawable(reader, as_of, known_at, trust_account_id=trust_account_id)
    return Report(
        "Earned and not transferred",
        _SHAPE,
        table(_SHAPE, rows),
        as_of or reader.today,
        known_at,
        totals={"transferable": sum(row["transferable_minor"] for row in rows)},
        counts={"bills": len({row["billing_reference_id"] for row in rows})},
    )


def drawable(
    reader: Reader,
    as_of: date | None,
    known_at: int | None,
    *,
    trust_account_id: str | None = None,
    asked_for: Mapping[str, int] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Each bill that may be drawn, oldest first, with each ledger of its matter that has something for it.

    `asked_for` is left out: by billing reference, minor units that were asked for already.
    """
    on = as_of or reader.today
    notice = firm_policy(reader, on, known_at).number("fee_notice_days")
    balances = ledger_balances(reader, as_of, known_at, trust_account_id=trust_account_id)
    labels = ledger_labels(reader, list(balances), known_at)
    of_matter: dict[str | None, list[Label]] = defaultdict(list)
    for label in labels.values():
        of_matter[label.matter_id].append(label)
    free = {ledger_id: max(balance.available_minor, 0) for ledger_id, balance in balances.items()}
    rows: list[dict[str, Any]] = []
    for bill in bills(reader, as_of, known_at):
        open_minor = bill.open_minor - asked_for.get(bill.billing_reference_id, 0)
        from_day = _drawable_from(bill, notice)
        for label in of_matter[bill.matter_id] if open_minor > 0 and from_day <= on else ():
            available = free[label.ledger_id]
            take = min(open_minor, available)
            if take > 0:
                rows.append(_row(bill, label, from_day, on, open_minor, available, take))
                free[label.ledger_id] -= take
                open_minor -= take
    return rows


def _row(bill: Bill, label: Label, from_day: date, on: date, open_minor: int, available: int, take: int) -> dict[str, Any]:
    return {
        "number": bill.number,
        "document": bill.document,
        "issued_on": bill.issued_on,
        "drawable_from": from_day,
        "days_waiting": (on - from_day).days,
        "client": label.client,
        "client_id": label.client_id,
        "matter": label.matter,
        "matter_id": label.matter_id,
        "ledger": label.title,
        "billed_minor": bill.amount_minor,
        "open_minor": open_minor,
        "available_minor": available,
        "transferable_minor": take,
        "billing_reference_id": bill.billing_reference_id,
        "ledger_id": label.ledger_id,
    }


def _drawable_from(bill: Bill, notice_days: int) -> date:
    return earliest_draw(bill.issued_on, bill.notice_given_on, notice_days)
