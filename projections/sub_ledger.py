"""The client sub-ledgers: every entry as its own event tells it, for the third leg of the reconciliation.

Nothing here knows the postings: book and sub-ledgers must come from independent folds, or their agreement means nothing
(domain reference, section 1.10; N.C. State Bar on reconciliation summaries).
"""

from collections.abc import Iterable
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.personal import text_of
from projections.projection import Add, Change, Insert, Projection, Table

ENTRIES = Table(
    "sub_ledger_entries",
    {
        "trust_account_id": "uuid NOT NULL",
        "ledger_id": "uuid NOT NULL",
        "entry_id": "uuid NOT NULL",
        "event_id": "uuid NOT NULL",
        "kind": "text NOT NULL",
        "effect_minor": "bigint NOT NULL",
        "effective_date": "date NOT NULL",
        "recorded_at": "timestamptz NOT NULL",
        "description": "text NOT NULL",
        "counterparty": "text",
        "instrument": "text",
        "cheque_number": "bigint",
        "reference": "text",
        "deposit_slip": "text",
        "available_on": "date",
        "reverses_entry_id": "uuid",
        "disbursement_id": "uuid",
        "billing_reference_id": "uuid",
        "other_ledger_id": "uuid",
    },
    indexes=(
        "USING btree (ledger_id, effective_date, position) INCLUDE (effect_minor)",
        "USING btree (trust_account_id, effective_date, position) INCLUDE (ledger_id, effect_minor)",
        "USING btree (reverses_entry_id) WHERE reverses_entry_id IS NOT NULL",
    ),
)
"""Every entry once. `kind` is the event's word after the slash; `counterparty` is payer or payee."""

BALANCES = Table(
    "ledger_balances",
    {
        "trust_account_id": "uuid",
        "ledger_id": "uuid",
        "balance_minor": "bigint NOT NULL DEFAULT 0",
        "entries": "bigint NOT NULL DEFAULT 0",
    },
    key=("trust_account_id", "ledger_id"),
    indexes=("ledger_id",),
)
DAYS = Table(
    "ledger_days",
    {
        "ledger_id": "uuid",
        "day": "date",
        "net_minor": "bigint NOT NULL DEFAULT 0",
        "entries": "integer NOT NULL DEFAULT 0",
    },
    key=("ledger_id", "day"),
)

_SIGNS: dict[str, int] = {
    "funds-received": 1,
    "transferred-in": 1,
    "interest-credited": 1,
    "reserve-topped-up": 1,
    "shortage-cured": 1,
    "funds-disbursed": -1,
    "transferred-out": -1,
    "deposit-returned": -1,
    "bank-charge-taken": -1,
    "interest-swept": -1,
    "entry-reversed": 0,
}
_KINDS = {f"trust-ledger/{kind}": kind for kind in _SIGNS}


def effect_minor(kind: str, data: dict[str, Any]) -> int:
    """What an entry does to its ledger, signed; a reversal says so itself."""
    sign = _SIGNS[kind] or (1 if data["effect"] == "increase" else -1)
    return sign * int(data["amount_minor"])


def project(event: LoggedEvent) -> Iterable[Change]:
    """The entry, and the sums of its ledger."""
    data, kind = event.data, _KINDS[event.topic]
    effect = effect_minor(kind, data)
    account_id, ledger_id = data["trust_account_id"], event.stream_id
    row = (
        account_id,
        ledger_id,
        data["entry_id"],
        event.id,
        kind,
        effect,
        event.effective_date,
        event.recorded_at,
        data["description"],
        text_of(data.get("payer") or data.get("payee")),
        data.get("instrument") or data.get("method"),
        data.get("cheque_number"),
        data.get("reference") or data.get("authority"),
        data.get("deposit_slip"),
        data.get("available_on"),
        data.get("reverses_entry_id") or data.get("returned_entry_id"),
        data.get("disbursement_id"),
        data.get("billing_reference_id"),
        data.get("to_ledger_id") or data.get("from_ledger_id"),
    )
    return (
        Insert("sub_ledger_entries", row),
        Add("ledger_balances", (account_id, ledger_id), {"balance_minor": effect, "entries": 1}),
        Add("ledger_days", (ledger_id, event.effective_date), {"net_minor": effect, "entries": 1}),
    )


PROJECTION = Projection("sub_ledger", 1, (ENTRIES, BALANCES, DAYS), project, frozenset(_KINDS))
