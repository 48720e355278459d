"""Take a matter out of a client bill: its draft is a bill of its own again."""

from uuid import UUID

from aggregates import bill, client_bill
from aggregates.bill_events import BillReleased
from aggregates.event import Words
from commands.client_bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class ReleaseFromClientBill(Command):
    """Take a matter's draft out."""

    client_bill_id: UUID
    bill_id: UUID
    why: Words


def handle(command: ReleaseFromClientBill, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState once it was finalized, BadRequest for the last one."""
    state = work.load(client_bill.KIND, command.client_bill_id)
    work.record(client_bill.KIND, command.client_bill_id, state.release(command.bill_id, command.why))
    released = BillReleased(client_bill_id=command.client_bill_id, why=command.why)
    work.record(bill.KIND, command.bill_id, released)
    return shown(work, command.client_bill_id)
