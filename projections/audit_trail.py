"""The audit trail: one row for every event, without exception. Who did what, when, why, on whose approval, on what evidence.

It is folded from the log, so that it cannot be switched off, and nothing can be in the books that is not in it (defect 1
in domain reference, section 7.3). What an entry was reversed by, and the bank line it cleared against, are later facts;
the report joins them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.personal import readable, text_of
from projections.projection import Change, Insert, Projection, Table
from projections.search_words import vector_of

AUDIT_TRAIL = Table(
    "audit_trail",
    {
        "event_id": "uuid NOT NULL",
        "recorded_at": "timestamptz NOT NULL",
        "day": "date NOT NULL",
        "user_id": "uuid",
        "role": "text",
        "program": "text",
        "policy_version": "integer",
        "topic": "text NOT NULL",
        "stream_id": "uuid NOT NULL",
        "command_id": "uuid NOT NULL",
        "correlation_id": "uuid",
        "causation_id": "uuid",
        "trust_account_id": "uuid",
        "ledger_id": "uuid",
        "matter_id": "uuid",
        "client_id": "uuid",
        "disbursement_id": "uuid",
        "entry_id": "uuid",
        "amount_minor": "bigint",
        "reason": "text",
        "approved_by": "uuid",
        "document_sha256": "text",
        "reverses_entry_id": "uuid",
        "before": "jsonb",
        "after": "jsonb",
        "search_text": "text NOT NULL",
        "words": "tsvector NOT NULL",
    },
    indexes=(
        "recorded_at",
        "user_id, position",
        "USING btree (approved_by, position) WHERE approved_by IS NOT NULL",
        "trust_account_id, position",
        "stream_id, position",
        "topic, position",
        "command_id",
        "USING btree (ledger_id, position) WHERE ledger_id IS NOT NULL",
        "USING btree (matter_id, position) WHERE matter_id IS NOT NULL",
        "USING gin (words)",
    ),
)
"""`search_text` is what people wrote: names, descriptions, reasons, numbers; `words` is the same, to search by."""

_WORDS = (
    "number", "name", "label", "description", "purpose", "payer", "payee", "instrument", "method", "cheque_number",
    "reference", "deposit_slip", "authority", "evidence", "why", "how", "note", "reasoning", "explanation", "filename",
    "names", "aliases", "email", "emails", "phones", "addresses", "before", "after", "bank", "account_number",
    "practice_area", "cause", "outcome", "lines", "recipient_account",
)  # fmt: skip
_RANKS = {name: rank for rank, name in enumerate(_WORDS)}
_WHY = {"trust-ledger/entry-reversed": "description", "trust-ledger/deposit-returned": "description"}
"""Under which word an event says why, where it does not call it that."""
_PLACE = ("city", "region", "postal_code", "country")
_CHANGED = {"user/roles-changed": "roles", "contact/roles-changed": "roles", "contact/form-changed": "form"}
"""What an event changes that names no field."""


def project(event: LoggedEvent) -> Iterable[Change]:
    """The event's row."""
    data, actor = event.data, event.actor
    topic, stream_id, reason = event.topic, event.stream_id, event.reason
    get = data.get
    family = topic.partition("/")[0]
    before, after = _before_after(topic, data)
    search_text = _search_text(reason, data)
    row = (
        event.id,
        event.recorded_at,
        event.day,
        actor.get("user_id"),
        actor.get("role"),
        actor.get("program"),
        actor.get("policy_version"),
        topic,
        stream_id,
        event.command_id,
        event.correlation_id,
        event.causation_id,
        get("trust_account_id"),
        stream_id if family == "trust-ledger" else get("ledger_id"),
        stream_id if family == "matter" else get("matter_id"),
        get("client_id"),
        stream_id if family == "disbursement" else get("disbursement_id"),
        get("entry_id"),
        get("amount_minor"),
        reason or get("why") or get(_WHY.get(topic, "")),
        get("approved_by"),
        get("sha256") or get("statement_sha256") or get("artefact_sha256"),
        get("reverses_entry_id") or get("returned_entry_id"),
        before,
        after,
        search_text,
        vector_of(search_text),
    )
    return (Insert("audit_trail", row),)


def _before_after(topic: str, data: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What was, and what is now, by the name of the field that changed; None where the event changes no field."""
    if "before" not in data or "after" not in data:
        return None, None
    name = data.get("field") or data.get("setting") or _CHANGED.get(topic, topic)
    return {name: readable(data["before"])}, {name: readable(data["after"])}


def _search_text(reason: str | None, data: Mapping[str, Any]) -> str:
    words = [reason] if reason else []
    for name in _worded(tuple(data)):
        value = data[name]
        if value is None:
            continue
        if isinstance(value, str):
            words.append(value)
        elif isinstance(value, list):
            words += [_words_of(one) for one in value]
        else:
            words.append(_words_of(value))
    return "\n".join(words)


@lru_cache(maxsize=4096)
def _worded(names: tuple[str, ...]) -> list[str]:
    """Those that hold words, in the order they are read in; events of one topic have the same names."""
    return sorted(_RANKS.keys() & set(names), key=_RANKS.__getitem__)


def _words_of(value: Any) -> str:
    if isinstance(value, Mapping):
        if "subject_id" in value:
            return text_of(value) or ""
        if "country" in value:
            return " ".join(_words_of(part) for part in (*value["lines"], *map(value.get, _PLACE)) if part is not None)
        return " ".join(filter(None, (text_of(value.get("payee")), text_of(value.get("memo")), value.get("cheque_number"))))
    return str(value)


PROJECTION = Projection("audit_trail", 5, (AUDIT_TRAIL,), project)
