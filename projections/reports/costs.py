"""Costs of matters: what was paid for clients and what is charged for the firm's own means, and where each one stands."""

from datetime import date
from typing import Any, Literal

from projections.reports.card_states import card_ids, card_states
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "incurred_on:date matter nature expense_code description payee quantity unit_cost cost_minor:money markup_minor:money "
    "value_minor:money charge paid_from status billed_minor:money receipts:count bill_id matter_id client_id cost_id"
)
Nature = Literal["hard", "soft"]
Standing = Literal["unbilled", "on_bill", "billed"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    nature: Nature | None = None,
    standing: Standing | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    without_receipt: bool = False,
) -> Report:
    """Oldest first; discarded ones are in the audit trail. `to_day` leaves out what was incurred later."""
    on = as_of or reader.today
    with reader.snapshot():
        ids = None
        if client_id is not None:
            ids = card_ids(reader, "cost", "client_id", one_contact(reader, client_id, known_at))
        cards = card_states(reader, "cost", ids, as_of=as_of, known_at=known_at)
        chosen = {
            key: card
            for key, card in cards.items()
            if card["status"] != "discarded"
            and matter_id in {None, card["matter_id"]}
            and nature in {None, card["nature"]}
            and standing in {None, _standing(card)}
            and (from_day is None or card["incurred_on"] >= from_day.isoformat())
            and card["incurred_on"] <= (to_day or on).isoformat()
            and not (without_receipt and _receipts(card))
        }
        matters = card_states(reader, "matter", {card["matter_id"] for card in chosen.values()}, known_at=known_at)
    rows = [
        {
            **card,
            "cost_id": key,
            "incurred_on": date.fromisoformat(card["incurred_on"]),
            "matter": matters[card["matter_id"]]["number"],
            "status": _standing(card),
            "receipts": _receipts(card),
        }
        for key, card in sorted(chosen.items(), key=lambda one: (one[1]["incurred_on"], one[0]))
    ]
    return Report(
        "Costs",
        _SHAPE,
        table(_SHAPE, rows),
        on,
        known_at,
        totals={name: sum(row[f"{name}_minor"] for row in rows) for name in ("cost", "markup", "value")},
        counts={"costs": len(rows)},
    )


def _standing(card: dict[str, Any]) -> str:
    if card["status"] == "billed":
        return "billed"
    return "on_bill" if card["bill_id"] is not None else "unbilled"


def _receipts(card: dict[str, Any]) -> int:
    return sum(word.startswith("receipt/") for word in card)
