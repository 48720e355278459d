"""Time entries: rounded beside what was worked, rated by the most specific rate, and changed by events only."""

from uuid import UUID

import pytest

from aggregates.errors import AlreadyExists, BadRequest, NotAllowed, WrongState
from aggregates.time_rounding import RoundingRule
from commands.agree_time_rounding import AgreeTimeRounding
from commands.amend_time import AmendTime
from commands.approve_time import ApproveTime
from commands.classify_timekeeper import ClassifyTimekeeper
from commands.close_matter import CloseMatter
from commands.discard_time import DiscardTime
from commands.move_time import MoveTime
from commands.rerate_time import RerateTime
from commands.return_time import ReturnTime
from commands.set_billing_rate import SetBillingRate
from commands.split_time import SplitTime
from commands.submit_time import SubmitTime
from commands.withdraw_billing_rate import WithdrawBillingRate
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def test_seven_minutes_are_two_tenths_and_stay_seven_minutes(firm: BillingPractice) -> None:
    told = firm.practice.does(firm.time(seconds=7 * 60))

    assert (told["worked_seconds"], told["rounded_seconds"]) == (420, 720)
    assert (told["rate_minor"], told["rate_rule"], told["value_minor"]) == (250_00, "timekeeper", 50_00)


def test_a_matter_rounds_by_its_own_rule_before_the_client_s_and_the_firm_s(firm: BillingPractice) -> None:
    quarter, nearest = (RoundingRule(increment_seconds=900, mode=mode) for mode in ("up", "nearest"))
    firm.practice.does(AgreeTimeRounding(scope="firm", rule=quarter), ASHBY)
    assert firm.practice.does(firm.time(seconds=420))["rounded_seconds"] == 900
    firm.practice.does(AgreeTimeRounding(scope="client", subject_id=firm.practice.clients["A"], rule=nearest), ASHBY)
    assert firm.practice.does(firm.time(seconds=420))["rounded_seconds"] == 0
    firm.practice.does(
        AgreeTimeRounding(
            scope="matter",
            subject_id=firm.practice.matters["A"],
            rule=RoundingRule(increment_seconds=60, mode="down", minimum_seconds=600),
        ),
        ASHBY,
    )
    assert firm.practice.does(firm.time(seconds=420))["rounded_seconds"] == 600
    firm.practice.refused(BadRequest, AgreeTimeRounding(scope="firm", subject_id=firm.associate, rule=quarter), ASHBY)


def test_the_most_specific_rate_wins_from_its_day_on(firm: BillingPractice) -> None:
    matter, client, who = firm.practice.matters["A"], firm.practice.clients["A"], firm.associate

    def rate(minor: int, **of: object) -> None:
        firm.practice.does(SetBillingRate.model_validate({"effective_from": day(10), "rate_minor": minor, **of}), ASHBY)

    def resolved(on: int = 15) -> tuple[str, int]:
        told = firm.practice.tries(firm.time(worked_on=day(on)))
        return told["rate_rule"], told["rate_minor"]

    assert resolved() == ("timekeeper", 250_00)
    firm.practice.does(ClassifyTimekeeper(timekeeper_id=who, classification="associate", effective_from=day(1)), ASHBY)
    rate(1_00, classification="associate")
    assert (resolved(), resolved(9)) == (("classification", 1_00), ("timekeeper", 250_00))
    rate(2_00, client_id=client, timekeeper_id=who)
    assert resolved() == ("client_timekeeper", 2_00)
    rate(3_00, matter_id=matter)
    assert resolved() == ("matter", 3_00)
    rate(4_00, matter_id=matter, task_code="L210")
    assert resolved() == ("matter_task", 4_00)
    rate(5_00, matter_id=matter, timekeeper_id=who)
    assert resolved() == ("matter_timekeeper", 5_00)
    rate(6_00, matter_id=matter, timekeeper_id=who, task_code="L210")
    assert resolved() == ("matter_timekeeper_task", 6_00)
    assert firm.practice.tries(firm.time(rate_minor=7_00), ASHBY)["rate_rule"] == "entry_override"
    assert resolved(9) == ("timekeeper", 250_00)
    no_subject = SetBillingRate(effective_from=day(1), rate_minor=1, client_id=client)
    firm.practice.refused(BadRequest, no_subject, ASHBY)


def test_a_withdrawn_rate_counts_no_longer_and_entries_keep_theirs_until_they_are_rerated(firm: BillingPractice) -> None:
    set_one = SetBillingRate(matter_id=firm.practice.matters["A"], effective_from=day(1), rate_minor=300_00)
    rate_id = UUID(firm.practice.does(set_one, ASHBY)["rate_id"])
    entry, other = firm.worked(), firm.worked("B")
    firm.practice.does(WithdrawBillingRate(rate_id=rate_id, why="agreed with nobody"), ASHBY)
    assert firm.entry(entry).work.value_minor == 300_00

    told = firm.practice.does(RerateTime(entry_ids=(entry, other)), ASHBY)

    assert told["unchanged"] == 1
    assert [(one["value_before_minor"], one["value_after_minor"]) for one in told["changed"]] == [(300_00, 250_00)]
    firm.practice.refused(WrongState, WithdrawBillingRate(rate_id=rate_id, why="again"), ASHBY)


