"""What is open of each bill at a moment: billed, lowered by settlements, drawn from trust, disputed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill, notice or order, in minor units."""

    billing_reference_id: str
    number: str
    document: str
    client_id: str
    matter_id: str
    issued_on: date
    notice_given_on: date | None
    amount_minor: int
    reduced_minor: int
    """What settled disputes, other payments, credits and write-offs took off."""
    drawn_minor: int
    disputed_minor: int
    given_back_minor: int

    @property
    def unpaid_minor(self) -> int:
        """What is billed and not paid; below zero, what the firm has to give back."""
        return self.amount_minor - self.reduced_minor - self.drawn_minor + self.given_back_minor

    @property
    def held_minor(self) -> int:
        """What is disputed and not paid."""
        return min(self.disputed_minor, max(self.unpaid_minor, 0))

    @property
    def disputed_paid_minor(self) -> int:
        """What is disputed and was paid already."""
        return self.disputed_minor - self.held_minor

    @property
    def owed_back_minor(self) -> int:
        """What was paid and is no longer owed, since a dispute was settled."""
        return max(-self.unpaid_minor, 0)

    @property
    def open_minor(self) -> int:
        """What may still be drawn."""
        return max(self.unpaid_minor, 0) - self.held_minor


def bills(reader: Reader, as_of: date | None, known_at: int | None, *, ids: Collection[str] | None = None) -> list[Bill]:
    """Bills issued by then, oldest first."""
    cards = card_states(reader, "billing_reference", ids, as_of=as_of, known_at=known_at)
    reduced: dict[str, int] = defaultdict(int)
    drawn: dict[str, int] = defaultdict(int)
    disputed: dict[str, int] = defaultdict(int)
    given_back: dict[str, int] = defaultdict(int)
    chosen = "" if ids is None else "AND billing_reference_id = ANY(%(ids)s::uuid[]) "
    for row in reader.rows(
        "SELECT billing_reference_id::text AS id, kind, amount_minor FROM {s}.bill_movements "
        f"WHERE effective_date <= %(as_of)s AND position <= %(known_at)s {chosen}ORDER BY position, n",
        ids=list(ids or ()),
        **bounds(as_of, known_at),
    ):
        match row["kind"]:
            case "drawn":
                drawn[row["id"]] += row["amount_minor"]
            case "returned":
                drawn[row["id"]] -= row["amount_minor"]
            case "lowered":
                reduced[row["id"]] += row["amount_minor"]
            case "raised":
                reduced[row["id"]] -= row["amount_minor"]
            case "disputed":
                disputed[row["id"]] += row["amount_minor"]
            case "given_back":
                given_back[row["id"]] += row["amount_minor"]
            case _:
                disputed[row["id"]] = 0
                reduced[row["id"]] += row["amount_minor"]
    found = [
        Bill(
            bill_id,
            card["number"],
            card["document"],
            card["client_id"],
            card["matter_id"],
            date.fromisoformat(card["issued_on"]),
            date.fromisoformat(card["notice_given_on"]) if card["notice_given_on"] is not None else None,
            card["amount_minor"],
            reduced[bill_id],
            drawn[bill_id],
            disputed[bill_id],
            given_back[bill_id],
        )
        for bill_id, card in cards.items()
    ]
    return sorted(found, key=lambda bill: (bill.issued_on, bill.number))
