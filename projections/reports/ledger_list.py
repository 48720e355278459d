"""All ledgers with their balances: cleared, uncollected, held, pending, available. Closed matters are not left out."""

from datetime import date

from projections.reports.balances import Balance, ledger_balances
from projections.reports.labels import Label, account_currency, ledger_labels
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "ledger_id ledger purpose client_id client matter_id matter matter_status balance_minor:money cleared_minor:money "
    "uncollected_minor:money held_minor:money pending_minor:money available_minor:money trust_account_id currency"
)
_SUMS = ("balance_minor", "cleared_minor", "uncollected_minor", "held_minor", "pending_minor", "available_minor")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    trust_account_id: str | None = None,
    client_id: str | None = None,
    matter_id: str | None = None,
    with_zero: bool = True,
) -> Report:
    """Every ledger that was opened or has an entry, by client and matter, the named ones last.

    A client's are also those of its duplicates.
    """
    with reader.snapshot():
        clients = None if client_id is None else one_contact(reader, client_id, known_at)
        balances = ledger_balances(reader, as_of, known_at, trust_account_id=trust_account_id)
        labels = ledger_labels(reader, None, known_at)
        labels |= ledger_labels(reader, balances.keys() - labels.keys(), known_at)
        currency = account_currency(reader, trust_account_id)
    chosen = [
        (label, balances.get(label.ledger_id, Balance()))
        for label in sorted(labels.values(), key=_order)
        if (label.ledger_id in balances or (with_zero and trust_account_id in {None, label.trust_account_id}))
        and (clients is None or label.client_id in clients)
        and matter_id in {None, label.matter_id}
    ]
    rows = [
        (
            label.ledger_id,
            label.title,
            label.purpose,
            label.client_id,
            label.client,
            label.matter_id,
            label.matter,
            label.matter_status,
            *(getattr(balance, name) for name in _SUMS),
            label.trust_account_id,
            label.currency,
        )
        for label, balance in chosen
        if with_zero or balance.balance_minor
    ]
    return Report(
        "Ledgers with balances",
        _SHAPE,
        tuple(rows),
        as_of,
        known_at,
        totals={name.removesuffix("_minor"): sum(getattr(balance, name) for _, balance in chosen) for name in _SUMS},
        counts={"ledgers": len(rows), "below_zero": sum(balance.balance_minor < 0 for _, balance in chosen)},
        currency=currency,
    )


def _order(label: Label) -> tuple[bool, str, str]:
    return label.purpose != "client", label.title, label.ledger_id
