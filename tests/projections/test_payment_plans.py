"""The report of payment plans over a real log: next due, arrears, kept and missed, at both clocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from commands.end_payment_plan import EndPaymentPlan
from commands.event_log.database import Database
from commands.record_returned_payment import RecordReturnedPayment
from projections.reports import payment_plans
from projections.reports.reader import Reader
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, paid
from tests.commands.test_payment_plans import plan_of
from tests.commands.trust_practice import Practice
from tests.projections.september import folded

FIRST = date(2026, 10, 1)


@contextmanager
def practising(url: str) -> Iterator[tuple[Database, BillingPractice]]:
    with Database(url) as database:
        yield database, BillingPractice(Practice(database.create_firm("demo", UUID(int=1 << 32))))


def shown(reader: Reader, **asked: Any) -> dict[str, Any]:
    (row,) = payment_plans.report(reader, **asked).records()
    return row


def test_kept_missed_next_due_and_arrears_follow_from_the_payments(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as (database, firm):
        bill_id = issued(firm, 4)
        before = firm.practice.log.size()
        plan_id = firm.practice.does(plan_of(bill_id, first=FIRST))["plan_id"]
        firm.practice.today = FIRST
        paid(firm, 250_00, (bill_id, 250_00))
        firm.practice.today = date(2026, 11, 5)
        late = paid(firm, 300_00, (bill_id, 300_00))
        paid_in_november = firm.practice.log.size()
        firm.practice.today = date(2026, 12, 2)
        firm.practice.does(
            RecordReturnedPayment(payment_id=late, kind="returned", effective_date=firm.practice.today, why="NSF")
        )
        returned = firm.practice.log.size()
        firm.practice.does(EndPaymentPlan(plan_id=plan_id, why="broken"))
        with folded(database) as reader:
            on_its_day = shown(reader, as_of=FIRST)
            missed = shown(reader, as_of=date(2026, 11, 2))
            kept_late = shown(reader, as_of=date(2026, 11, 5), known_at=paid_in_november)
            broken = shown(reader, as_of=date(2026, 12, 2), known_at=returned)
            ended = shown(reader, as_of=date(2026, 12, 2))
            each = payment_plans.report(reader, as_of=date(2026, 12, 2), known_at=returned, by="instalment", plan_id=plan_id)
            none = payment_plans.report(reader, known_at=before)
            other = payment_plans.report(reader, client_id=str(firm.practice.clients["B"]))
    assert (on_its_day["status"], on_its_day["kept"], on_its_day["arrears_minor"]) == ("running", 1, 0)
    assert (on_its_day["next_due_on"], on_its_day["next_due_minor"]) == (date(2026, 11, 1), 250_00)
    assert (missed["status"], missed["arrears_minor"], missed["in_arrears_since"]) == (
        "in arrears", 250_00, date(2026, 11, 1),
    )  # fmt: skip
    assert (missed["next_due_on"], missed["next_due_minor"]) == (date(2026, 12, 1), 250_00)
    assert (kept_late["kept"], kept_late["kept_late"], kept_late["arrears_minor"]) == (1, 1, 0)
    assert (kept_late["next_due_minor"], kept_late["paid_minor"], kept_late["open_minor"]) == (200_00, 550_00, 450_00)
    assert (broken["missed"], broken["arrears_minor"], broken["paid_minor"]) == (2, 500_00, 250_00)
    assert (ended["status"], ended["arrears_minor"], ended["next_due_on"], ended["open_minor"]) == ("ended", 0, None, 750_00)
    assert [(row["stood"], row["open_minor"], row["days_late"]) for row in each.records()] == [
        ("kept", 0, None), ("missed", 250_00, 31), ("missed", 250_00, 1), ("due", 250_00, None),
    ]  # fmt: skip
    assert none.rows == other.rows == ()
    assert each.totals == {"open": 750_00, "arrears": 500_00}


def test_a_plan_that_was_paid_asks_for_nothing(migrated_database_url: str) -> None:
    with practising(migrated_database_url) as (database, firm):
        bill_id = issued(firm, 4)
        firm.practice.does(plan_of(bill_id, first=FIRST, count=2))
        paid(firm, 1_000_00, (bill_id, 1_000_00))
        with folded(database) as reader:
            row = shown(reader, as_of=FIRST + timedelta(days=90))
    assert (row["status"], row["kept"], row["open_minor"], row["next_due_on"]) == ("paid", 2, 0, None)
