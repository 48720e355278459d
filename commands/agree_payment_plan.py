"""Agree that a client pays what is open of bills by instalments."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill, payment_plan
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Minor, Words
from aggregates.payment_plan import MOST_INSTALMENTS, Every, Instalment
from commands.dispatch import Result
from commands.same_client import same_client, survivor_of
from commands.work import Command, Work


class PlannedInstalment(Command):
    """So much, by the end of a day."""

    due_on: date
    amount_minor: Minor


class EvenInstalments(Command):
    """As many instalments of one size; the first ones take a cent more where it does not divide."""

    count: Annotated[int, Field(ge=2, le=MOST_INSTALMENTS)]
    first_due_on: date
    every: Every = "month"


class AgreePaymentPlan(Command):
    """Agree a plan for open bills of one client. Name the instalments, which come to what is open to the cent, or have them
    made even. `authority` is the document by which the client agreed.
    """

    bill_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    instalments: Annotated[tuple[PlannedInstalment, ...], Field(max_length=MOST_INSTALMENTS)] = ()
    even: EvenInstalments | None = None
    authority: Words


def handle(command: AgreePaymentPlan, work: Work) -> Result:
    """Returns the plan's id and its instalments. Raises NotFound, WrongState for a bill that is not open or on another plan,
    BadRequest.
    """
    if bool(command.instalments) == (command.even is not None):
        raise BadRequest("name the instalments, or say how many even ones there are")
    bills = [work.load(bill.KIND, bill_id) for bill_id in dict.fromkeys(command.bill_ids)]
    for one in bills:
        _check_free(work, one, like=bills[0])
    total = sum(one.open_minor for one in bills)
    even = command.even
    instalments = (
        payment_plan.even(total, even.count, even.first_due_on, even.every)
        if even is not None
        else tuple(Instalment(due_on=one.due_on, amount_minor=one.amount_minor) for one in command.instalments)
    )
    plan_id = work.new_id()
    agreed = payment_plan.agree(
        plan_id=plan_id,
        client_id=survivor_of(work, bills[0].drafted.client_id),
        bill_ids=tuple(one.drafted.bill_id for one in bills),
        currency=bills[0].drafted.currency,
        open_minor=total,
        instalments=instalments,
        authority=command.authority,
        on=work.today,
    )
    work.record(payment_plan.KIND, plan_id, agreed)
    for bill_id in agreed.bill_ids:
        put = payment_plan.BillPutOnPlan(bill_id=bill_id, plan_id=plan_id)
        work.record(payment_plan.OF_BILL, payment_plan.OF_BILL.stream_id(bill_id), put)
    return {
        "plan_id": str(plan_id),
        "total_minor": total,
        "instalments": [{"due_on": str(one.due_on), "amount_minor": one.amount_minor} for one in instalments],
    }


def _check_free(work: Work, one: bill.Bill, *, like: bill.Bill) -> None:
    one.check_issued()
    if not one.open_minor:
        raise WrongState(f"nothing is open of {one.name}", bill_id=one.drafted.bill_id)
    if not same_client(work, one.drafted.client_id, like.drafted.client_id):
        raise BadRequest(f"{one.name} is another client's than {like.name}; a plan is one client's")
    known = work.find(payment_plan.OF_BILL, payment_plan.OF_BILL.stream_id(one.drafted.bill_id))
    if known is not None and not work.load(payment_plan.KIND, known).ended:
        raise WrongState(f"{one.name} is on a payment plan already; end that first", plan_id=known)
