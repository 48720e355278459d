"""Blended rates and caps: what an hour costs whoever works, and what fees never exceed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates import bill, fee_cap, time_entry
from aggregates.bill import Bill
from aggregates.bill_events import BillLineAdjusted
from aggregates.billing_rates import BillingRates, Rated, evolve
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.fee_cap import FeeCap, FeesOverCap
from commands.add_bill_lines import AddBillLines
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_blended_rate import AgreeBlendedRate
from commands.agree_fee_cap import AgreeFeeCap
from commands.approve_bill import ApproveBill
from commands.close_matter import CloseMatter
from commands.credit_bill import CreditBill
from commands.draft_bill import DraftBill
from commands.end_fee_cap import EndFeeCap
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.raise_fee_cap import RaiseFeeCap
from commands.rerate_time import RerateTime
from commands.set_billing_rate import SetBillingRate
from commands.void_bill import VoidBill
from commands.write_down_to_cap import WriteDownToCap
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def blended(firm: BillingPractice, minor: int | None, on: int = 10) -> AgreeBlendedRate:
    return AgreeBlendedRate(
        matter_id=firm.practice.matters["A"], effective_from=day(on), rate_minor=minor, authority="Letter of 9 September"
    )


def resolved(firm: BillingPractice, who: UUID, on: int = 15) -> tuple[str, int]:
    told = firm.practice.tries(firm.time(timekeeper_id=who, worked_on=day(on)), ASHBY)
    return told["rate_rule"], told["rate_minor"]


def test_a_blended_rate_is_that_of_everybody_who_works_on_the_matter(firm: BillingPractice) -> None:
    matter = firm.practice.matters["A"]
    firm.practice.does(
        SetBillingRate(matter_id=matter, timekeeper_id=firm.partner, effective_from=day(1), rate_minor=500_00), ASHBY
    )
    before = firm.worked(worked_on=day(15))
    firm.practice.does(blended(firm, 300_00), ASHBY)

    assert [resolved(firm, who) for who in (firm.partner, firm.associate)] == [("blended", 300_00)] * 2
    assert [resolved(firm, who, 9)[0] for who in (firm.partner, firm.associate)] == ["matter_timekeeper", "timekeeper"]
    assert firm.practice.tries(firm.time("B"))["rate_rule"] == "timekeeper"
    assert firm.practice.tries(firm.time(rate_minor=7_00), ASHBY)["rate_rule"] == "entry_override"
    assert firm.entry(before).work.rate_minor == 250_00
    firm.practice.does(RerateTime(entry_ids=(before,)), ASHBY)
    assert (firm.entry(before).work.rate_rule, firm.entry(before).work.value_minor) == ("blended", 300_00)


def test_a_blended_rate_ends_on_a_day_and_is_not_agreed_twice(firm: BillingPractice) -> None:
    firm.practice.refused(BadRequest, blended(firm, None), ASHBY)
    firm.practice.does(blended(firm, 300_00), ASHBY)
    firm.practice.refused(BadRequest, blended(firm, 300_00, on=12), ASHBY)
    firm.practice.does(blended(firm, 320_00, on=12), ASHBY)
    firm.practice.does(blended(firm, None, on=14), ASHBY)
    assert [resolved(firm, firm.associate, on)[1] for on in (9, 10, 11, 12, 13, 14)] == [
        250_00, 300_00, 300_00, 320_00, 320_00, 250_00,
    ]  # fmt: skip
    firm.practice.does(CloseMatter(matter_id=firm.practice.matters["A"], why="done"), ASHBY)
    firm.practice.refused(WrongState, blended(firm, 1, on=15), ASHBY)


def test_of_two_blended_rates_of_one_day_the_one_agreed_later_counts() -> None:
    known = BillingRates()
    matter, client, who = (UUID(int=number) for number in (1, 2, 3))
    for number, minor in ((7, 100), (8, 90)):
        known = evolve(known, known.blend(UUID(int=number), matter, client, minor, "Letter", on=day(1)))
    found = known.resolve(on=day(1), matter_id=matter, client_id=client, timekeeper_id=who, task_code=None)
    assert found == Rated(90, "blended", UUID(int=8))


def capped(firm: BillingPractice, minor: int = 1_000_00, before: int = 0) -> None:
    firm.practice.does(
        AgreeFeeCap(
            matter_id=firm.practice.matters["A"], cap_minor=minor, billed_before_minor=before, authority="Engagement letter"
        ),
        ASHBY,
    )


def drafted(firm: BillingPractice, *hours: int) -> UUID:
    entries = tuple(firm.approved(seconds=each * HOUR, worked_on=day(1 + each)) for each in hours)
    command = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=firm.practice.today)
    return UUID(firm.practice.does(command)["bill_id"])


def of(firm: BillingPractice, bill_id: UUID) -> Bill:
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    return state


def cap(firm: BillingPractice) -> FeeCap:
    state: FeeCap = firm.practice.log.load(fee_cap.KIND, fee_cap.stream_of(firm.practice.matters["A"])).state
    return state


def issue(firm: BillingPractice, bill_id: UUID) -> None:
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id))


def test_what_is_over_the_cap_is_written_down_the_last_work_first(firm: BillingPractice) -> None:
    capped(firm)
    entries = tuple(firm.approved(seconds=each * HOUR, worked_on=day(1 + each)) for each in (3, 2, 1))
    draft = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=firm.practice.today)
    events = firm.practice.recorded(draft)

    assert [(e.adjustment, e.before_minor, e.after_minor, e.why) for e in events if isinstance(e, BillLineAdjusted)] == [
        ("write_down", 750_00, 250_00, "cap")
    ]
    (bill_id,) = {line for e in events if (line := getattr(e, "bill_id", None))}
    assert [line.charged_minor for line in of(firm, bill_id).lines.values()] == [250_00, 500_00, 250_00]
    issue(firm, bill_id)
    assert (cap(firm).billed_minor, cap(firm).room_minor) == (1_000_00, 0)
    (state,) = [firm.practice.log.load(time_entry.KIND, entries[0]).state]
    assert state.work.value_minor - state.billed_minor == 500_00


def test_fees_over_the_cap_are_billed_only_once_it_is_raised(firm: BillingPractice) -> None:
    capped(firm, before=500_00)
    bill_id = drafted(firm, 4)
    (line_id,) = of(firm, bill_id).lines
    assert of(firm, bill_id).totals.fees_minor == 500_00
    up = AdjustBillLine(bill_id=bill_id, line_id=line_id, adjustment="write_up", charged_minor=500_01, why="asked for")
    firm.practice.does(up)

    refused = firm.practice.refused(FeesOverCap, ApproveBill(bill_id=bill_id), ASHBY)
    assert (refused.code, refused.figures["over_minor"]) == ("billing.fees_over_cap", 1)
    assert "1,000.00" in refused.sentence
    firm.practice.does(RaiseFeeCap(matter_id=firm.practice.matters["A"], cap_minor=1_000_01, why="e-mail of 12 May"), ASHBY)
    issue(firm, bill_id)
    assert cap(firm).room_minor == 0


def test_two_drafts_cannot_both_fill_the_cap(firm: BillingPractice) -> None:
    capped(firm)
    one, two = drafted(firm, 4), drafted(firm, 3)
    for bill_id in (one, two):
        firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=one))
    firm.practice.refused(FeesOverCap, FinalizeBill(bill_id=two))
    firm.practice.does(VoidBill(bill_id=one, effective_date=firm.practice.today, why="wrong client"), ASHBY)
    assert (cap(firm).billed_minor, dict(cap(firm).bills)) == (0, {})
    firm.practice.does(FinalizeBill(bill_id=two))
    firm.practice.does(
        CreditBill(bill_id=two, effective_date=firm.practice.today, amount_minor=100_00, why="courtesy"), ASHBY
    )
    assert cap(firm).billed_minor == 750_00


def test_a_draft_is_written_down_to_its_cap_again_after_it_changed(firm: BillingPractice) -> None:
    bill_id = drafted(firm, 3)
    firm.practice.does(GiveCourtesyDiscount(bill_id=bill_id, discount_minor=50_00, note="Thanks"))
    capped(firm)
    more = firm.approved(seconds=2 * HOUR)
    told = firm.practice.does(AddBillLines(bill_id=bill_id, entry_ids=(more,)))
    assert (told["fees_minor"], told["discount_minor"], told["total_minor"]) == (1_050_00, 50_00, 1_000_00)
    one, _ = of(firm, bill_id).lines
    firm.practice.does(
        AdjustBillLine(bill_id=bill_id, line_id=one, adjustment="write_up", charged_minor=800_00, why="asked for")
    )
    told = firm.practice.does(WriteDownToCap(bill_id=bill_id))
    assert (told["written_down_minor"], told["total_minor"]) == (50_00, 1_000_00)
    assert firm.practice.does(WriteDownToCap(bill_id=bill_id))["written_down_minor"] == 0
    issue(firm, bill_id)
    firm.practice.refused(WrongState, WriteDownToCap(bill_id=bill_id))


def test_a_cap_stands_until_it_ends_and_is_raised_not_lowered(firm: BillingPractice) -> None:
    matter = firm.practice.matters["A"]
    firm.practice.refused(NotFound, RaiseFeeCap(matter_id=matter, cap_minor=1, why="why not"), ASHBY)
    firm.practice.refused(
        BadRequest, AgreeFeeCap(matter_id=matter, cap_minor=1_00, billed_before_minor=1_01, authority="Letter"), ASHBY
    )
    capped(firm)
    firm.practice.refused(WrongState, AgreeFeeCap(matter_id=matter, cap_minor=2_000_00, authority="Letter"), ASHBY)
    firm.practice.refused(BadRequest, RaiseFeeCap(matter_id=matter, cap_minor=1_000_00, why="the same"), ASHBY)
    firm.practice.does(EndFeeCap(matter_id=matter, why="hourly from now on"), ASHBY)
    firm.practice.refused(WrongState, EndFeeCap(matter_id=matter, why="again"), ASHBY)
    firm.practice.refused(WrongState, RaiseFeeCap(matter_id=matter, cap_minor=2_000_00, why="too late"), ASHBY)
    bill_id = drafted(firm, 5)
    issue(firm, bill_id)
    assert of(firm, bill_id).totals.fees_minor == 1_250_00
    capped(firm, 1_500_00, before=1_250_00)
    assert cap(firm).room_minor == 250_00


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**6), max_size=12))
def test_what_counts_never_exceeds_the_cap_and_every_void_gives_its_fees_back(limit: int, bills: list[int]) -> None:
    ids = [UUID(int=number) for number in range(1, 14)]
    state = fee_cap.evolve(
        None,
        fee_cap.agree(None, matter_id=ids[0], client_id=ids[0], cap_minor=limit, billed_before_minor=0, authority="x"),
    )
    counted: dict[UUID, int] = {}
    for bill_id, fees in zip(ids, bills, strict=False):
        if fees <= limit - sum(counted.values()):
            state = fee_cap.evolve(state, state.count(bill_id, fees, on=day(1)))
            counted[bill_id] = fees
        else:
            with pytest.raises(FeesOverCap):
                state.count(bill_id, fees, on=day(1))
        assert state.room_minor == limit - sum(counted.values())
    for bill_id in counted:
        state = fee_cap.evolve(state, state.uncount(bill_id, on=day(1)))
    assert state.room_minor == limit
