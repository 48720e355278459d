"""What is left of each client's payments, as facts: what came in, and where it went.

Folded from the payments themselves, without the postings: their sum must be what the operating book owes clients (2300).
"""

from collections.abc import Iterable, Mapping

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MOVEMENTS = Table(
    "client_credit_movements",
    {
        "payment_id": "uuid NOT NULL",
        "day": "date NOT NULL",
        "cause": "text NOT NULL",
        "amount_minor": "bigint NOT NULL",
        "bill_id": "uuid",
        "ledger_id": "uuid",
        "why": "text",
    },
    indexes=("payment_id",),
)
"""What lowers a client's credit is negative. `cause` is the word of the event, such as moved_to_trust."""
_SIGNS: Mapping[str, int] = {
    "received": 1, "applied": -1, "application-reversed": 1, "moved-to-trust": -1, "refunded": -1, "returned": -1,
    "partly-returned": -1, "restored": 1,
}  # fmt: skip


def project(event: LoggedEvent) -> Iterable[Change]:
    """One movement an event."""
    word, data = event.topic.partition("/")[2], event.data
    amount = _SIGNS[word] * data["amount_minor"]
    where = (data.get("bill_id"), data.get("ledger_id"), data.get("why"))
    row = (event.stream_id, event.effective_date, word.replace("-", "_"), amount, *where)
    yield Insert("client_credit_movements", row)


TOPICS = frozenset(f"client-payment/{word}" for word in _SIGNS)
PROJECTION = Projection("client_credits", 1, (MOVEMENTS,), project, TOPICS)
