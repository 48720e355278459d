"""E-mails: what waits, what went, and what no server took, with the last reply of a server."""

from datetime import date, datetime
from typing import Literal

from projections.reports.card_states import Card, card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns(
    "status written_on:date about number to subject attempts:count outcome code:count next_at:instant sent_on:date "
    "email_id bill_id matter_id contact_id"
)
_ORDER = ("given_up", "refused", "draft", "sending", "queued", "sent", "withdrawn")
Status = Literal["draft", "queued", "sending", "sent", "refused", "given_up", "withdrawn"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    bill_id: str | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    status: Status | None = None,
) -> Report:
    """What needs somebody first: given up, refused, drafts; then what waits, what went, what was withdrawn."""
    asked = {"bill_id": bill_id, "matter_id": matter_id, "client_id": client_id}
    wanted = {word: value for word, value in asked.items() if value is not None}
    with reader.snapshot():
        cards = card_states(reader, "email", _ids(reader, wanted), as_of=as_of, known_at=known_at)
        chosen = {key: card for key, card in cards.items() if status in {None, card["status"]}}
        bills = {card["bill_id"] for card in chosen.values() if card["bill_id"] is not None}
        numbers = {key: card["number"] for key, card in card_states(reader, "bill", bills, known_at=known_at).items()}
    newest = sorted(chosen.items(), key=lambda one: (one[1]["on"], one[0]), reverse=True)
    newest.sort(key=lambda one: _ORDER.index(one[1]["status"]))
    counts = {word: sum(card["status"] == word for card in chosen.values()) for word in _ORDER}
    rows = tuple(_row(key, card, numbers.get(card["bill_id"])) for key, card in newest)
    return Report("E-mails", _SHAPE, rows, as_of, known_at, counts={"emails": len(rows), **counts})


def _row(key: str, card: Card, number: str | None) -> tuple[object, ...]:
    return (
        card["status"],
        date.fromisoformat(card["on"]),
        card["about"],
        number,
        card["to"],
        card["subject"],
        card["attempts"],
        card["outcome"],
        card["code"],
        datetime.fromisoformat(card["next_at"]) if card["next_at"] is not None else None,
        date.fromisoformat(card["sent_on"]) if card["sent_on"] is not None else None,
        key,
        card["bill_id"],
        card["matter_id"],
        card["contact_id"],
    )


def _ids(reader: Reader, wanted: dict[str, str]) -> list[str] | None:
    """Ids of those about what is wanted; words that never change. None for all."""
    if not wanted:
        return None
    where = " ".join(f"AND data ->> '{word}' IS NOT NULL AND data ->> '{word}' = %({word})s" for word in wanted)
    return [row["id"] for row in reader.rows(f"SELECT id::text FROM {{s}}.cards WHERE kind = 'email' {where}", **wanted)]
