"""Cards: the state of everything that has one (matter, contact, account, ledger, payment, cheque, exception, user, …).

`cards` is how things stand; `card_changes` keeps every change with its position and day, so that a card can be laid out as
it stood on any day, and as it was known at any position.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.card_facts import TOPICS, day_of, words_of
from projections.projection import Change, Insert, Projection, Table, Upsert

CARDS = Table(
    "cards",
    {
        "kind": "text",
        "id": "uuid",
        "data": "jsonb NOT NULL",
        "position": "bigint NOT NULL",
        "effective_date": "date NOT NULL",
    },
    key=("kind", "id"),
    indexes=(
        "kind, (data ->> 'trust_account_id')",
        "USING btree (kind, (data ->> 'matter_id')) WHERE data ->> 'matter_id' IS NOT NULL",
        "USING btree (kind, (data ->> 'client_id')) WHERE data ->> 'client_id' IS NOT NULL",
        "USING btree (kind, (data ->> 'ledger_id')) WHERE data ->> 'ledger_id' IS NOT NULL",
        "USING btree ((data ->> 'token_sha256')) WHERE kind = 'token'",
    ),
    merged=frozenset({"data"}),
)
CHANGES = Table(
    "card_changes",
    {"kind": "text NOT NULL", "id": "uuid NOT NULL", "day": "date NOT NULL", "changes": "jsonb NOT NULL"},
    indexes=("kind, id, position",),
)


def project(event: LoggedEvent) -> Iterable[Change]:
    """What changed, as the newest state and as a fact."""
    found = words_of(event)
    if found is not None:
        kind, card_id, words = found
        day = day_of(event)
        yield Upsert("cards", (kind, card_id), {"data": words, "position": event.position, "effective_date": day})
        yield Insert("card_changes", (kind, card_id, day, words))


def joined(changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The card that changes make, oldest first."""
    card: dict[str, Any] = {}
    for change in changes:
        card.update(change)
    return card


def laid_out(card: Mapping[str, Any]) -> dict[str, Any]:
    """A card for reading: words with a slash gathered in lists (parties, approvals, ledgers), settings in one map."""
    plain: dict[str, Any] = {}
    several: dict[str, list[dict[str, Any]]] = defaultdict(list)
    settings: dict[str, Any] = {}
    for word, value in card.items():
        kind, *rest = word.split("/")
        if not rest:
            plain[word] = value
        elif value is None:
            continue
        elif kind == "setting":
            settings[rest[0]] = value
        elif kind == "party":
            several["parties"].append({"contact_id": rest[0], "role": rest[1], "since": value})
        elif kind == "approval":
            several["approvals"].append({"user_id": rest[0], **value})
        elif kind == "pack":
            several["packs"].append({"binds_from": rest[0], **value})
        elif kind == "ledger":
            several["ledgers"].append({"ledger_id": rest[0], "since": value})
        else:
            several[kind].append({"id": rest[0], "since": value})
    return {**plain, **several, **({"settings": settings} if settings else {})}


PROJECTION = Projection("cards", 3, (CARDS, CHANGES), project, TOPICS)
