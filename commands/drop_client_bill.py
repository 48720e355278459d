"""Drop a client bill with its drafts; their entries are free again."""

from uuid import UUID

from aggregates import bill, client_bill
from aggregates.event import Words
from commands.bill_work import take_off
from commands.client_bill_work import parts_of, shown
from commands.dispatch import Result
from commands.work import Command, Work


class DropClientBill(Command):
    """Drop a client bill that was not finalized."""

    client_bill_id: UUID
    why: Words


def handle(command: DropClientBill, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState where it was finalized or dropped."""
    state = work.load(client_bill.KIND, command.client_bill_id)
    work.record(client_bill.KIND, command.client_bill_id, state.drop(command.why))
    for one in parts_of(work, state):
        take_off(work, one, command.why)
        work.record(bill.KIND, one.drafted.bill_id, one.drop(command.why))
    return shown(work, command.client_bill_id)
