"""Key figures worked out by hand: the examples of the domain reference, sections 2.4 and 3, and one of each report."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from aggregates import bill
from aggregates.bill_events import Adjustment
from aggregates.contingency import Tier
from aggregates.errors import BadRequest
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_available_time import AgreeAvailableTime
from commands.agree_contingent_fee import AgreeContingentFee
from commands.agree_fee_shares import AgreeFeeShares
from commands.amend_matter import AmendMatter
from commands.approve_bill import ApproveBill
from commands.classify_timekeeper import ClassifyTimekeeper
from commands.credit_bill import CreditBill
from commands.dispute_bill import DisputeBill
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.give_back_fees import GiveBackFees
from commands.receive_payment import Allocation, ReceivePayment
from commands.record_cost import RecordCost
from commands.record_returned_payment import RecordReturnedPayment
from commands.resolve_dispute import ResolveDispute
from commands.set_time_cost import SetTimeCost
from commands.sign_settlement import SignSettlement
from commands.state_settlement import Share, StateSettlement
from projections.reports import (
    fee_allocation,
    key_figures,
    matter_profitability,
    receivable_movements,
    timekeeper_figures,
    trust_health,
    write_downs,
)
from projections.reports.figure_rows import left_of
from projections.reports.lockup import previous_fiscal_year
from projections.reports.reader import Reader
from projections.reports.report import Report
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day, practising
from tests.projections.figure_checks import opens_to
from tests.projections.plain_figures import half_up
from tests.projections.september import END, folded, lived
from tests.projections.test_key_figures import reading


@pytest.fixture
def firm(migrated_database_url: str) -> Iterator[BillingPractice]:
    with practising(migrated_database_url) as practice:
        yield BillingPractice(practice)


def billed(firm: BillingPractice, *entries: UUID, off: tuple[Adjustment, int] | None = None) -> UUID:
    does, today = firm.practice.does, firm.practice.today
    command = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=today)
    bill_id = UUID(does(command)["bill_id"])
    if off is not None:
        (line_id,) = firm.practice.log.load(bill.KIND, bill_id).state.lines
        does(AdjustBillLine(bill_id=bill_id, line_id=line_id, adjustment=off[0], charged_minor=off[1], why="Courtesy"))
    does(ApproveBill(bill_id=bill_id), ASHBY)
    does(FinalizeBill(bill_id=bill_id))
    return bill_id


def paid(firm: BillingPractice, bill_id: UUID, amount_minor: int) -> UUID:
    received = ReceivePayment(
        client_id=firm.practice.clients["A"], amount_minor=amount_minor, effective_date=firm.practice.today, method="card",
        payer="Adeline Archer", allocations=(Allocation(bill_id=bill_id, amount_minor=amount_minor),),
    )  # fmt: skip
    return UUID(firm.practice.does(received)["payment_id"])


def points(report: Report, figure: str, base: str) -> int:
    (row,) = [row for row in report.records() if (row["figure"], row["base"]) == (figure, base)]
    found: int = row["basis_points"]
    return found


def test_a_thousand_worked_two_hundred_off_three_hundred_credited_five_hundred_paid(
    firm: BillingPractice, migrated_database_url: str
) -> None:
    bill_id = billed(firm, firm.approved(seconds=4 * HOUR), off=("discount", 800_00))
    credit = CreditBill(bill_id=bill_id, effective_date=firm.practice.today, amount_minor=300_00, why="Too slow")
    firm.practice.does(credit, ASHBY)
    firm.practice.today = day(25)
    paid(firm, bill_id, 500_00)
    with reading(migrated_database_url, firm.practice) as reader:
        said = key_figures.report(reader, as_of=day(25))
        lost = write_downs.report(reader, as_of=day(25))
    assert points(said, "billing realization", "flow, value: fees billed of fees recorded") == 80_00
    assert points(said, "collection realization", "flow, value: collected of invoiced") == 62_50
    assert points(said, "overall realization", "flow, value: fees collected of fees recorded") == 50_00
    assert (
        points(said, "overall realization", "cohort: work done in the span, value: fees collected of fees recorded") == 50_00
    )
    (row,) = [row for row in said.records() if row["figure"] == "bills paid in full"]
    assert (row["number"], row["of_number"]) == (1, 1)
    assert next(row["days"] for row in said.records() if row["figure"] == "days to pay") == 10
    assert [(row["name"], row["kind"], row["amount_minor"]) for row in lost.records()] == [
        ("Too slow", "credit_memo", 300_00),
        ("Courtesy", "discount", 200_00),
    ]


def test_what_was_all_credited_is_not_paid(firm: BillingPractice, migrated_database_url: str) -> None:
    bill_id = billed(firm, firm.approved())
    firm.practice.does(CreditBill(bill_id=bill_id, effective_date=day(15), amount_minor=250_00, why="Goodwill"), ASHBY)
    with reading(migrated_database_url, firm.practice) as reader:
        rows = {row["figure"]: row for row in key_figures.report(reader, as_of=day(20)).records()}
    assert (rows["bills paid in full"]["number"], rows["bills paid in full"]["of_number"]) == (0, 1)
    assert rows["days to pay"]["days"] is None


def test_of_eight_hours_two_point_three_seven_are_paid() -> None:
    ratios = [(37, 100), (88, 100), (91, 100)]
    left = [left_of(8 * HOUR, ratios[:steps]) for steps in (1, 2, 3)]
    assert [f"{seconds / HOUR:.2f}" for seconds in left if seconds is not None] == ["2.96", "2.60", "2.37"]
    assert left_of(8 * HOUR, [(1, 1), (0, 0)]) is None


@pytest.mark.parametrize(
    ("on", "start_month", "year"),
    [
        (date(2026, 1, 1), 1, (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 12, 31), 1, (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 3, 31), 4, (date(2024, 4, 1), date(2025, 3, 31))),
        (date(2026, 4, 1), 4, (date(2025, 4, 1), date(2026, 3, 31))),
        (date(2028, 3, 1), 3, (date(2027, 3, 1), date(2028, 2, 29))),
    ],
)
def test_the_fiscal_year_before_the_one_a_day_is_in(on: date, start_month: int, year: tuple[date, date]) -> None:
    assert previous_fiscal_year(on, start_month) == year


def test_lockup_is_days_of_the_collections_of_the_fiscal_year_before(
    firm: BillingPractice, migrated_database_url: str
) -> None:
    paid(firm, billed(firm, firm.approved(seconds=2 * HOUR)), 500_00)
    billed(firm, firm.approved(seconds=HOUR))
    firm.approved(seconds=3 * HOUR)
    with reading(migrated_database_url, firm.practice) as reader:
        rows = key_figures.report(reader, as_of=date(2027, 1, 15)).records()
    base = "collections of the fiscal year 2026-01-01 to 2026-12-31"
    days = {row["figure"]: row["days"] for row in rows if row["base"] == base}
    assert days == {"lockup, work in progress": 548, "lockup, receivable": 183, "lockup, total": 730}, "547.5, 182.5, 730"


def utilization(reader: Reader, **asked: Any) -> tuple[int, int, int]:
    """Billable seconds, available seconds, basis points."""
    rows = key_figures.report(reader, as_of=day(30), **asked).records()
    (row,) = [row for row in rows if row["figure"] == "utilization"]
    return row["seconds"], row["of_seconds"], row["basis_points"]


def test_timekeepers_are_available_from_the_day_they_were_classified_or_worked(
    firm: BillingPractice, migrated_database_url: str
) -> None:
    firm.approved(seconds=8 * HOUR)
    with reading(migrated_database_url, firm.practice) as reader:
        assert utilization(reader)[1] == 22 * 8 * HOUR, "who recorded time: one, on 22 working days"
        assert utilization(reader, hours_a_day=6)[1] == 22 * 6 * HOUR
    since = ClassifyTimekeeper(timekeeper_id=firm.partner, classification="x", effective_from=day(21))
    firm.practice.does(since, ASHBY)
    with reading(migrated_database_url, firm.practice) as reader:
        both = key_figures.report(reader, as_of=day(30))
        assert (both.counts["timekeepers"], both.counts["available_seconds"]) == (2, (22 + 8) * 8 * HOUR)
        assert utilization(reader) == (8 * HOUR, (22 + 8) * 8 * HOUR, 333), "nobody's hours count without their time"


def test_utilization_is_of_the_time_that_was_agreed(firm: BillingPractice, migrated_database_url: str) -> None:
    firm.approved(seconds=8 * HOUR, worked_on=day(1))
    who = firm.associate
    for agreed in (
        AgreeAvailableTime(effective_from=day(1), per="year", seconds=2_000 * HOUR),
        AgreeAvailableTime(timekeeper_id=who, effective_from=day(15), seconds=4 * HOUR),
        AgreeAvailableTime(timekeeper_id=who, effective_from=day(29)),
    ):
        firm.practice.does(agreed, ASHBY)
    of_year = half_up(Fraction(2_000 * HOUR * (10 + 2), 261))  # of the working days of 2026
    with reading(migrated_database_url, firm.practice) as reader:
        assert utilization(reader) == (8 * HOUR, of_year + 10 * 4 * HOUR, 606)
        rows = timekeeper_figures.report(reader, as_of=day(30)).records()
        assert {row["timekeeper_id"]: row["available_seconds"] for row in rows} == {str(who): of_year + 10 * 4 * HOUR}
    with pytest.raises(BadRequest, match="a day has no more than 86400 seconds"):
        firm.practice.does(AgreeAvailableTime(effective_from=day(1), seconds=25 * HOUR), ASHBY)
    with pytest.raises(BadRequest, match="agreed already"):
        firm.practice.does(AgreeAvailableTime(timekeeper_id=who, effective_from=day(29)), ASHBY)


def test_credit_goes_to_who_brought_the_matter_who_answers_for_it_and_who_worked(
    firm: BillingPractice, migrated_database_url: str
) -> None:
    does, matter_id = firm.practice.does, firm.practice.matters["A"]
    for name in ("originating_attorney_id", "responsible_attorney_id"):
        does(AmendMatter(matter_id=matter_id, field=name, value=str(firm.partner)), ASHBY)
    does(AgreeFeeShares(binds_from=day(1), originating_percent="10", responsible_percent="5", working_percent="100"), ASHBY)
    firm.practice.does(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=None), ASHBY)
    bill_id = billed(firm, firm.approved(timekeeper_id=firm.partner), firm.approved())
    firm.practice.does(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=str(firm.partner)), ASHBY)
    payment = paid(firm, bill_id, 100_01)
    with reading(migrated_database_url, firm.practice) as reader:
        said = {row["id"]: row for row in fee_allocation.report(reader).records()}
        partner, associate = said[str(firm.partner)], said[str(firm.associate)]
        assert opens_to(reader, partner["opens"], partner["credited_minor"])
    assert [partner[f"{name}_minor"] for name in ("collected", "working", "originating", "responsible", "credited")] == [
        61_55, 61_55, 10_00, 5_00, 76_55,
    ], "400 of 650, the odd cent to the larger share"  # fmt: skip
    assert [associate[f"{name}_minor"] for name in ("collected", "credited")] == [38_46, 38_46]

    shares = {"originating_percent": "20", "working_percent": "50", "originators": (firm.partner, firm.associate)}
    does(AgreeFeeShares(matter_id=matter_id, binds_from=day(16), **shares), ASHBY)
    firm.practice.today = day(20)
    paid(firm, bill_id, 99)
    does(RecordReturnedPayment(payment_id=payment, kind="chargeback", effective_date=day(20), why="disputed"))
    with reading(migrated_database_url, firm.practice) as reader:
        later = {row["id"]: row for row in fee_allocation.report(reader, from_day=day(16)).records()}
        whole = {row["id"]: row for row in fee_allocation.report(reader).records()}
    assert later[str(firm.partner)]["originating_minor"] == 10 - 10_00, "half of 0.20, less what the first payment gave"
    assert whole[str(firm.partner)]["originating_minor"] == whole[str(firm.associate)]["originating_minor"] == 10
    assert whole[str(firm.partner)]["responsible_minor"] == 0
    assert [whole[str(one)]["working_minor"] for one in (firm.partner, firm.associate)] == [31, 19], "half of 0.61 and 0.38"


def test_profit_is_what_is_left_after_hours_costs_and_overhead(firm: BillingPractice, migrated_database_url: str) -> None:
    does = firm.practice.does
    for person, cost in ((firm.partner, 150_00), (firm.associate, 90_00), (None, 20_00)):
        does(SetTimeCost(timekeeper_id=person, effective_from=day(1), hour_minor=cost))
    does(SetTimeCost(timekeeper_id=firm.associate, effective_from=day(16), hour_minor=99_00))
    bill_id = billed(firm, firm.approved(seconds=4 * HOUR), off=("write_down", 800_00))
    paid(firm, bill_id, 500_00)
    firm.approved(seconds=HOUR, timekeeper_id=firm.partner, charge="non_billable")
    with reading(migrated_database_url, firm.practice) as reader:
        (row,) = matter_profitability.report(reader).records()
        assert opens_to(reader, row["opens_work"], 5 * HOUR)
    assert [row[f"{base}_minor"] for base in ("worked", "billed", "collected")] == [1_000_00, 800_00, 500_00]
    assert (row["time_cost_minor"], row["overhead_minor"]) == (4 * 90_00 + 150_00, 5 * 20_00)
    assert [row[f"contribution_{base}_minor"] for base in ("worked", "billed", "collected")] == [490_00, 290_00, -10_00]
    assert [row[f"profit_{base}_minor"] for base in ("worked", "billed", "collected")] == [390_00, 190_00, -110_00]


def test_a_contingent_fee_is_collected_when_it_is_drawn(firm: BillingPractice, migrated_database_url: str) -> None:
    practice: Practice = firm.practice
    matter_id, ledger_id = practice.matters["A"], practice.ledgers["A"]
    tiers = (Tier(stage="before suit", basis_points=3_333),)
    practice.does(AgreeContingentFee(matter_id=matter_id, tiers=tiers, fee_on="gross", authority="Letter"), ASHBY)
    practice.receive("A", 100_000_00)
    stated = StateSettlement(
        matter_id=matter_id, ledger_id=ledger_id, gross_minor=100_000_00, stage="before suit", effective_date=practice.today,
        shares=(Share(kind="cost", to="Expert", amount_minor=4_567_89),),
    )  # fmt: skip
    sign: dict[str, Any] = {"number": "S-1", "signed_on": practice.today, "authority": "Signed"}
    signed = practice.does(SignSettlement(settlement_id=UUID(practice.does(stated)["settlement_id"]), **sign))
    reference = UUID(signed["billing_reference_id"])
    practice.pay("A", 4_000_00, payee=FIRM_NAME, billing_reference_id=reference)
    firm.approved(seconds=HOUR, charge="no_charge")
    with reading(migrated_database_url, practice) as reader:
        first = key_figures.report(reader, as_of=day(15)).totals
    practice.today = day(16)
    practice.pay("A", 33_897_89, payee=FIRM_NAME, billing_reference_id=reference)
    with reading(migrated_database_url, practice) as reader:
        said = key_figures.report(reader, as_of=day(16))
        rate = next(row for row in said.records() if row["figure"] == "effective rate")
        drawn = receivable_movements.report(reader, cause="settlement_drawn")
        (credit,) = fee_allocation.report(reader).records()
        profits = matter_profitability.report(reader)
    assert (first["collected"], first["fees_collected"]) == (4_000_00, 0), "costs first"
    assert (said.totals["collected"], said.totals["fees_collected"]) == (37_897_89, 33_330_00)
    assert rate["amount_minor"] is None, "no billable hour"
    assert points(said, "overall realization", _STANDARD) == 133_32_00, "33,330.00 of an hour at 250.00"
    assert (-drawn.totals["amount"], -drawn.totals["fee"], drawn.counts["movements"]) == (37_897_89, 33_330_00, 2)
    assert (credit["collected_minor"], credit["id"]) == (33_330_00, None)
    assert profits.totals["collected"] == 33_330_00


def test_fees_given_back_are_not_collected(firm: BillingPractice, migrated_database_url: str) -> None:
    bill_id = billed(firm, firm.approved(seconds=4 * HOUR))
    paid(firm, bill_id, 1_000_00)
    reference = firm.practice.log.load(bill.KIND, bill_id).state.finalized.billing_reference_id
    firm.practice.today = day(20)
    does = firm.practice.does
    does(DisputeBill(billing_reference_id=reference, amount_minor=400_00, why="too long"))
    does(ResolveDispute(billing_reference_id=reference, how="250.00 off", reduce_by_minor=250_00))
    back = GiveBackFees(billing_reference_id=reference, amount_minor=100_00, effective_date=day(20), how="Cheque 12")
    does(back)
    with reading(migrated_database_url, firm.practice) as reader:
        before, after = (key_figures.report(reader, as_of=day(number)).totals for number in (19, 20))
        (credit,) = fee_allocation.report(reader).records()
        (profit,) = matter_profitability.report(reader).records()
        listed = receivable_movements.report(reader, cause="all_collected")
    assert (before["fees_collected"], after["fees_collected"]) == (1_000_00, 900_00)
    assert (credit["collected_minor"], credit["id"]) == (900_00, str(firm.associate))
    assert (profit["worked_minor"], profit["billed_minor"], profit["collected_minor"]) == (1_000_00, 900_00, 900_00)
    assert -listed.totals["amount"] == 900_00


def test_what_is_given_back_on_a_bill_of_costs_is_nobodys_work(firm: BillingPractice, migrated_database_url: str) -> None:
    practice, does = firm.practice, firm.practice.does
    cost = RecordCost(
        matter_id=practice.matters["A"], nature="hard", incurred_on=practice.today, expense_code="E112", unit_cost="100.00",
        description="Filing fee", payee="The court", paid_from="operating",
    )  # fmt: skip
    bill_id = billed(firm, UUID(does(cost)["cost_id"]))
    reference = practice.log.load(bill.KIND, bill_id).state.finalized.billing_reference_id
    paid(firm, bill_id, 100_00)
    does(DisputeBill(billing_reference_id=reference, amount_minor=60_00, why="never filed"))
    does(ResolveDispute(billing_reference_id=reference, how="40.00 off", reduce_by_minor=40_00))
    does(GiveBackFees(billing_reference_id=reference, amount_minor=40_00, effective_date=practice.today, how="Cheque 12"))
    with reading(migrated_database_url, practice) as reader:
        (credit,) = fee_allocation.report(reader).records()
        people = timekeeper_figures.report(reader)
    assert (credit["id"], credit["collected_minor"], credit["credited_minor"]) == (None, -40_00, 0)
    assert people.totals["collected"] == 0


_STANDARD = "flow, value: all fees collected of the standard value of hours worked"


def test_trust_health_tells_what_is_out_and_for_how_long(database_url: str) -> None:
    with lived(database_url) as (database, month), folded(database) as reader:
        later = trust_health.report(reader, as_of=date(2026, 10, 20), dormant_days=30)
        said = trust_health.report(reader, as_of=END, trust_account_id=str(month.account_id))
        for row in later.records():
            if row["opens"].partition("?")[0] != "reconciliation" and row["number"]:
                assert opens_to(reader, row["opens"], row["number"]) or row["measure"] == "open exceptions"
    rows = {row["measure"]: (row["days"], row["amount_minor"], row["number"]) for row in said.records()}
    assert rows["oldest deposit in transit"] == (0, 1_500_00, 1)
    assert rows["oldest outstanding disbursement"] == (12, 2_316_67, 2)
    assert rows["days since the last bank statement"] == (0, None, None)
    assert rows["days since the last reconciliation"] == (None, None, None), "never"
    assert rows["client ledgers below zero"] == (None, None, 0)
    assert said.counts["accounts"] == 1
    idle = {row["measure"]: row for row in later.records()}["dormant for more than 30 days"]
    assert (idle["since"], idle["days"], idle["amount_minor"], idle["number"]) == (day(15), 35, 5_650_00, 1)
