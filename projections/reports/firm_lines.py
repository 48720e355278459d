"""Lines of the firm's own statements: what was said of each, and what those that are still open may be.

A suggestion posts nothing. Rules tell payee, account and matter; a cost or a payment of the same amount that no line is
linked to is suggested as the same money (domain reference, section 2.6), so that no charge is entered twice or forgotten.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, table

_SHAPE = columns(
    "booked_on:date account payee memo amount_minor:money standing note suggested_payee suggested_expense_code "
    "suggested_overhead suggested_matter suggested_link suggested_link_id account_id line_id suggested_matter_id"
)
_FIND = """
SELECT l.account_id::text AS account_id, l.line_id::text AS line_id, l.booked_on, l.amount_minor, l.payee, l.memo,
       coalesce(d.standing, 'open') AS standing, d.note
  FROM {s}.firm_lines l
  LEFT JOIN LATERAL (SELECT standing, note FROM {s}.firm_line_dealings d WHERE d.line_id = l.line_id
                        AND d.position <= %(known_at)s ORDER BY d.position DESC LIMIT 1) d ON true
 WHERE l.booked_on <= %(as_of)s AND l.position <= %(known_at)s
   AND (%(account_id)s::uuid IS NULL OR l.account_id = %(account_id)s::uuid)
   AND (%(standing)s = 'all' OR (coalesce(d.standing, 'open') = 'open') = (%(standing)s = 'open'))
 ORDER BY l.booked_on, l.position, l.n
"""
_WINDOW = timedelta(days=14)
Standing = Literal["open", "dealt_with", "all"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    account_id: str | None = None,
    standing: Standing = "open",
) -> Report:
    """Oldest first; those that nobody dealt with unless others are asked for. Amounts are signed: a charge is negative."""
    with reader.snapshot():
        found = reader.rows(_FIND, account_id=account_id, standing=standing, **bounds(as_of, known_at))
        accounts = card_states(reader, "firm_account", known_at=known_at)
        rules = [one for one in card_states(reader, "line_rule", known_at=known_at).values() if one["status"] == "set"]
        things = _unlinked(reader, {row["amount_minor"] for row in found if row["standing"] == "open"}, known_at)
        matters = card_states(reader, "matter", {one["matter_id"] for one in rules if one["matter_id"]}, known_at=known_at)
    rows = []
    for row in found:
        account = accounts[row["account_id"]]
        more: dict[str, Any] = {"account": account["name"]}
        if row["standing"] == "open":
            more |= _by_rule(row, rules, matters) | _by_amount(row, things.get((account["kind"], row["amount_minor"]), []))
        rows.append(row | more)
    still = [row for row in found if row["standing"] == "open"]
    return Report(
        "Lines of the firm's statements",
        _SHAPE,
        table(_SHAPE, rows),
        as_of or reader.today,
        known_at,
        totals={"open": sum(row["amount_minor"] for row in still)},
        counts={"lines": len(rows), "open": len(still)},
    )


def _by_rule(row: dict[str, Any], rules: list[dict[str, Any]], matters: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the rule with the most words in the line says of it; a rule of the account goes before one of every account."""
    text = _plain(f"{row['payee']} {row['memo']}")
    fitting = [one for one in rules if one["account_id"] in {None, row["account_id"]} and _plain(one["contains"]) in text]
    if not fitting:
        return {}
    best = max(fitting, key=lambda one: (one["account_id"] is not None, len(one["contains"]), one["rule_id"]))
    return {
        "suggested_payee": best["payee"],
        "suggested_expense_code": best["expense_code"],
        "suggested_overhead": best["overhead"],
        "suggested_matter": matters[best["matter_id"]]["number"] if best["matter_id"] else None,
        "suggested_matter_id": best["matter_id"],
    }


def _by_amount(row: dict[str, Any], things: list[tuple[date, str, str]]) -> dict[str, Any]:
    near = [one for one in things if abs(one[0] - row["booked_on"]) <= _WINDOW]
    if not near:
        return {}
    _, kind, thing_id = min(near, key=lambda one: (abs(one[0] - row["booked_on"]), one[1], one[2]))
    return {"suggested_link": kind, "suggested_link_id": thing_id}


def _unlinked(reader: Reader, amounts: set[int], known_at: int | None) -> dict[tuple[str, int], list[tuple[date, str, str]]]:
    """What stands in the books at one of these signed amounts and no line is linked to, by kind of account and amount."""
    if not amounts:
        return {}
    linked = {
        row["thing_id"]
        for row in reader.rows(
            "SELECT DISTINCT ON (thing_id) thing_id::text AS thing_id, stands FROM {s}.line_links "
            "WHERE position <= %(known_at)s ORDER BY thing_id, position DESC",
            **bounds(None, known_at),
        )
        if row["stands"]
    }
    found: dict[tuple[str, int], list[tuple[date, str, str]]] = defaultdict(list)
    for kind, (cards, amount_of) in _AMOUNTS.items():
        ids = reader.rows(
            "SELECT DISTINCT id::text AS id FROM {s}.card_changes "
            f"WHERE kind = %(kind)s AND {amount_of} = ANY(%(amounts)s)",
            kind=cards,
            amounts=list(amounts),
        )
        for key, card in card_states(reader, cards, [row["id"] for row in ids], known_at=known_at).items():
            if key not in linked and (seen := _SEEN[kind](card)) is not None:
                account, amount, day = seen
                found[account, amount].append((date.fromisoformat(day), kind, key))
    return found


_AMOUNTS = {
    "cost": ("cost", "-(changes ->> 'cost_minor')::bigint"),
    "vendor_payment": ("vendor_payment", "-(changes ->> 'amount_minor')::bigint"),
    "client_payment": (
        "client_payment",
        "(changes ->> 'amount_minor')::bigint - (changes ->> 'card_fee_minor')::bigint",
    ),
    "trust_payment": ("disbursement", "(changes ->> 'amount_minor')::bigint"),
}
"""Which cards tell of each kind, and the signed amount that one ever had: few of many need be laid out."""
_ACCOUNTS = {"operating": "operating", "card": "credit_card"}


def _cost(card: dict[str, Any]) -> tuple[str, int, str] | None:
    if card["source"] != "manual" or card["status"] == "discarded" or card["paid_from"] not in _ACCOUNTS:
        return None
    return _ACCOUNTS[card["paid_from"]], -card["cost_minor"], card["incurred_on"]


def _vendor_payment(card: dict[str, Any]) -> tuple[str, int, str] | None:
    return (_ACCOUNTS[card["paid_from"]], -card["amount_minor"], card["paid_on"]) if card["status"] == "made" else None


def _client_payment(card: dict[str, Any]) -> tuple[str, int, str] | None:
    if card["status"] != "received":
        return None
    return "operating", card["amount_minor"] - card["card_fee_minor"], card["received_on"]


def _trust_payment(card: dict[str, Any]) -> tuple[str, int, str] | None:
    if card["billing_reference_id"] is None or card["status"] != "released":
        return None
    return "operating", card["amount_minor"], card["released_on"]


_SEEN = {
    "cost": _cost,
    "vendor_payment": _vendor_payment,
    "client_payment": _client_payment,
    "trust_payment": _trust_payment,
}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
