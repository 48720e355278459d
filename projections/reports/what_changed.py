"""What an event changed of its card (a matter, a payment, a cheque, a user): the words as they were, and as they became."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, TypeAlias

import orjson

from aggregates.logged_event import from_document
from projections.personal import readable
from projections.reports.reader import Reader
from projections.reports.rendering import decimal

Words: TypeAlias = dict[str, Any]
_SECRET = frozenset({"token_sha256"})
_MOST_ITEMS = 20
"""Of a list that is told in full; of a longer one, how many there are."""


def what_changed(reader: Reader, positions: Collection[int]) -> dict[int, tuple[Words | None, Words]]:
    """By position, the words before, None where there was no card, and after. Amounts are decimal text."""
    changed = reader.rows(
        "SELECT kind, id, position, changes FROM {s}.card_changes WHERE position = ANY(%(positions)s) ORDER BY position, n",
        positions=list(positions),
    )
    if not changed:
        return {}
    earlier = _earlier(reader, {(row["kind"], row["id"]) for row in changed}, max(row["position"] for row in changed))
    found: dict[int, tuple[Words | None, Words]] = {}
    for row in changed:
        known: Words | None = None
        for position, words in earlier[row["kind"], row["id"]]:
            if position < row["position"]:
                known = {**(known or {}), **words}
        after = {name: value for name, value in row["changes"].items() if known is None or known.get(name) != value}
        before = None if known is None else {name: known.get(name) for name in after}
        found[row["position"]] = (before and _shown(before, bare=False), _shown(after, bare=known is None))
    return found


def what_was_said(reader: Reader, positions: Collection[int]) -> dict[int, Words]:
    """By position, what an event says by itself, from its stored bytes: the payer of a receipt, the purpose of a hold."""
    rows = reader.rows(
        "SELECT position, state FROM {s}.events WHERE position = ANY(%(positions)s)", positions=list(positions)
    )
    return {
        row["position"]: _shown(
            {
                name: f"{len(value)} of them" if isinstance(value, list) and len(value) > _MOST_ITEMS else readable(value)
                for name, value in from_document(row["position"], orjson.loads(row["state"])).data.items()
            },
            bare=True,
        )
        for row in rows
    }


def _earlier(reader: Reader, cards: set[tuple[str, Any]], until: int) -> dict[tuple[str, Any], list[tuple[int, Words]]]:
    rows = reader.rows(
        "SELECT kind, id, position, changes FROM {s}.card_changes WHERE kind = ANY(%(kinds)s) AND id = ANY(%(ids)s::uuid[]) "
        "AND position < %(until)s ORDER BY position, n",
        kinds=sorted({kind for kind, _ in cards}),
        ids=[str(card_id) for _, card_id in cards],
        until=until,
    )
    by_card: dict[tuple[str, Any], list[tuple[int, Words]]] = defaultdict(list)
    for row in rows:
        by_card[row["kind"], row["id"]].append((row["position"], row["changes"]))
    return by_card


def _shown(words: Words, *, bare: bool) -> Words:
    """For reading: no secrets; of a new card, nothing that is empty."""
    return {
        name.removesuffix("_minor"): decimal(value) if name.endswith("_minor") and type(value) is int else value
        for name, value in words.items()
        if name not in _SECRET and not (bare and value in (None, [], ""))
    }
