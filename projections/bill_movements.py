"""What was drawn from trust against a bill, returned to it, disputed and settled, as facts (T6, T7)."""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MOVEMENTS = Table(
    "bill_movements",
    {
        "billing_reference_id": "uuid NOT NULL",
        "kind": "text NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "effective_date": "date NOT NULL",
        "entry_id": "uuid",
    },
    indexes=("billing_reference_id", "USING btree (billing_reference_id) WHERE kind = 'given_back'"),
)
"""`kind` is drawn, returned, lowered, raised, disputed, resolved or given_back.

Of a dispute all ends, its amount is what the settlement took off.
"""

_KINDS = {
    "billing-reference/drawn": "drawn",
    "billing-reference/draw-returned": "returned",
    "billing-reference/lowered": "lowered",
    "billing-reference/raised": "raised",
    "billing-reference/disputed": "disputed",
    "billing-reference/dispute-resolved": "resolved",
    "billing-reference/fees-given-back": "given_back",
}


def project(event: LoggedEvent) -> Iterable[Change]:
    """One movement."""
    data = event.data
    amount = data["reduced_minor"] if event.topic == "billing-reference/dispute-resolved" else data["amount_minor"]
    row = (event.stream_id, _KINDS[event.topic], amount, event.effective_date, data.get("entry_id"))
    yield Insert("bill_movements", row)


PROJECTION = Projection("bill_movements", 5, (MOVEMENTS,), project, frozenset(_KINDS))