def test_an_entry_sent_twice_by_a_program_counts_once(firm: BillingPractice) -> None:
    sent = firm.time(entry_id=UUID(int=77))
    first = firm.practice.does(sent)
    size = firm.practice.log.size()

    assert firm.practice.does(sent) == first
    assert firm.practice.log.size() == size
    for other in ({"worked_seconds": 60}, {"charge": "no_charge"}, {"task_code": "L110"}, {"activity_code": "A102"}):
        firm.practice.refused(AlreadyExists, sent.model_copy(update=other))
    firm.practice.refused(AlreadyExists, sent.model_copy(update={"rate_minor": 1_00}), ASHBY)
    firm.practice.refused(AlreadyExists, firm.time(entry_id=firm.practice.matters["A"]))


def test_only_what_changes_bears_on_the_value(firm: BillingPractice) -> None:
    entry = firm.worked(seconds=1000)
    firm.practice.does(SetBillingRate(timekeeper_id=firm.associate, effective_from=day(2), rate_minor=999_00), ASHBY)

    firm.practice.does(AmendTime(entry_id=entry, narrative="Drafted the answer"))
    assert (firm.entry(entry).work.value_minor, str(firm.entry(entry).work.narrative)) == (75_00, "Drafted the answer")
    firm.practice.does(AmendTime(entry_id=entry, charge="no_charge"))
    assert firm.entry(entry).work.value_minor == 0
    firm.practice.does(AmendTime(entry_id=entry, charge="billable", worked_seconds=361))
    assert (firm.entry(entry).work.rounded_seconds, firm.entry(entry).work.value_minor) == (720, 50_00)
    firm.practice.does(AmendTime(entry_id=entry, worked_on=day(14)))
    assert firm.entry(entry).work.rate_minor == 999_00
    firm.practice.refused(BadRequest, AmendTime(entry_id=entry))


@pytest.mark.parametrize("part", [1, 359, 500, 999])
def test_a_split_sums_to_what_was_there(firm: BillingPractice, part: int) -> None:
    entry = firm.approved(seconds=1000)
    told = firm.practice.does(SplitTime(entry_id=entry, worked_seconds=part, why="two matters"), ASHBY)
    one, other = firm.entry(entry), firm.entry(UUID(told["into_entry_id"]))

    assert (one.status, other.status) == ("approved", "approved")
    assert one.work.worked_seconds + other.work.worked_seconds == 1000
    assert one.work.rounded_seconds + other.work.rounded_seconds == 1080
    assert one.work.value_minor + other.work.value_minor == 75_00


def test_time_moves_to_a_matter_and_takes_its_rate(firm: BillingPractice) -> None:
    firm.practice.does(SetBillingRate(matter_id=firm.practice.matters["B"], effective_from=day(1), rate_minor=1_00), ASHBY)
    entry = firm.worked()
    firm.practice.does(MoveTime(entry_id=entry, matter_id=firm.practice.matters["B"], why="wrong matter"))

    work = firm.entry(entry).work
    assert (work.matter_id, work.client_id) == (firm.practice.matters["B"], firm.practice.clients["B"])
    assert (work.rate_rule, work.value_minor) == ("matter", 1_00)


def test_draft_submitted_approved_and_back(firm: BillingPractice) -> None:
    entry = firm.worked()
    firm.practice.refused(WrongState, ApproveTime(entry_ids=(entry,)), ASHBY)
    firm.practice.does(SubmitTime(entry_ids=(entry,)))
    firm.practice.refused(NotAllowed, ApproveTime(entry_ids=(entry,)), LIND)
    firm.practice.does(ApproveTime(entry_ids=(entry,)), ASHBY)
    firm.practice.refused(NotAllowed, AmendTime(entry_id=entry, worked_seconds=60, why="less"), LIND)
    firm.practice.refused(BadRequest, AmendTime(entry_id=entry, worked_seconds=60), ASHBY)
    firm.practice.does(ReturnTime(entry_ids=(entry,), why="say more"), ASHBY)
    assert firm.entry(entry).status == "draft"
    firm.practice.does(DiscardTime(entry_ids=(entry,), why="not ours"))
    firm.practice.refused(WrongState, SubmitTime(entry_ids=(entry,)))


def test_bad_time_is_refused(firm: BillingPractice) -> None:
    for wrong in ({"task_code": "X999"}, {"activity_code": "L110"}, {"worked_on": day(16)}):
        firm.practice.refused(BadRequest, firm.time(**wrong))
    for seconds in (0, -60, 86_401):
        with pytest.raises(ValueError, match="worked_seconds"):
            firm.time(seconds=seconds)
    firm.practice.does(CloseMatter(matter_id=firm.practice.matters["B"], why="done"), ASHBY)
    firm.practice.refused(WrongState, firm.time("B"))


def test_a_timekeeper_touches_their_own_time_only(firm: BillingPractice) -> None:
    entry = firm.worked(timekeeper_id=firm.partner)
    pryce = UUID(int=4)

    firm.practice.refused(NotAllowed, AmendTime(entry_id=entry, narrative="Mine"), pryce)
    firm.practice.refused(NotAllowed, firm.time(timekeeper_id=firm.partner), pryce)
    firm.practice.refused(NotAllowed, DiscardTime(entry_ids=(entry,), why="mine"), pryce)


def test_an_hour_without_any_rate_is_worth_nothing_until_it_is_rerated(firm: BillingPractice) -> None:
    entry = firm.worked(worked_on=day(1), seconds=HOUR)
    assert firm.entry(entry).work.rate_rule == "timekeeper"
    before = firm.practice.tries(firm.time(worked_on=day(1).replace(month=8)))
    assert (before["rate_minor"], before["value_minor"]) == (None, 0)
