"""Send an approved draft back to be changed."""

from uuid import UUID

from aggregates import bill
from aggregates.event import Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class ReturnBill(Command):
    """Send an approved draft back."""

    bill_id: UUID
    why: Words


def handle(command: ReturnBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState."""
    event = work.load(bill.KIND, command.bill_id).send_back(command.why)
    return shown(work.record(bill.KIND, command.bill_id, event))
