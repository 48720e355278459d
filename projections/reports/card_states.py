"""Cards at a moment: as they stand, or as their changes up to a day and a position make them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, TypeAlias

from aggregates.errors import NotFound
from projections.cards import joined
from projections.reports.reader import Reader, bounds

Card: TypeAlias = dict[str, Any]


def card_states(
    reader: Reader,
    kind: str,
    ids: Collection[str] | None = None,
    *,
    status: Collection[str] | None = None,
    as_of: date | None = None,
    known_at: int | None = None,
) -> dict[str, Card]:
    """Cards of a kind by their ids; all of them where `ids` is None. What was not there at the moment is not here.

    With `status`, only those that have one of these at the moment.
    """
    if ids is not None and not ids:
        return {}
    chosen = "" if ids is None else "AND id = ANY(%(ids)s::uuid[])"
    values: dict[str, Any] = {"kind": kind, "ids": list(ids or ()), "status": list(status or ())}
    if as_of is None and known_at is None:
        chosen += "" if status is None else " AND data ->> 'status' = ANY(%(status)s)"
        found = reader.rows(f"SELECT id::text, data FROM {{s}}.cards WHERE kind = %(kind)s {chosen} ORDER BY id", **values)
        return {row["id"]: row["data"] for row in found}
    changes: dict[str, list[Card]] = defaultdict(list)
    for row in reader.rows(
        f"SELECT id::text, changes FROM {{s}}.card_changes WHERE kind = %(kind)s {chosen} "
        "AND day <= %(as_of)s AND position <= %(known_at)s ORDER BY position, n",
        **values,
        **bounds(as_of, known_at),
    ):
        changes[row["id"]].append(row["changes"])
    cards = {card_id: joined(changes[card_id]) for card_id in sorted(changes)}
    if kind == "cheque":
        for card in cards.values():
            _step_back(card)
    return cards if status is None else {key: card for key, card in cards.items() if card.get("status") in status}


def card_state(reader: Reader, kind: str, card_id: str, *, as_of: date | None = None, known_at: int | None = None) -> Card:
    """One card. Raises NotFound where there was none at the moment."""
    found = card_states(reader, kind, [card_id], as_of=as_of, known_at=known_at)
    if card_id not in found:
        raise NotFound(f"there is no {kind.replace('_', ' ')} {card_id} at that moment", id=card_id)
    return found[card_id]


def _step_back(cheque: Card) -> None:
    """Undoing a match restores what a cheque was before, from the match's day: one that went stale later is not so yet."""
    while (step := _STEPS.get(cheque["status"])) is not None and step[0] not in cheque:
        cheque["status"] = step[1]


_STEPS = {"stale": ("ended_on", "printed"), "printed": ("printed_on", "issued")}
"""What a cheque may be again: the word that says from when it was so, and what it was before that day."""


def card_ids(reader: Reader, kind: str, word: str, values: Collection[str]) -> list[str]:
    """Ids of the cards of a kind that have one of these values under a word that never changes, such as `matter_id`."""
    assert word.isidentifier(), word
    found = reader.rows(
        f"SELECT id::text FROM {{s}}.cards WHERE kind = %(kind)s AND data ->> '{word}' IS NOT NULL "
        f"AND data ->> '{word}' = ANY(%(values)s) ORDER BY id",
        kind=kind,
        values=list(values),
    )
    return [row["id"] for row in found]
