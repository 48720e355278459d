"""Bills that a client disputes, what of that is held in trust and what was paid already, and what is to be given back.

Disputed money stays in trust until the dispute ends (ABA Model Rule 1.15(e)).
"""

from datetime import date

from projections.reports.bills import bills
from projections.reports.card_states import card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "number document issued_on:date client matter billed_minor:money drawn_minor:money disputed_minor:money "
    "held_minor:money disputed_paid_minor:money owed_back_minor:money billing_reference_id"
)


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    client_id: str | None = None,
    matter_id: str | None = None,
) -> Report:
    """Oldest first; a bill stays until its dispute has ended and what was settled is given back."""
    with reader.snapshot():
        found = [
            bill
            for bill in bills(reader, as_of, known_at)
            if (bill.disputed_minor or bill.owed_back_minor)
            and client_id in {None, bill.client_id}
            and matter_id in {None, bill.matter_id}
        ]
        clients = card_states(reader, "contact", {bill.client_id for bill in found}, known_at=known_at)
        matters = card_states(reader, "matter", {bill.matter_id for bill in found}, known_at=known_at)
    rows = tuple(
        (bill.number, bill.document, bill.issued_on, clients.get(bill.client_id, {}).get("name"),
         matters.get(bill.matter_id, {}).get("number"), bill.amount_minor, bill.drawn_minor, bill.disputed_minor,
         bill.held_minor, bill.disputed_paid_minor, bill.owed_back_minor, bill.billing_reference_id)
        for bill in found
    )  # fmt: skip
    totals = {
        "disputed": sum(bill.disputed_minor for bill in found),
        "held": sum(bill.held_minor for bill in found),
        "disputed_paid": sum(bill.disputed_paid_minor for bill in found),
        "owed_back": sum(bill.owed_back_minor for bill in found),
    }
    return Report("Disputed bills", _SHAPE, rows, as_of or reader.today, known_at, totals=totals)
