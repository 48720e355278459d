"""Trust health held against plain loops over the ledgers' own events: what is out, what lies still, what is below zero."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from projections.reports import trust_health
from projections.reports.reader import Reader
from projections.reports.report import Report
from tests.projections.figure_checks import opened, opens_to
from tests.projections.plain_trust import PlainTrust, Waiting

_DORMANT_DAYS = 3


def check_trust_health(reader: Reader, of: PlainTrust, end: date, known_at: int | None) -> None:
    """No statement of the bank has come: whatever was not reversed is in transit or outstanding."""
    report = trust_health.report(reader, as_of=end, known_at=known_at, dormant_days=_DORMANT_DAYS)
    said = {row["measure"]: row for row in report.records()}
    entries = [one for one in of.entries if one.day <= end]
    if not said:
        assert not of.entries, "no trust account is known yet"
        return
    reversed_ = {one.reverses for one in entries if one.reverses is not None}
    shown = [one for one in entries if one.reverses is None and one.entry not in reversed_]
    for measure, items in (
        ("oldest deposit in transit", [one for one in shown if one.amount > 0]),
        ("oldest outstanding disbursement", [one for one in shown if one.amount < 0]),
    ):
        since = min((one.day for one in items), default=None)
        _check(said[measure], since, sum(abs(one.amount) for one in items), len(items), end)
        assert opens_to(reader, said[measure]["opens"], len(items)), measure
    balances, last = Counter[str](), dict[str, date]()
    for one in entries:
        balances[one.ledger] += one.amount
        last[one.ledger] = max(last.get(one.ledger, one.day), one.day)
    before = end - timedelta(days=_DORMANT_DAYS)
    still = [ledger for ledger, balance in balances.items() if balance and last[ledger] < before]
    idle = said[f"dormant for more than {_DORMANT_DAYS} days"]
    _check(idle, min((last[one] for one in still), default=None), sum(balances[one] for one in still), len(still), end)
    assert opens_to(reader, idle["opens"], len(still))
    assert said["client ledgers below zero"]["number"] == sum(balance < 0 for balance in balances.values()) == 0
    _check_earned(reader, of, report, end)
    for never in ("days since the last reconciliation", "days since the last bank statement"):
        assert (said[never]["since"], said[never]["days"]) == (None, None)


def _check_earned(reader: Reader, of: PlainTrust, report: Report, end: date) -> None:
    """In total, and bill by bill and ledger by ledger in the list that it opens to."""
    waiting, total = of.earned(end), sum(one.amount for one in of.earned(end))
    row = next(one for one in report.records() if one["measure"] == "earned and not transferred")
    bills = {one.reference for one in waiting}
    _check(row, min((one.issued for one in waiting), default=None), total, len(bills), end)
    assert report.totals["earned_not_transferred"] == total
    listed = [
        Waiting(one["drawable_from"], one["billing_reference_id"], one["ledger_id"], one["transferable_minor"])
        for one in opened(reader, row["opens"]).records()
    ]
    assert listed == waiting, report.known_at


def _check(row: dict[str, Any], since: date | None, amount: int, number: int, end: date) -> None:
    days = (end - since).days if since is not None else None
    assert (row["since"], row["days"], row["amount_minor"], row["number"]) == (since, days, amount, number), row["measure"]
