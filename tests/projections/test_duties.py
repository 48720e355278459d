"""What the rules ask for by when, on the worked example."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import firm
from aggregates.firm import FirmEstablished
from aggregates.matter import MatterClosed
from aggregates.trust_account import PeriodSealed
from projections.reports import duties, trust_health, undisbursed
from tests.projections.september import AUGUST_28, END, September, day, folded, lived


def _establish(month: September) -> None:
    established = FirmEstablished(
        firm_id=UUID(int=1), name="Gray & Hale", jurisdiction="us-nc", pack_version=1, base_currency="USD",
        time_zone="UTC", fiscal_year_start_month=1, matter_number_pattern="{seq}",
    )  # fmt: skip
    month.books.append((firm.STREAM, established))


def test_each_duty_of_an_account_is_due_its_days_after_it_was_done_last(database_url: str) -> None:
    with lived(database_url) as (database, month):
        account = str(month.account_id)
        _establish(month)
        with folded(database) as reader:
            before = duties.report(reader, trust_account_id=account, as_of=END)
        sealed = PeriodSealed(trust_account_id=month.account_id, reconciliation_id=month.books.id(), period_end=END)
        month.books.append((month.account_id, sealed))
        with folded(database) as reader:
            after = duties.report(reader, trust_account_id=account)
    opened = {row["rule"]: row["since"] for row in before.records()}["reconcile_every_days"]
    assert opened < END
    due = {
        row["rule"]: (row["since"], row["due_on"], row["days_overdue"])
        for row in after.records()
        if row["subject_id"] == account
    }
    assert due["reconcile_every_days"] == (END, date(2026, 10, 31), 0)
    assert due["three_way_every_days"] == (END, date(2026, 12, 31), 0)
    assert due["statement_every_days"] == (END, date(2026, 10, 31), 0)
    assert due["annual_listing"] == (None, date(2026, 12, 31), 0)
    assert all(row["provenance"] for row in after.records())


def test_a_past_day_knows_the_statement_that_had_come_by_then_and_no_later_one(database_url: str) -> None:
    with lived(database_url) as (database, month):
        account = str(month.account_id)
        month.import_statement(date(2026, 10, 1), date(2026, 10, 4), 1_797_709, [])
        with folded(database) as reader:
            asked = {
                on: {row["rule"]: row for row in duties.report(reader, trust_account_id=account, as_of=on).records()}
                for on in (END - timedelta(days=1), END, date(2026, 10, 3), date(2026, 10, 4))
            }
            health = trust_health.report(reader, trust_account_id=account, as_of=date(2026, 10, 3)).records()
    before, *since = [rows["statement_every_days"]["since"] for rows in asked.values()]
    assert before < AUGUST_28
    assert since == [END, END, date(2026, 10, 4)]
    (last,) = [row for row in health if row["measure"] == "days since the last bank statement"]
    assert (last["since"], last["days"]) == (END, 3)


def test_a_cheque_still_out_goes_stale_and_an_unreconciled_account_is_overdue(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = duties.report(reader, trust_account_id=str(month.account_id), as_of=date(2027, 6, 30))
        earlier = duties.report(reader, trust_account_id=str(month.account_id), as_of=day(17)).records()
    stale = {row["subject"]: row["due_on"] for row in found.records() if row["rule"] == "stale_cheque_days"}
    assert stale["cheque 1053"] == date(2027, 3, 17)
    assert found.counts["overdue"] >= 3
    assert "cheque 1053" not in {row["subject"] for row in earlier}


def test_records_of_a_closed_matter_are_kept_for_years_and_never_overdue(database_url: str) -> None:
    with lived(database_url) as (database, month):
        closed = MatterClosed(closed_on=date(2024, 2, 29), why="done")
        _establish(month)
        month.books.append((month.matters["A"], closed))
        with folded(database) as reader:
            rows = [row for row in duties.report(reader).records() if row["rule"] == "retention_years"]
    assert [(row["due_on"], row["days_overdue"], row["asked"]) for row in rows] == [(date(2030, 3, 1), None, 6)]


def test_idle_money_is_looked_for_by_the_firms_own_days(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        found = undisbursed.report(reader, trust_account_id=str(month.account_id), as_of=date(2026, 11, 5))
        same = undisbursed.report(reader, trust_account_id=str(month.account_id), as_of=date(2026, 11, 5), more_than_days=45)
    assert found.title == "Undisbursed for more than 45 days"
    assert found.rows == same.rows
