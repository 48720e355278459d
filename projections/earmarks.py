"""What of a ledger's balance may not be spent: uncollected receipts, purpose holds, payments that were requested (T3).

An earmark is placed by one fact and lifted by another that names it; what stands on a day is what was placed and not lifted.
"""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

EARMARKS = Table(
    "earmarks",
    {
        "trust_account_id": "uuid NOT NULL",
        "ledger_id": "uuid NOT NULL",
        "kind": "text NOT NULL",
        "subject_id": "uuid NOT NULL",
        "amount_minor": "bigint",
        "effective_date": "date NOT NULL",
        "ends_on": "date",
        "purpose": "text",
    },
    indexes=("ledger_id, kind, subject_id", "trust_account_id"),
)
"""`kind` is uncollected, hold or pending; a row without an amount lifts what `subject_id` names, from its day on.

`ends_on` is the first day an uncollected receipt counts as collected by itself.
"""


def project(event: LoggedEvent) -> Iterable[Change]:
    """Place or lift."""
    data, day = event.data, event.effective_date
    where = (data["trust_account_id"], event.stream_id)
    match event.topic:
        case "trust-ledger/funds-received":
            if data["available_on"] > str(day):
                ends = data["available_on"]
                yield Insert("earmarks", (*where, "uncollected", data["entry_id"], data["amount_minor"], day, ends, None))
        case "trust-ledger/purpose-hold-placed":
            held = (*where, "hold", data["hold_id"], data["amount_minor"], day, None, data["purpose"])
            yield Insert("earmarks", held)
        case "trust-ledger/funds-reserved":
            pending = (*where, "pending", data["disbursement_id"], data["amount_minor"], day, None, None)
            yield Insert("earmarks", pending)
        case _:
            kind, subject = _LIFTS[event.topic]
            yield Insert("earmarks", (*where, kind, data[subject], None, day, None, None))


_LIFTS = {
    "trust-ledger/funds-cleared": ("uncollected", "entry_id"),
    "trust-ledger/entry-reversed": ("uncollected", "reverses_entry_id"),
    "trust-ledger/deposit-returned": ("uncollected", "returned_entry_id"),
    "trust-ledger/purpose-hold-released": ("hold", "hold_id"),
    "trust-ledger/reservation-lifted": ("pending", "disbursement_id"),
    "trust-ledger/funds-disbursed": ("pending", "disbursement_id"),
}
_PLACES = {"trust-ledger/funds-received", "trust-ledger/purpose-hold-placed", "trust-ledger/funds-reserved"}

PROJECTION = Projection("earmarks", 1, (EARMARKS,), project, frozenset({*_LIFTS, *_PLACES}))
