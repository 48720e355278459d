"""Write off what will not be paid of a bill."""

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


class WriteOffBill(Command):
    """Give up what is owed. Without classes, it falls on fees first, then on costs, tax and interest."""

    bill_id: UUID
    effective_date: date
    amount_minor: Minor
    why: Annotated[Words, Field(min_length=3)]


def handle(command: WriteOffBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest, NotBilled (T7) where trust was asked for against it."""
    check_day(work, command.effective_date)
    state = work.load(bill.KIND, command.bill_id)
    falls = state.allocate(command.amount_minor, REDUCED_FIRST)
    event = state.reduce(work.new_id(), "write_off", falls, command.why, on=command.effective_date)
    lower_reference(work, state, principal(falls), "write_off", on=command.effective_date)
    return shown(bill_shares.record(work, command.bill_id, event))
