"""End a payment plan: what is open of its bills is due as they say."""

from uuid import UUID

from aggregates import payment_plan
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class EndPaymentPlan(Command):
    """End a payment plan, since it was broken, or another takes its place."""

    plan_id: UUID
    why: Words


def handle(command: EndPaymentPlan, work: Work) -> Result:
    """Raises NotFound, WrongState where it has ended."""
    event = work.load(payment_plan.KIND, command.plan_id).end(command.why)
    work.record(payment_plan.KIND, command.plan_id, event)
    return {"plan_id": str(command.plan_id), "status": "ended"}
