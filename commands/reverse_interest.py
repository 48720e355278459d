"""Take back interest that was charged on a bill: forgiven, or charged by mistake."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill
from aggregates.event import Words
from commands import bill_shares
from commands.bill_work import shown
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class ReverseInterest(Command):
    """Take a charge back. What is forgiven is not charged again; what was a mistake may be charged anew."""

    bill_id: UUID
    charge_id: UUID
    effective_date: date
    forgiven: bool = True
    why: Annotated[Words, Field(min_length=3)]


def handle(command: ReverseInterest, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest where it was paid."""
    check_day(work, command.effective_date)
    event = work.load(bill.KIND, command.bill_id).reverse_interest(
        command.charge_id, command.why, forgiven=command.forgiven, on=command.effective_date
    )
    return shown(bill_shares.record(work, command.bill_id, event))
