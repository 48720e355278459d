"""What the firm's rules ask for by when: reconciliations, statements, the yearly listing, records kept, cheques gone stale.

Each row says how many days or years the rule gives and where that stands in writing, so that nobody takes a date on trust.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from aggregates.jurisdictions import Policy
from projections.reports.bank_leg import last_statement_day
from projections.reports.card_states import Card, card_states
from projections.reports.firm_policy import firm_policy
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns("due_on:date days_overdue:count duty subject since:date asked:count rule provenance subject_id")
_OUT = frozenset({"issued", "printed"})


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, trust_account_id: str | None = None
) -> Report:
    """Soonest due first. `asked` is the rule's number of days or years; records of closed matters come last, being kept."""
    on = as_of or reader.today
    with reader.snapshot():
        rules = firm_policy(reader, on, known_at)
        accounts = card_states(reader, "trust_account", as_of=as_of, known_at=known_at)
        cheques = card_states(reader, "cheque", status=_OUT, as_of=as_of, known_at=known_at)
        closed = card_states(reader, "matter", status={"closed"}, as_of=as_of, known_at=known_at)
        firm = next(iter(card_states(reader, "firm", known_at=known_at).values()), {})
        chosen = {key: card for key, card in accounts.items() if trust_account_id in {None, key}}
        rows = [
            row for key, card in chosen.items() for row in _of_account(reader, rules, firm, key, card, on, as_of, known_at)
        ]
    rows += [
        _row(rules, "stale_cheque_days", "cheque goes stale", f"cheque {card['number']}", card["issued_on"], key)
        for key, card in cheques.items()
        if card["trust_account_id"] in chosen
    ]
    if trust_account_id is None:
        rows += [_kept(rules, key, card) for key, card in closed.items()]
    for row in rows:
        row["days_overdue"] = None if row["rule"] == "retention_years" else max((on - row["due_on"]).days, 0)
    rows.sort(key=lambda row: (row["rule"] == "retention_years", row["due_on"], row["duty"], row["subject"]))
    overdue = sum(bool(row["days_overdue"]) for row in rows)
    return Report("Duties", _SHAPE, table(_SHAPE, rows), on, known_at, counts={"duties": len(rows), "overdue": overdue})


def _of_account(
    reader: Reader, rules: Policy, firm: Card, key: str, card: Card, on: date, as_of: date | None, known_at: int | None
) -> Iterator[dict[str, Any]]:
    name, opened = card["name"], card["opened_on"]
    signed = card["sealed_to"] or opened
    yield _row(rules, "reconcile_every_days", "reconcile", name, signed, key)
    yield _row(rules, "three_way_every_days", "reconcile three ways", name, signed, key)
    last = last_statement_day(reader, key, known_at, as_of=as_of)
    shown = opened if last is None else last.isoformat()
    yield _row(rules, "statement_every_days", "import the bank's statement", name, shown, key)
    if rules.asks("annual_listing"):
        year_end = _year_end(on, firm.get("fiscal_year_start_month", 1))
        value = rules.pack.values["annual_listing"]
        yield {
            "due_on": year_end, "duty": "list or account for each client's balance", "subject": name, "since": None,
            "asked": 1, "rule": "annual_listing", "provenance": value.provenance, "subject_id": key,
        }  # fmt: skip


def _row(rules: Policy, rule: str, duty: str, subject: str, since: str, key: str) -> dict[str, Any]:
    start, days = date.fromisoformat(since), rules.number(rule)
    return {
        "due_on": start + timedelta(days=days), "duty": duty, "subject": subject, "since": start, "asked": days,
        "rule": rule, "provenance": rules.pack.values[rule].provenance, "subject_id": key,
    }  # fmt: skip


def _kept(rules: Policy, key: str, card: Card) -> dict[str, Any]:
    """Until when a closed matter's records are kept, counted from its closing, which is no earlier than what it records."""
    start, years = date.fromisoformat(card["closed_on"]), rules.number("retention_years")
    until = date(start.year + years, start.month, min(start.day, 28)) + timedelta(days=max(start.day - 28, 0))
    anchor = " or ".join(rules.roles("retention_anchor"))
    return {
        "due_on": until, "duty": f"keep the records until then, at least ({anchor})", "subject": f"matter {card['number']}",
        "since": start, "asked": years, "rule": "retention_years",
        "provenance": rules.pack.values["retention_years"].provenance, "subject_id": key,
    }  # fmt: skip


def _year_end(on: date, start_month: int) -> date:
    """The last day of the fiscal year that a day is in."""
    begins = date(on.year, start_month, 1)
    following = begins if on < begins else date(on.year + 1, start_month, 1)
    return following - timedelta(days=1)
