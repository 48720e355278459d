"""Trust health of two accounts agrees with plain loops over the raw events, on any day and at any position (section F)."""

import random
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commands.event_log.database import Database
from commands.open_trust_account import OpenTrustAccount
from commands.open_trust_ledger import OpenTrustLedger
from projections.reports import duties, exceptions, trust_health
from projections.reports.reader import Reader
from tests.commands.trust_practice import ASHBY, Practice
from tests.projections.figure_checks import opened
from tests.projections.plain_duties import Duty, Fault, PlainDuties
from tests.projections.plain_trust import PlainTrust
from tests.projections.random_trust_practice import RandomTrustPractice
from tests.projections.test_key_figures import documents, ends, reading

_FIRMS = count(1)
_MOMENTS = 6
_DORMANT_DAYS = 20


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), steps=st.integers(60, 120))
def test_trust_health_agrees_with_a_plain_computation(migrated_database_url: str, seed: int, steps: int) -> None:
    number, dice = next(_FIRMS), random.Random(seed)  # noqa: S311 -- chance, not secrecy
    with Database(migrated_database_url, pool_size=2) as database:
        practice = Practice(database.create_firm(f"trust{number}", UUID(int=(1 << 33) + number)))
        RandomTrustPractice(practice, dice).live(steps)
        days = sorted({date.fromisoformat(one["day"]) for one in documents(practice, None)})
        with reading(migrated_database_url, practice, practice.today) as reader:
            for known_at in (None, None, None, *dice.choices(ends(practice), k=_MOMENTS)):
                # A day on which something happened, the one before or after it, or one when nobody did anything any more.
                on = dice.choice((*days, days[-1] + timedelta(days=40))) + timedelta(days=dice.randint(-1, 1))
                check_accounts(reader, practice, dice.choice((None, on, on, on)), known_at)


def test_a_bill_that_two_accounts_have_money_for_is_earned_once(migrated_database_url: str) -> None:
    with Database(migrated_database_url, pool_size=2) as database:
        practice = Practice(database.create_firm(f"trust{next(_FIRMS)}", UUID(int=1 << 34)))
        second = OpenTrustAccount(name="IOLTA-2", bank="Second Bank", account_number="2", opened_on=practice.today)
        account = UUID(practice.does(second, ASHBY)["trust_account_id"])
        practice.receive("A", 70_00)
        opened_there = OpenTrustLedger(trust_account_id=account, matter_id=practice.matters["A"])
        practice.ledgers["A"] = UUID(practice.does(opened_there)["ledger_id"])
        practice.receive("A", 50_00)
        practice.bill("A", "1", 100_00)
        with reading(migrated_database_url, practice) as reader:
            both = trust_health.report(reader)
            one = trust_health.report(reader, trust_account_id=str(account))
    earned = [row["amount_minor"] for row in both.records() if row["measure"] == "earned and not transferred"]
    assert (earned, both.totals, one.totals) == (
        [70_00, 50_00], {"earned_not_transferred": 100_00}, {"earned_not_transferred": 50_00}
    )  # fmt: skip


def check_accounts(reader: Reader, practice: Practice, as_of: date | None, known_at: int | None) -> None:
    """Each account by itself, and what is said of all of them."""
    said = documents(practice, known_at)
    money, asked, on = PlainTrust(said), PlainDuties(said), as_of or reader.today
    report = trust_health.report(reader, as_of=as_of, known_at=known_at, dormant_days=_DORMANT_DAYS)
    accounts = sorted(key for key, day in asked.accounts.items() if as_of is None or day <= as_of)
    assert sorted({row["trust_account_id"] for row in report.records()}) == accounts
    for account in accounts:
        rows = {row["measure"]: row for row in report.records() if row["trust_account_id"] == account}
        _check_done(rows, asked, account, on)
        _check_money(rows, money, asked, account, on)
        _check_faults(reader, rows["open exceptions"], asked.faults(account, on))
        _check_duties(reader, rows["overdue duties"], asked.duties(account, on))
    assert report.counts["accounts"] == len(accounts)
    assert report.counts["open_exceptions"] == sum(len(asked.faults(one, on)) for one in accounts)
    overdue = sum(one.days_overdue > 0 for account in accounts for one in asked.duties(account, on))
    assert (
        report.counts["overdue_duties"] == duties.report(reader, as_of=as_of, known_at=known_at).counts["overdue"] == overdue
    )
    assert report.totals["earned_not_transferred"] == sum(one.amount for one in money.earned(on))
    faults = exceptions.report(reader, as_of=as_of, known_at=known_at).counts
    late = sum(fault.days_overdue > 0 for one in accounts for fault in asked.faults(one, on))
    assert (faults["open"], faults["overdue"]) == (report.counts["open_exceptions"], late)


def _check_done(rows: dict[str, dict[str, Any]], asked: PlainDuties, account: str, on: date) -> None:
    for measure, since in (
        ("days since the last reconciliation", asked.last_signed(account, on)),
        ("days since the last bank statement", asked.last_statement(account, on)),
    ):
        assert (rows[measure]["since"], rows[measure]["days"]) == (since, (on - since).days if since else None), measure


def _check_money(rows: dict[str, dict[str, Any]], money: PlainTrust, asked: PlainDuties, account: str, on: date) -> None:
    rule = asked.undisbursed_days(on)
    for measure, still in (
        ("undisbursed for longer than the rule gives", money.still(on, account, rule)),
        (f"dormant for more than {_DORMANT_DAYS} days", money.still(on, account, _DORMANT_DAYS)),
    ):
        days, balances = [day for day, _ in still.values()], [balance for _, balance in still.values()]
        assert _told(rows[measure]) == (min(days, default=None), sum(balances), len(still)), measure
    assert rows["client ledgers below zero"]["number"] == money.below_zero(on, account)
    waiting = money.earned(on, account)
    since, bills = min((one.issued for one in waiting), default=None), {one.reference for one in waiting}
    assert _told(rows["earned and not transferred"]) == (since, sum(one.amount for one in waiting), len(bills))


def _check_faults(reader: Reader, row: dict[str, Any], faults: list[Fault]) -> None:
    since = min((one.opened_on for one in faults), default=None)
    assert _told(row) == (since, sum(one.amount for one in faults), len(faults))
    listed = opened(reader, row["opens"])
    assert [
        Fault(one["exception_id"], one["cause"], one["opened_on"], one["due_on"], one["amount_minor"], one["days_overdue"])
        for one in listed.records()
    ] == faults


def _check_duties(reader: Reader, row: dict[str, Any], asked: list[Duty]) -> None:
    assert row["number"] == sum(one.days_overdue > 0 for one in asked)
    listed = [
        Duty(one["rule"], one["subject_id"], one["since"], one["due_on"], one["days_overdue"])
        for one in opened(reader, row["opens"]).records()
    ]
    assert sorted(listed, key=lambda one: (one.due_on, one.rule, one.subject)) == asked


def _told(row: dict[str, Any]) -> tuple[date | None, int, int]:
    return row["since"], row["amount_minor"], row["number"]
