"""Void a bill that was a mistake: nothing of it is owed, its number stays taken, its time is in progress again."""

from datetime import date
from uuid import UUID

from aggregates import bill
from aggregates.bill import Bill
from aggregates.event import Words
from commands import bill_shares, billables, fee_caps
from commands.bill_work import lower_reference, shown
from commands.dispatch import Result
from commands.email_work import withdraw_waiting
from commands.time_work import check_day
from commands.work import Command, Work


class VoidBill(Command):
    """Void a bill of which nothing was paid or taken off."""

    bill_id: UUID
    effective_date: date
    why: Words


def handle(command: VoidBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, also for a part of a client bill, BadRequest, NotBilled (T7) where
    trust was asked for against it.
    """
    check_day(work, command.effective_date)
    state = work.load(bill.KIND, command.bill_id)
    state.check_alone()
    return shown(void(work, state, command.why, on=command.effective_date))


def void(work: Work, state: Bill, why: str, *, on: date) -> Bill:
    """Void an issued bill. Raises WrongState, BadRequest, NotBilled."""
    bill_id = state.drafted.bill_id
    event = state.void(why, on=on)
    lower_reference(work, state, event.totals.total_minor, "void", on=on)
    for line in state.lines.values():
        billables.unbill(work, line.entry_id, bill_id, on=on)
    fee_caps.uncount(work, state, on=on)
    withdraw_waiting(work, ("bill", bill_id), "the bill was voided")
    return bill_shares.record(work, bill_id, event)
