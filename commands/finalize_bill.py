"""Finalize a bill: it gets the firm's next number, is frozen, and is owed."""

from datetime import date
from uuid import UUID

from aggregates import bill
from commands.bill_issue import DAYS_TO_PAY, day_of_issue, issue, take_number
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class FinalizeBill(Command):
    """Finalize an approved draft, issued today or on an earlier day; due in 30 days where nothing else is said."""

    bill_id: UUID
    issued_on: date | None = None
    due_on: date | None = None


def handle(command: FinalizeBill, work: Work) -> Result:
    """Returns the bill with its number. Raises NotFound, WrongState, also for a part of a client bill, BadRequest,
    FeesOverCap.
    """
    draft = work.load(bill.KIND, command.bill_id)
    draft.check_alone()
    on = day_of_issue(work, command.issued_on, draft)
    due_on = command.due_on or on + DAYS_TO_PAY
    state = issue(work, draft, take_number(work, command.bill_id, on.year).number, on=on, due_on=due_on)
    reference_id = state.check_issued().billing_reference_id
    return {**shown(state), "billing_reference_id": str(reference_id), "due_on": str(due_on)}
