"""What trust money may be applied to which bills (T7): issued, unpaid, undisputed, past notice, in the matter's ledger.

What was asked for and has not left yet is not proposed again. `POST /v1/trust-applications` takes the rows as they stand.
"""

from collections import defaultdict
from datetime import date

from projections.reports.card_states import card_states
from projections.reports.earned_not_transferred import drawable
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "number issued_on:date drawable_from:date client matter ledger open_minor:money asked_for_minor:money "
    "available_minor:money amount_minor:money billing_reference_id ledger_id"
)


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    client_id: str | None = None,
    matter_id: str | None = None,
    trust_account_id: str | None = None,
) -> Report:
    """Oldest bill first; what is available of a ledger is counted once. `amount` is what the ledger can pay of the bill."""
    on = as_of or reader.today
    with reader.snapshot():
        asked_for: dict[str, int] = defaultdict(int)
        waiting = card_states(reader, "disbursement", status={"requested", "approved"}, as_of=as_of, known_at=known_at)
        for card in waiting.values():
            if card["billing_reference_id"] is not None:
                asked_for[card["billing_reference_id"]] += card["amount_minor"]
        clients = set(one_contact(reader, client_id, known_at)) if client_id is not None else None
        rows = drawable(reader, as_of, known_at, trust_account_id=trust_account_id, asked_for=asked_for)
    chosen = [
        {**row, "asked_for_minor": asked_for[row["billing_reference_id"]], "amount_minor": row["transferable_minor"]}
        for row in rows
        if matter_id in {None, row["matter_id"]} and (clients is None or row["client_id"] in clients)
    ]
    return Report(
        "Trust money to apply",
        _SHAPE,
        table(_SHAPE, chosen),
        on,
        known_at,
        totals={"amount": sum(row["amount_minor"] for row in chosen)},
        counts={"bills": len({row["billing_reference_id"] for row in chosen})},
    )
