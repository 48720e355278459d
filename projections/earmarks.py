"""What of a ledger's balance may not be spent: uncollected receipts, purpose holds, payments that were requested (T3).

An earmark is placed by one fact and lifted by another that names it; what stands on a day is what was placed and not lifted.
"""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table, Upsert

EARMARKS = Table(
    "earmarks",
    {
        "trust_account_id": "uuid NOT NULL",
        "ledger_id": "uuid NOT NULL",
        "kind": "text NOT NULL",
        "subject_id": "uuid NOT NULL",
        "amount_minor": "bigint",
        "effective_date": "date NOT NULL",
        "ends_on": "date",
        "purpose": "text",
    },
    indexes=("ledger_id, kind, subject_id", "trust_account_id"),
)
"""`kind` is uncollected, hold or pending; a row without an amount lifts what `subject_id` names, from its day on: what was
placed before it in the log, and not a deposit that waits again because its return was a slip.

`ends_on` is the first day an uncollected receipt counts as collected by itself.
"""

DELAYED = "collection delayed"
"""The purpose of a row by which an uncollected receipt waits longer; it counts from its own day, not before."""

OPEN = Table(
    "open_earmarks",
    {
        "ledger_id": "uuid",
        "kind": "text",
        "subject_id": "uuid",
        "amount_minor": "bigint",
        "ends_on": "date NOT NULL DEFAULT 'infinity'",
        "lifted_on": "date",
    },
    key=("ledger_id", "kind", "subject_id"),
    indexes=("USING btree (ledger_id, ends_on) WHERE lifted_on IS NULL",),
)
"""How each earmark stands now; those that stand are found without counting those that do not."""


def project(event: LoggedEvent) -> Iterable[Change]:
    """Place or lift."""
    data, day = event.data, str(event.effective_date)
    match event.topic:
        case "trust-ledger/funds-received":
            if data["available_on"] > day:
                yield from _placed(event, "uncollected", data["entry_id"], data["available_on"], None)
        case "trust-ledger/collection-delayed":
            yield from _delayed(event)
        case "trust-ledger/entry-reversed" if (again := data["restores"]) is not None:
            if again["available_on"] > day:
                yield from _placed(event, "uncollected", again["entry_id"], again["available_on"], None)
        case "trust-ledger/purpose-hold-placed":
            yield from _placed(event, "hold", data["hold_id"], None, data["purpose"])
        case "trust-ledger/funds-reserved":
            yield from _placed(event, "pending", data["disbursement_id"], None, None)
        case _:
            kind, subject = _LIFTS[event.topic]
            where = (data["trust_account_id"], event.stream_id, kind, data[subject])
            yield Insert("earmarks", (*where, None, day, None, None))
            yield Upsert("open_earmarks", where[1:], {"lifted_on": day})


def _delayed(event: LoggedEvent) -> Iterable[Change]:
    """The wait goes on from the day it would have ended, under the same name, so that what lifts one lifts both."""
    data = event.data
    where = (data["trust_account_id"], event.stream_id, "uncollected", data["entry_id"])
    yield Insert("earmarks", (*where, data["amount_minor"], data["was_available_on"], data["available_on"], DELAYED))
    yield Upsert("open_earmarks", where[1:], {"amount_minor": data["amount_minor"], "ends_on": data["available_on"]})


def _placed(event: LoggedEvent, kind: str, subject_id: str, ends_on: str | None, purpose: str | None) -> Iterable[Change]:
    where = (event.data["trust_account_id"], event.stream_id, kind, subject_id)
    amount = event.data["amount_minor"]
    yield Insert("earmarks", (*where, amount, event.effective_date, ends_on, purpose))
    yield Upsert("open_earmarks", where[1:], {"amount_minor": amount, "ends_on": ends_on or "infinity", "lifted_on": None})


_LIFTS = {
    "trust-ledger/funds-cleared": ("uncollected", "entry_id"),
    "trust-ledger/entry-reversed": ("uncollected", "reverses_entry_id"),
    "trust-ledger/deposit-returned": ("uncollected", "returned_entry_id"),
    "trust-ledger/purpose-hold-released": ("hold", "hold_id"),
    "trust-ledger/reservation-lifted": ("pending", "disbursement_id"),
    "trust-ledger/funds-disbursed": ("pending", "disbursement_id"),
}
_PLACES = {
    "trust-ledger/funds-received",
    "trust-ledger/collection-delayed",
    "trust-ledger/purpose-hold-placed",
    "trust-ledger/funds-reserved",
}

PROJECTION = Projection("earmarks", 2, (EARMARKS, OPEN), project, frozenset({*_LIFTS, *_PLACES}))
