"""Deposits in transit and outstanding disbursements of an account on a day, with their ages."""

from datetime import date

from projections.reports.bank_leg import OutstandingItem, outstanding_items
from projections.reports.firm_policy import firm_policy
from projections.reports.labels import Label, account_currency, ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Column, Report, columns, plain

ITEM_SHAPE: tuple[Column, ...] = columns(
    "kind effective_date:date age_days:count cheque_number:count ledger counterparty description amount_minor:money "
    "too_long position:count entry_id ledger_id"
)


def report(reader: Reader, *, trust_account_id: str, as_of: date | None = None, known_at: int | None = None) -> Report:
    """As the bank's lines up to the day show it; today where no day is given."""
    on = as_of or reader.today
    with reader.snapshot():
        items = outstanding_items(reader, trust_account_id, on, known_at)
        labels = ledger_labels(reader, {item.ledger_id for item in items}, known_at)
        days = firm_policy(reader, on, known_at).number("outstanding_note_after_days")
        currency = account_currency(reader, trust_account_id)
    deposits = [item for item in items if item.amount_minor > 0]
    payments = [item for item in items if item.amount_minor < 0]
    return Report(
        "Outstanding items",
        ITEM_SHAPE,
        item_rows(items, labels, days),
        on,
        known_at,
        totals={
            "deposits_in_transit": sum(item.amount_minor for item in deposits),
            "outstanding_disbursements": -sum(item.amount_minor for item in payments),
        },
        counts={
            "deposits_in_transit": len(deposits),
            "outstanding_disbursements": len(payments),
            "too_long": sum(item.age_days > days for item in items),
        },
        facts={"trust_account_id": trust_account_id, "note_after_days": days},
        currency=currency,
    )


def item_rows(
    items: list[OutstandingItem] | tuple[OutstandingItem, ...], labels: dict[str, Label], note_after_days: int
) -> tuple[tuple[object, ...], ...]:
    """Items along `ITEM_SHAPE`. `too_long` says "note needed" past the days after which an item needs one."""
    rows = []
    for item in items:
        cells = {
            "kind": "deposit in transit" if item.amount_minor > 0 else "outstanding disbursement",
            "ledger": labels[item.ledger_id].title,
            "too_long": "note needed" if item.age_days > note_after_days else None,
        }
        rows.append(tuple(plain(cells.get(c.name, getattr(item, c.name, None))) for c in ITEM_SHAPE))
    return tuple(rows)
