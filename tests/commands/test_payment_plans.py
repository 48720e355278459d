"""Payment plans on a real log: agreed for what is open, kept or missed by the payments, and reported at two clocks."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from aggregates.errors import BadRequest, NotAllowed, NotFound, WrongState
from commands.agree_payment_plan import AgreePaymentPlan, EvenInstalments, PlannedInstalment
from commands.credit_bill import CreditBill
from commands.end_payment_plan import EndPaymentPlan
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, paid
from tests.commands.trust_practice import ASHBY, PRYCE, Practice


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def plan_of(*bills: UUID, first: date, count: int = 4) -> AgreePaymentPlan:
    even = EvenInstalments(count=count, first_due_on=first)
    return AgreePaymentPlan(bill_ids=bills, even=even, authority="Letter of the client")


def test_a_plan_is_agreed_for_what_is_open_of_the_clients_bills(firm: BillingPractice) -> None:
    one, two, other = issued(firm, 4), issued(firm, 2), issued(firm, 1, letter="B")
    paid(firm, 200_01, (one, 200_01))
    today = firm.practice.today

    firm.practice.refused(NotAllowed, plan_of(one, first=today), PRYCE)
    firm.practice.refused(BadRequest, plan_of(one, other, first=today))
    firm.practice.refused(NotFound, plan_of(UUID(int=404), first=today))
    firm.practice.refused(BadRequest, plan_of(one, first=today - timedelta(days=1)))
    told = firm.practice.does(plan_of(one, two, one, first=today))

    assert told["total_minor"] == 1_000_00 - 200_01 + 500_00
    assert [each["amount_minor"] for each in told["instalments"]] == [325_00, 325_00, 325_00, 324_99]
    firm.practice.refused(WrongState, plan_of(two, first=today))
    firm.practice.does(EndPaymentPlan(plan_id=told["plan_id"], why="another one"))
    firm.practice.refused(WrongState, EndPaymentPlan(plan_id=told["plan_id"], why="again"))
    firm.practice.does(plan_of(two, first=today))


def test_named_instalments_must_fit_and_a_bill_must_be_open(firm: BillingPractice) -> None:
    bill_id, today = issued(firm, 4), firm.practice.today
    named = (
        PlannedInstalment(due_on=today, amount_minor=600_00),
        PlannedInstalment(due_on=today + timedelta(days=30), amount_minor=399_99),
    )
    short = AgreePaymentPlan(bill_ids=(bill_id,), instalments=named, authority="Letter")
    refusal = firm.practice.refused(BadRequest, short)
    both = short.model_copy(update={"even": EvenInstalments(count=2, first_due_on=today)})
    firm.practice.refused(BadRequest, both)
    firm.practice.refused(BadRequest, short.model_copy(update={"instalments": ()}))
    credit = CreditBill(bill_id=bill_id, effective_date=today, amount_minor=1, why="rounded")
    firm.practice.does(credit, ASHBY)
    firm.practice.does(short)

    assert (refusal.figures["instalments_minor"], refusal.figures["open_minor"]) == (999_99, 1_000_00)
    other = issued(firm, 1, letter="B")
    paid(firm, 250_00, (other, 250_00), letter="B")
    firm.practice.refused(WrongState, plan_of(other, first=today))
