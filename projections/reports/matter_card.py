"""The card of a matter: what it is, who is in it, and all its money."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projections.cards import laid_out
from projections.reports import ledger_list
from projections.reports.bills import bills
from projections.reports.card_states import card_ids, card_state, card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

FIELDS = columns("field value")
_PARTIES = columns("role contact since:date contact_id")
_BILLS = columns(
    "number document issued_on:date amount_minor:money reduced_minor:money drawn_minor:money disputed_minor:money "
    "held_minor:money disputed_paid_minor:money owed_back_minor:money open_minor:money billing_reference_id"
)
_PAYMENTS = columns("requested_on:date status payee purpose method cheque_number:count amount_minor:money disbursement_id")


def report(reader: Reader, *, matter_id: str, as_of: date | None = None, known_at: int | None = None) -> Report:
    """The matter with its parties, ledgers, bills and payments. Raises NotFound where it was not there at the moment."""
    with reader.snapshot():
        card = laid_out(card_state(reader, "matter", matter_id, as_of=as_of, known_at=known_at))
        ledgers = ledger_list.report(reader, as_of=as_of, known_at=known_at, matter_id=matter_id)
        contacts = card_states(
            reader, "contact", {card["client_id"], *(p["contact_id"] for p in card.get("parties", ()))}, known_at=known_at
        )
        lawyers = {card[name] for name in ("responsible_attorney_id", "originating_attorney_id") if card.get(name)}
        users = card_states(reader, "user", lawyers, known_at=known_at)
        ledger_ids = [str(row["ledger_id"]) for row in ledgers.records()]
        payments = card_states(
            reader, "disbursement", card_ids(reader, "disbursement", "ledger_id", ledger_ids), as_of=as_of, known_at=known_at
        )
        bill_ids = card_ids(reader, "billing_reference", "matter_id", [matter_id])
        billed = bills(reader, as_of, known_at, ids=bill_ids)
    facts: dict[str, Any] = {**card, "client": contacts.get(card["client_id"], {}).get("name")}
    for name in ("responsible_attorney", "originating_attorney"):
        facts[name] = users.get(card.get(f"{name}_id") or "", {}).get("name")
    parties = tuple(
        (p["role"], contacts.get(p["contact_id"], {}).get("name"), date.fromisoformat(p["since"]), p["contact_id"])
        for p in sorted(card.get("parties", ()), key=lambda p: (p["role"], p["contact_id"]))
    )
    clocks = (as_of, known_at)
    return Report(
        f"Matter {card['number']}",
        FIELDS,
        field_rows(facts),
        *clocks,
        totals=ledgers.totals,
        facts=facts,
        currency=next((row["currency"] for row in ledgers.records() if row["currency"]), None),
        parts=(
            Report("Parties", _PARTIES, parties, *clocks),
            ledgers,
            Report("Bills", _BILLS, tuple(tuple(getattr(b, c.name) for c in _BILLS) for b in billed), *clocks),
            Report("Payments", _PAYMENTS, _payment_rows(payments), *clocks),
        ),
    )


def field_rows(facts: Mapping[str, Any]) -> tuple[tuple[Any, ...], ...]:
    """The plain facts of a card as rows; lists have parts of their own."""
    return tuple((name, value) for name, value in facts.items() if not isinstance(value, list | dict))


def _payment_rows(payments: dict[str, dict[str, Any]]) -> tuple[tuple[Any, ...], ...]:
    ordered = sorted(payments.items(), key=lambda pair: (pair[1]["requested_on"], pair[0]))
    return tuple(
        (date.fromisoformat(card["requested_on"]), *(card.get(c.name) for c in _PAYMENTS[1:-1]), payment_id)
        for payment_id, card in ordered
    )
