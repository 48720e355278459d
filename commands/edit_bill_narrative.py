"""Edit what a line of a draft says; what its entry says stays."""

from uuid import UUID

from aggregates import bill
from aggregates.event import Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class EditBillNarrative(Command):
    """Edit the words of a line."""

    bill_id: UUID
    line_id: UUID
    narrative: Words


def handle(command: EditBillNarrative, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest."""
    event = work.load(bill.KIND, command.bill_id).edit_narrative(command.line_id, command.narrative)
    return shown(work.record(bill.KIND, command.bill_id, event))
