"""Take a line off a draft: held for another bill, or not to be billed here."""

from uuid import UUID

from aggregates import bill
from aggregates.event import Words
from commands import billables
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class RemoveBillLine(Command):
    """Take a line off a draft; its entry is free again."""

    bill_id: UUID
    line_id: UUID
    why: Words


def handle(command: RemoveBillLine, work: Work) -> Result:
    """Returns the draft. Raises NotFound, WrongState."""
    removed = work.load(bill.KIND, command.bill_id).remove(command.line_id, command.why)
    billables.take_off(work, removed.entry_id, command.bill_id, command.why)
    return shown(work.record(bill.KIND, command.bill_id, removed))
