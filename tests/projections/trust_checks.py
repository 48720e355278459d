"""Trust health held against plain loops over the ledgers' own events: what is out, what lies still, what is below zero."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from projections.reports import trust_health
from projections.reports.reader import Reader
from tests.projections.figure_checks import opens_to
from tests.projections.plain_figures import Plain

_DORMANT_DAYS = 3


def check_trust_health(reader: Reader, of: Plain, end: date, known_at: int | None) -> None:
    """No statement of the bank has come: whatever was not reversed is in transit or outstanding."""
    report = trust_health.report(reader, as_of=end, known_at=known_at, dormant_days=_DORMANT_DAYS)
    said = {row["measure"]: row for row in report.records()}
    entries = [one for one in of.trust if one.day <= end]
    if not said:
        assert not of.trust, "no trust account is known yet"
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
    for never in ("days since the last reconciliation", "days since the last bank statement"):
        assert (said[never]["since"], said[never]["days"]) == (None, None)


def _check(row: dict[str, Any], since: date | None, amount: int, number: int, end: date) -> None:
    days = (end - since).days if since is not None else None
    assert (row["since"], row["days"], row["amount_minor"], row["number"]) == (since, days, amount, number), row["measure"]
