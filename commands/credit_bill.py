"""Issue a credit memo: what was billed is lowered after it was issued."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill
from aggregates.bill_events import principal
from aggregates.event import Minor, Words
from commands import bill_shares
from commands.bill_work import REDUCED_FIRST, lower_reference, shown
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class CreditBill(Command):
    """Lower an issued bill. Without classes, it falls on fees first, then on costs, tax and interest."""

    bill_id: UUID
    effective_date: date
    amount_minor: Minor
    why: Annotated[Words, Field(min_length=3)]


def handle(command: CreditBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest, NotBilled (T7) where trust was asked for against it."""
    check_day(work, command.effective_date)
    state = work.load(bill.KIND, command.bill_id)
    falls = state.allocate(command.amount_minor, REDUCED_FIRST)
    event = state.reduce(work.new_id(), "credit_memo", falls, command.why, on=command.effective_date)
    lower_reference(work, state, principal(falls), "credit_memo", on=command.effective_date)
    return shown(bill_shares.record(work, command.bill_id, event))
