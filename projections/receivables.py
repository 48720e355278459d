"""What is owed on issued bills, by class, as facts: issued, paid, taken back, credited, written off, voided; interest."""

from collections.abc import Iterable, Mapping

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MOVEMENTS = Table(
    "receivable_movements",
    {
        "bill_id": "uuid NOT NULL",
        "cause": "text NOT NULL",
        "day": "date NOT NULL",
        "tax_minor": "bigint NOT NULL",
        "hard_cost_minor": "bigint NOT NULL",
        "soft_cost_minor": "bigint NOT NULL",
        "fee_minor": "bigint NOT NULL",
        "interest_minor": "bigint NOT NULL",
        "source_id": "uuid",
        "allocation_id": "uuid",
        "why": "text",
    },
    indexes=("bill_id", "day"),
)
"""`cause` is issued, voided, paid, paid_from_trust, payment_reversed, credit_memo, write_off, interest_charged (late fees,
too) or interest_reversed; what lowers is negative.
"""

_TOPICS = frozenset(
    {
        "bill/finalized", "bill/paid", "bill/payment-reversed", "bill/reduced", "bill/voided", "bill/interest-charged",
        "bill/interest-reversed",
    }
)  # fmt: skip


def project(event: LoggedEvent) -> Iterable[Change]:
    """One movement."""
    data = event.data
    match event.topic:
        case "bill/finalized":
            yield _moved(event, "issued", _owed(data["totals"]), 1, None)
        case "bill/voided":
            yield _moved(event, "voided", _owed(data["totals"]), -1, None)
        case "bill/paid":
            cause = "paid_from_trust" if data["source"] == "trust" else "paid"
            yield _moved(event, cause, data["by_class"], -1, data["source_id"])
        case "bill/payment-reversed":
            yield _moved(event, "payment_reversed", data["by_class"], 1, data["allocation_id"])
        case "bill/interest-charged":
            amount = data["interest_minor"] + data["late_fee_minor"]
            yield _moved(event, "interest_charged", {"interest": amount}, 1, data["charge_id"])
        case "bill/interest-reversed":
            yield _moved(event, "interest_reversed", {"interest": data["amount_minor"]}, -1, data["charge_id"])
        case _:
            yield _moved(event, data["kind"], data["by_class"], -1, data["reduction_id"])


def _moved(event: LoggedEvent, cause: str, parts: Mapping[str, int], sign: int, source: str | None) -> Insert:
    amounts = tuple(sign * parts.get(one, 0) for one in ("tax", "hard_cost", "soft_cost", "fee", "interest"))
    return Insert(
        "receivable_movements",
        (
            event.stream_id,
            cause,
            event.effective_date,
            *amounts,
            source,
            event.data.get("allocation_id"),
            event.data.get("why"),
        ),
    )


def _owed(totals: Mapping[str, int]) -> dict[str, int]:
    return {
        "tax": totals["tax_1_minor"] + totals["tax_2_minor"],
        "hard_cost": totals["hard_costs_minor"],
        "soft_cost": totals["soft_costs_minor"],
        "fee": totals["fees_minor"] - totals["discount_minor"],
    }


PROJECTION = Projection("receivables", 3, (MOVEMENTS,), project, _TOPICS)
