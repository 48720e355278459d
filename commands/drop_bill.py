"""Drop a draft; its entries are free again."""

from uuid import UUID

from aggregates import bill
from aggregates.event import Words
from commands.bill_work import shown, take_off
from commands.dispatch import Result
from commands.work import Command, Work


class DropBill(Command):
    """Drop a draft."""

    bill_id: UUID
    why: Words


def handle(command: DropBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState where it was finalized, or is part of a client bill."""
    draft = work.load(bill.KIND, command.bill_id)
    draft.check_alone()
    event = draft.drop(command.why)
    take_off(work, draft, command.why)
    return shown(work.record(bill.KIND, command.bill_id, event))
