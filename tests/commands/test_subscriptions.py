"""Subscriptions: a fee for every period that is over, billed as any other, and hours recorded as was agreed."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.errors import BadRequest, NotFound, WrongState
from commands.agree_subscription import AgreeSubscription
from commands.charge_subscription import ChargeSubscription
from commands.draft_bill import DraftBill
from commands.end_subscription import EndSubscription
from commands.rerate_time import RerateTime
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def subscribed(firm: BillingPractice, **more: Any) -> dict[str, Any]:
    words = {
        "matter_id": firm.practice.matters["A"], "title": "General counsel", "amount_minor": 900_00, "starts_on": day(11),
        "authority": "Letter of 10 September",
    }  # fmt: skip
    return firm.practice.does(AgreeSubscription.model_validate(words | more), ASHBY)


def test_each_period_is_charged_once_and_billed_with_its_hours_at_nothing(firm: BillingPractice) -> None:
    matter = firm.practice.matters["A"]
    firm.practice.refused(NotFound, ChargeSubscription(matter_id=matter))
    assert subscribed(firm)["first_minor"] == 600_00
    hours = firm.approved(seconds=3 * HOUR)
    assert (firm.entry(hours).work.charge, firm.entry(hours).work.value_minor) == ("no_charge", 0)
    firm.practice.today = date(2026, 10, 31)
    firm.practice.refused(BadRequest, ChargeSubscription(matter_id=matter, through=date(2026, 11, 1)))
    told = firm.practice.does(ChargeSubscription(matter_id=matter))

    assert [(one["through"], one["amount_minor"]) for one in told["charged"]] == [
        ("2026-09-30", 600_00), ("2026-10-31", 900_00),
    ]  # fmt: skip
    firm.practice.refused(BadRequest, ChargeSubscription(matter_id=matter))
    fees = tuple(UUID(one["fee_id"]) for one in told["charged"])
    draft = firm.practice.does(DraftBill(matter_id=matter, entry_ids=(*fees, hours), through=firm.practice.today))
    assert (draft["total_minor"], draft["lines"]) == (1_500_00, 3)


def test_hours_are_counted_only_or_charged_beside_the_fee(firm: BillingPractice) -> None:
    before = firm.worked()
    subscribed(firm, hours="non_billable")
    assert firm.entry(firm.worked()).work.charge == "non_billable"
    assert firm.entry(firm.worked(worked_on=day(10))).work.charge == "billable"
    assert firm.entry(firm.worked("B")).work.charge == "billable"
    outside = firm.practice.does(firm.time(rate_minor=100_00), ASHBY)
    assert outside["value_minor"] == 100_00
    assert firm.entry(before).work.charge == "billable"
    firm.practice.does(RerateTime(entry_ids=(before, UUID(outside["entry_id"]))), ASHBY)
    assert (firm.entry(before).work.charge, firm.entry(before).work.value_minor) == ("non_billable", 0)
    assert firm.entry(UUID(outside["entry_id"])).work.value_minor == 100_00


def test_a_subscription_ends_and_another_may_follow(firm: BillingPractice) -> None:
    matter = firm.practice.matters["A"]
    subscribed(firm, hours="billable")
    assert firm.entry(firm.worked()).work.value_minor == 250_00
    with pytest.raises(WrongState):
        subscribed(firm, starts_on=day(20))
    firm.practice.does(EndSubscription(matter_id=matter, ends_on=day(15), why="they left"), ASHBY)
    with pytest.raises(WrongState):
        subscribed(firm, starts_on=day(20))
    (last,) = firm.practice.does(ChargeSubscription(matter_id=matter))["charged"]
    assert (last["through"], last["amount_minor"]) == ("2026-09-15", 150_00)
    assert subscribed(firm, starts_on=day(20), periods="from_start", every_months=3)["first_through"] == "2026-12-19"
