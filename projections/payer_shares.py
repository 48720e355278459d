"""What is open of each payer's share of a bill that several pay, as facts: their shares, and all that moved them."""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MOVEMENTS = Table(
    "payer_movements",
    {
        "bill_id": "uuid NOT NULL",
        "payer_id": "uuid NOT NULL",
        "day": "date NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "moved_by": "uuid",
    },
    indexes=("bill_id", "payer_id"),
)
"""What lowers is negative. `moved_by` is the allocation, reduction or charge; nothing for the share itself."""


def project(event: LoggedEvent) -> Iterable[Change]:
    """One movement a payer."""
    shared = event.topic == "bill/shared"
    for payer_id, amount in event.data["shares" if shared else "moved"].items():
        if amount:
            row = (event.stream_id, payer_id, event.effective_date, amount, event.data.get("moved_by"))
            yield Insert("payer_movements", row)


PROJECTION = Projection("payer_shares", 1, (MOVEMENTS,), project, frozenset({"bill/shared", "bill/shares-moved"}))
