"""Cards: the state of everything that has one (matter, contact, account, ledger, payment, cheque, exception, user, …).

`cards` is how things stand; `card_changes` keeps every change with its position and day, so that a card can be laid out as
it stood on any day, and as it was known at any position.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.card_facts import TOPICS, day_of, words_of
from projections.projection import Change, Insert, Projection, Table, Upsert

_TO_BILL = (
    "USING btree ((data ->> 'matter_id')) WHERE kind = 'time_entry' AND data ->> 'status' = 'approved' "
    "AND data ->> 'bill_id' IS NULL"
)
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
        _TO_BILL,
        "USING btree ((data ->> 'status')) WHERE kind = 'email' AND data ->> 'status' IN ('queued', 'sending')",
        "USING btree ((data ->> 'bill_id')) WHERE kind = 'email' AND data ->> 'bill_id' IS NOT NULL",
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
    """A card for reading: words with a slash gathered in lists (parties, approvals, lines), settings in one map."""
    plain: dict[str, Any] = {}
    several: dict[str, list[dict[str, Any]]] = defaultdict(list)
    settings: dict[str, Any] = {}
    for word, value in card.items():
        kind, *rest = word.split("/")
        if not rest:
            plain[word] = value
        elif value is None or kind in _JOINED:
            continue
        elif kind == "setting":
            settings[rest[0]] = value
        else:
            name, member = _MEMBERS.get(kind, (kind, _member))
            several[name].append(member(card, rest, value))
    return {**plain, **several, **({"settings": settings} if settings else {})}


def _member(_: Mapping[str, Any], rest: list[str], value: Any) -> dict[str, Any]:
    return {"id": rest[0], "since": value}


def _attempt(card: Mapping[str, Any], rest: list[str], value: Any) -> dict[str, Any]:
    """An attempt to send an e-mail, with what became of it."""
    return {"attempt": int(rest[0]), **value, **(card.get(f"attempt_end/{rest[0]}") or {})}


def _line(card: Mapping[str, Any], rest: list[str], value: Any) -> dict[str, Any]:
    """A line of a bill, as it was edited."""
    edited = {name: card.get(f"{word}/{rest[0]}") for word, name in _EDITED.items()}
    return {**value, **{name: one for name, one in edited.items() if one is not None}}


_EDITED = {"charged": "charged_minor", "narrative": "narrative", "taxed_1": "taxed_1", "taxed_2": "taxed_2"}
"""Words that change a line of a bill: what they change."""
_JOINED = {*_EDITED, "attempt_end"}
"""Words that are told with another one."""
_MEMBERS: Mapping[str, tuple[str, Callable[[Mapping[str, Any], list[str], Any], dict[str, Any]]]] = {
    "party": ("parties", lambda _, rest, value: {"contact_id": rest[0], "role": rest[1], "since": value}),
    "approval": ("approvals", lambda _, rest, value: {"user_id": rest[0], **value}),
    "receipt": ("receipts", lambda _, rest, value: {"sha256": rest[0], **value}),
    "part": ("parts", lambda _card, _rest, value: value),
    "from": ("agreed", lambda _, rest, value: {"binds_from": rest[0], **value}),
    "ledger": ("ledgers", lambda _, rest, value: {"ledger_id": rest[0], "since": value}),
    "pack": ("packs", lambda _, rest, value: {"binds_from": rest[0], **value}),
    "allocation": ("allocations", lambda _, rest, value: {"allocation_id": rest[0], **value}),
    "line": ("lines", _line),
    "on_bill": ("bills", lambda _, rest, value: {"bill_id": rest[0], "place": value}),
    "attempt": ("tries", _attempt),
    "receipt_of": ("receipts", lambda _card, _rest, value: value),
    "period": ("charged", lambda _card, _rest, value: value),
    "interest": ("interest", lambda _, rest, value: {"charge_id": rest[0], **value}),
    "fee": ("fees", lambda _, rest, value: {"entry_id": rest[0], **value}),
    "dispute": ("disputes", lambda _, rest, value: {"dispute": rest[0], **value}),
    "refund": ("refunds", lambda _, rest, value: {"refund": rest[0], **value}),
    "question": ("questions", lambda _, rest, value: {"question_id": rest[0], **value}),
    "client_bill": ("client_bills", lambda _, rest, value: {"client_bill_id": rest[0], **value}),
    "gone": ("gone", lambda _card, _rest, value: value),
    "notice": ("notices", lambda _, rest, value: {"of": rest[0], **value}),
    "outcome": ("outcomes", lambda _, rest, value: {"matter_id": rest[0], **value}),
}


PROJECTION = Projection("cards", 21, (CARDS, CHANGES), project, TOPICS)
