"""The card of a contact: who it is, and every role it plays anywhere in the books.

Who somebody is has no day of the books: names, addresses and users follow `known_at` alone, whenever they were entered.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projections.cards import laid_out
from projections.reports import ledger_list
from projections.reports.card_states import card_ids, card_state, card_states
from projections.reports.matter_card import field_rows
from projections.reports.merged_contacts import one_contact
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_ROLES = columns("role in what status since:date matter_id user_id")
_PAYMENTS = columns("requested_on:date status purpose amount_minor:money disbursement_id ledger_id")
_SEARCHES = columns("run_on:date score:count matched outcome search_id")
_DUPLICATES = columns("name aliases addresses emails phones contact_id merged_into")
_LISTED = ("aliases", "addresses", "emails", "phones", "roles", "merged")


def report(reader: Reader, *, contact_id: str, as_of: date | None = None, known_at: int | None = None) -> Report:
    """The contact with its roles, its ledgers, payments to it, and conflict searches it came up in. Raises NotFound.

    What was entered under a duplicate is its own too.
    """
    clocks = (as_of, known_at)
    with reader.snapshot():
        card = laid_out(card_state(reader, "contact", contact_id, known_at=known_at))
        one = one_contact(reader, contact_id, known_at)
        roles = (*_in_matters(reader, one, *clocks), *_in_firm(reader, one, known_at))
        ledgers = ledger_list.report(reader, as_of=as_of, known_at=known_at, client_id=contact_id)
        payments = _payments(reader, one, *clocks)
        searches = _searches(reader, one, *clocks)
        duplicates = _duplicates(reader, [key for key in one if key != contact_id], known_at)
    details = tuple((name, _in_a_line(value)) for name in _LISTED for value in card.get(name, ()))
    return Report(
        f"Contact {card['name']}",
        columns("field value"),
        (*field_rows(card), *details),
        *clocks,
        totals=ledgers.totals,
        facts=card,
        parts=(
            Report("Roles", _ROLES, roles, *clocks),
            ledgers,
            Report("Payments to it", _PAYMENTS, payments, *clocks),
            Report("Conflict searches", _SEARCHES, searches, *clocks),
            Report("Duplicates", _DUPLICATES, duplicates, *clocks),
        ),
    )


def _in_a_line(detail: str | Mapping[str, Any]) -> str:
    """A detail as text: an address as on one line of an envelope, a merged contact by its id."""
    if isinstance(detail, str):
        return detail
    if "lines" not in detail:
        return str(detail["id"])
    place = " ".join(filter(None, (detail["region"], detail["postal_code"])))
    return ", ".join(filter(None, (*detail["lines"], detail["city"], place, detail["country"]))) + f" ({detail['kind']})"


def _in_matters(reader: Reader, one: list[str], as_of: date | None, known_at: int | None) -> tuple[tuple[object, ...], ...]:
    found = reader.rows(
        "SELECT DISTINCT matter_id::text FROM {s}.party_roles WHERE contact_id = ANY(%(one)s::uuid[]) "
        "AND position <= %(known_at)s",
        one=one,
        **bounds(as_of, known_at),
    )
    matters = card_states(reader, "matter", [row["matter_id"] for row in found], as_of=as_of, known_at=known_at)
    rows: list[tuple[object, ...]] = []
    for matter_id, changes in matters.items():
        matter = laid_out(changes)
        where = ("matter", f"{matter['number']} {matter['description']}", matter["status"])
        if matter["client_id"] in one:
            rows.append(("client", *where, date.fromisoformat(matter["opened_on"]), matter_id, None))
        rows.extend(
            (party["role"], *where, date.fromisoformat(party["since"]), matter_id, None)
            for party in matter.get("parties", ())
            if party["contact_id"] in one
        )
    return tuple(sorted(rows, key=lambda row: (str(row[2]), str(row[0]))))


def _in_firm(reader: Reader, one: list[str], known_at: int | None) -> tuple[tuple[object, ...], ...]:
    users = card_states(reader, "user", card_ids(reader, "user", "contact_id", one), known_at=known_at)
    return tuple(
        (role, "firm", card["name"], "active" if card["active"] else "deactivated", None, None, user_id)
        for user_id, card in users.items()
        for role in card["roles"]
    )


def _payments(reader: Reader, one: list[str], as_of: date | None, known_at: int | None) -> tuple[tuple[object, ...], ...]:
    ids = card_ids(reader, "disbursement", "payee_contact_id", one)
    cards = card_states(reader, "disbursement", ids, as_of=as_of, known_at=known_at)
    return tuple(
        (date.fromisoformat(c["requested_on"]), c["status"], c["purpose"], c["amount_minor"], card_id, c["ledger_id"])
        for card_id, c in sorted(cards.items(), key=lambda pair: (pair[1]["requested_on"], pair[0]))
    )


def _duplicates(reader: Reader, others: list[str], known_at: int | None) -> tuple[tuple[object, ...], ...]:
    """The other entries of this contact: what was entered there is still good to know."""
    cards = card_states(reader, "contact", others, known_at=known_at)
    return tuple(
        (
            card["name"],
            *("; ".join(map(_in_a_line, card[name])) for name in ("aliases", "addresses", "emails", "phones")),
            card_id,
            card["merged_into"],
        )
        for card_id, card in cards.items()
    )


def _searches(reader: Reader, one: list[str], as_of: date | None, known_at: int | None) -> tuple[tuple[object, ...], ...]:
    found = reader.rows(
        "SELECT id::text FROM {s}.cards WHERE kind = 'conflict_search' AND data -> 'hits' @> ANY(%(hits)s::jsonb[])",
        hits=[f'[{{"contact_id": "{contact_id}"}}]' for contact_id in one],
    )
    cards = card_states(reader, "conflict_search", [row["id"] for row in found], as_of=as_of, known_at=known_at)
    return tuple(
        (date.fromisoformat(card["run_on"]), hit["score"], hit["matched"], card["outcome"], search_id)
        for search_id, card in cards.items()
        for hit in card["hits"]
        if hit["contact_id"] in one
    )
