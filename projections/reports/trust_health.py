"""Trust health: for each trust account, how long since it was reconciled, what is out too long, and what was done wrong.

The figures of domain reference, section 3. Requests that a rule refused left nothing in the log, as they should, and are
counted by the server's metrics; what the bank did against a rule is an exception here.
"""

from datetime import date
from typing import Any

from projections.reports import duties, earned_not_transferred, exceptions, outstanding_items, trial_balance, undisbursed
from projections.reports.bank_leg import last_statement_day
from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader
from projections.reports.report import Report, columns, table

_SHAPE = columns("measure days:count since:date amount_minor:money number:count account trust_account_id opens")
_DORMANT_DAYS = 365


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    trust_account_id: str | None = None,
    dormant_days: int = _DORMANT_DAYS,
) -> Report:
    """Ten measures of each account, and of the firm what is earned and not transferred.

    A bill for which two accounts have money counts in both of them, and once in the firm's total.
    """
    on = as_of or reader.today
    with reader.snapshot():
        earned = earned_not_transferred.report(reader, as_of=on, known_at=known_at, trust_account_id=trust_account_id)
        accounts = card_states(reader, "trust_account", as_of=as_of, known_at=known_at)
        rows = [
            {**row, "account": card["name"], "trust_account_id": key}
            for key, card in sorted(accounts.items(), key=lambda pair: str(pair[1]["name"]))
            if trust_account_id in {None, key}
            for row in _of_account(reader, key, card, on, known_at, dormant_days)
        ]
    return Report(
        "Trust health",
        _SHAPE,
        table(_SHAPE, rows),
        on,
        known_at,
        totals={"earned_not_transferred": earned.totals["transferable"]},
        counts={
            "accounts": len({row["trust_account_id"] for row in rows}),
            "open_exceptions": sum(row["number"] for row in rows if row["measure"] == "open exceptions"),
            "overdue_duties": sum(row["number"] for row in rows if row["measure"] == "overdue duties"),
        },
    )


_EARNED = "earned and not transferred"


def _of_account(
    reader: Reader, key: str, card: dict[str, Any], on: date, known_at: int | None, dormant_days: int
) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"trust_account_id": key, "as_of": on, "known_at": known_at}

    def behind(name: str, **more: Any) -> str:
        return link(name, known_at, trust_account_id=key, as_of=on, **more)

    sealed = date.fromisoformat(card["sealed_to"]) if card["sealed_to"] else None
    statement = last_statement_day(reader, key, known_at, as_of=on)
    listed = outstanding_items.report(reader, **asked)
    out = {word: _oldest(listed, word) for word in ("deposit in transit", "outstanding disbursement")}
    faults = exceptions.report(reader, **asked)
    open_faults = [row for row in faults.records() if row["status"] == "open"]
    earned = earned_not_transferred.report(reader, **asked)
    idle = undisbursed.report(reader, **asked)
    dormant = undisbursed.report(reader, **asked, more_than_days=dormant_days)
    below = trial_balance.report(reader, **asked)
    asked_for = duties.report(reader, **asked)
    exceptions_at = behind("exceptions", status="open")
    return [
        _row("days since the last reconciliation", on, sealed, opens=link("reconciliation", known_at, trust_account_id=key)),
        _row("days since the last bank statement", on, statement, opens=behind("duties")),
        _row("oldest deposit in transit", on, *out["deposit in transit"], opens=behind("outstanding-items")),
        _row("oldest outstanding disbursement", on, *out["outstanding disbursement"], opens=behind("outstanding-items")),
        _row(_EARNED, on, _first(earned, "drawable_from"), earned.totals["transferable"], earned.counts["bills"],
             opens=behind("earned-not-transferred")),
        _row("undisbursed for longer than the rule gives", on, _first(idle, "last_entry_on"), idle.totals["balance"],
             idle.counts["ledgers"], opens=behind("undisbursed")),
        _row(f"dormant for more than {dormant_days} days", on, _first(dormant, "last_entry_on"), dormant.totals["balance"],
             dormant.counts["ledgers"], opens=behind("undisbursed", more_than_days=dormant_days)),
        _row("client ledgers below zero", on, None, None, below.counts["below_zero"], opens=behind("trial-balance")),
        _row("open exceptions", on, min((row["opened_on"] for row in open_faults), default=None),
             sum(row["amount_minor"] or 0 for row in open_faults), len(open_faults), opens=exceptions_at),
        _row("overdue duties", on, None, None, asked_for.counts["overdue"], opens=behind("duties")),
    ]  # fmt: skip


def _row(
    measure: str, on: date, since: date | None, amount_minor: int | None = None, number: int | None = None, *, opens: str
) -> dict[str, Any]:
    days = (on - since).days if since is not None else None
    return {
        "measure": measure, "since": since, "days": days, "amount_minor": amount_minor, "number": number, "opens": opens,
    }  # fmt: skip


def _oldest(listed: Report, kind: str) -> tuple[date | None, int, int]:
    """The first day of the items of a kind, what they come to, and how many they are."""
    items = [row for row in listed.records() if row["kind"] == kind]
    return (
        min((row["effective_date"] for row in items), default=None),
        sum(abs(row["amount_minor"]) for row in items),
        len(items),
    )


def _first(report: Report, name: str) -> date | None:
    return min((row[name] for row in report.records()), default=None)
