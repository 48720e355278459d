"""Void a client bill that was a mistake, with every matter's part of it."""

from datetime import date
from uuid import UUID

from aggregates import client_bill
from aggregates.event import Words
from commands.client_bill_work import parts_of, shown
from commands.dispatch import Result
from commands.email_work import withdraw_waiting
from commands.time_work import check_day
from commands.void_bill import void
from commands.work import Command, Work


class VoidClientBill(Command):
    """Void a client bill of which nothing was paid or taken off."""

    client_bill_id: UUID
    effective_date: date
    why: Words


def handle(command: VoidClientBill, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState, BadRequest, NotBilled (T7) where trust was asked for."""
    check_day(work, command.effective_date)
    state = work.load(client_bill.KIND, command.client_bill_id)
    event = state.void(command.why, on=command.effective_date)
    for one in parts_of(work, state):
        void(work, one, command.why, on=command.effective_date)
    withdraw_waiting(work, ("client-bill", command.client_bill_id), "the client bill was voided")
    work.record(client_bill.KIND, command.client_bill_id, event)
    return shown(work, command.client_bill_id)
