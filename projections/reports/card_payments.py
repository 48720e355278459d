"""Card payments: what the processor told of each, where it was booked, and what a person must still look at."""

from datetime import date
from typing import Any

from projections.reports.card_states import Card, card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "paid_on:date payer client destination amount_minor:money state fee_minor:money refunded_minor:money "
    "disputed_minor:money question question_id processor_payment card_payment_id client_id link_id payment_id ledger_id "
    "entry_id"
)


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, client_id: str | None = None,
    only_questions: bool = False,
) -> Report:  # fmt: skip
    """Those that wait for a person first, then the newest."""
    with reader.snapshot():
        found = {
            key: card
            for key, card in card_states(reader, "card_payment", as_of=as_of, known_at=known_at).items()
            if client_id in {None, card.get("client_id")}
        }
        clients = card_states(
            reader, "contact", {card["client_id"] for card in found.values() if card.get("client_id")}, known_at=known_at
        )
    rows = [row for key, card in found.items() for row in _rows(key, card, clients) if row[9] or not only_questions]
    rows.sort(key=lambda row: (row[9] is None, -(row[0] or date.min).toordinal(), row[12], row[10] or ""))
    once = {row[12]: row for row in rows}.values()
    return Report(
        "Card payments", _SHAPE, tuple(rows), as_of or reader.today, known_at,
        totals={"amount": sum(row[4] or 0 for row in once), "fee": sum(row[6] for row in once)},
        counts={"payments": len(once), "questions": sum(row[9] is not None for row in rows)},
    )  # fmt: skip


def fees_of(card: Card) -> int:
    """All that the processor kept of a payment and for its disputes, in minor units."""
    return sum(value["amount_minor"] for value in _several(card, "fee"))


def refunded_of(card: Card) -> int:
    """What went back to the payer, in minor units."""
    told = sum(one["amount_minor"] for one in _several(card, "refund") if one["state"] == "made")
    failed = sum(one["amount_minor"] for one in _several(card, "refund") if one["state"] == "failed")
    return int(max(told, (card.get("refunds_told_minor") or 0) - failed))


def state_of(card: Card) -> str:
    """How a payment stands, by all that was told of it."""
    if card.get("status") != "succeeded":
        return str(card.get("status") or "unknown")
    disputes = {one["state"] for one in _several(card, "dispute")}
    if "open" in disputes:
        return "disputed"
    if "lost" in disputes:
        return "charged back"
    if refunded := refunded_of(card):
        return "refunded" if refunded >= card["amount_minor"] else "partly refunded"
    return "paid"


def _rows(key: str, card: Card, clients: dict[str, Card]) -> list[tuple[Any, ...]]:
    """One row for each question; one where there is none."""
    paid_on = card.get("paid_on")
    disputed = sum(one["amount_minor"] for one in _several(card, "dispute") if one["state"] in {"open", "lost"})
    asked: list[tuple[str | None, dict[str, Any] | None]] = [
        (word.partition("/")[2], value) for word, value in card.items() if word.startswith("question/") and value
    ]
    return [
        (
            date.fromisoformat(paid_on) if paid_on else None, card.get("payer"),
            clients.get(card.get("client_id") or "", {}).get("name"), card.get("destination"), card.get("amount_minor"),
            state_of(card), fees_of(card), refunded_of(card), disputed, question["why"] if question else None, question_id,
            card.get("processor_payment"), key, card.get("client_id"), card.get("link_id"), card.get("payment_id"),
            card.get("ledger_id"), card.get("entry_id"),
        )
        for question_id, question in (asked or [(None, None)])
    ]  # fmt: skip


def _several(card: Card, kind: str) -> list[dict[str, Any]]:
    return [value for word, value in card.items() if word.startswith(f"{kind}/") and value]
