"""Write a line of a draft up or down, discount it, or set it to no charge."""

from uuid import UUID

from aggregates import bill
from aggregates.bill_events import Adjustment, Amount
from aggregates.event import Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class AdjustBillLine(Command):
    """Change what is charged for a line; what it is worth stays on record."""

    bill_id: UUID
    line_id: UUID
    adjustment: Adjustment
    charged_minor: Amount
    """What is charged from now on."""
    why: Words


def handle(command: AdjustBillLine, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest."""
    event = work.load(bill.KIND, command.bill_id).adjust(
        command.line_id, command.adjustment, command.charged_minor, command.why
    )
    return shown(work.record(bill.KIND, command.bill_id, event))
