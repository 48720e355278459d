"""Exceptions: facts that broke a rule, with the day by which each must be put right, and how it was."""

from datetime import date
from typing import Any, Literal

from aggregates.trust_exception import ExceptionCause
from projections.reports.card_states import card_ids, card_states
from projections.reports.labels import account_currency, ledger_labels
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "status due_on:date days_overdue:count cause opened_on:date amount_minor:money ledger client matter evidence note "
    "cured_on:date how exception_id trust_account_id ledger_id entry_id line_id cure_entry_id"
)
_DAYS = ("due_on", "opened_on", "cured_on")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    trust_account_id: str | None = None,
    status: Literal["open", "cured"] | None = None,
    cause: ExceptionCause | None = None,
) -> Report:
    """Open ones first, by due day. An open one is overdue by the days from its due day to `as_of`, or to today."""
    on = as_of or reader.today
    with reader.snapshot():
        ids = None if trust_account_id is None else card_ids(reader, "exception", "trust_account_id", [trust_account_id])
        cards = card_states(reader, "exception", ids, as_of=as_of, known_at=known_at)
        labels = ledger_labels(reader, {card["ledger_id"] for card in cards.values() if card["ledger_id"]}, known_at)
        currency = account_currency(reader, trust_account_id)
    rows: list[dict[str, Any]] = []
    for exception_id, card in cards.items():
        if status not in {None, card["status"]} or cause not in {None, card["cause"]}:
            continue
        row = {**card, **{name: date.fromisoformat(card[name]) if card[name] else None for name in _DAYS}}
        row["exception_id"] = exception_id
        row["days_overdue"] = max((on - row["due_on"]).days, 0) if card["status"] == "open" else None
        if label := labels.get(card["ledger_id"]):
            row["ledger"], row["client"], row["matter"] = label.title, label.client, label.matter
        rows.append(row)
    rows.sort(key=lambda row: (row["status"] != "open", row["due_on"], row["exception_id"]))
    return Report(
        "Exceptions",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        counts={
            "open": sum(row["status"] == "open" for row in rows),
            "cured": sum(row["status"] == "cured" for row in rows),
            "overdue": sum(bool(row["days_overdue"]) for row in rows),
        },
        currency=currency,
    )
