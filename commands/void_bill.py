"""Void a bill that was a mistake: nothing of it is owed, its number stays taken, its time is in progress again."""

from datetime import date
from uuid import UUID

from aggregates import bill
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
    """Returns the bill. Raises NotFound, WrongState, BadRequest, NotBilled (T7) where trust was asked for against it."""
    check_day(work, command.effective_date)
    state = work.load(bill.KIND, command.bill_id)
    event = state.void(command.why, on=command.effective_date)
    lower_reference(work, state, event.totals.total_minor, "void", on=command.effective_date)
    for line in state.lines.values():
        billables.unbill(work, line.entry_id, command.bill_id, on=command.effective_date)
    fee_caps.uncount(work, state, on=command.effective_date)
    withdraw_waiting(work, ("bill", command.bill_id), "the bill was voided")
    return shown(bill_shares.record(work, command.bill_id, event))
