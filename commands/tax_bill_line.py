"""Say which of a bill's two taxes are on a line of a draft."""

from uuid import UUID

from aggregates import bill
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class TaxBillLine(Command):
    """Tax a line by the first tax, the second, both or neither; without this, fees are taxed by both."""

    bill_id: UUID
    line_id: UUID
    taxed_1: bool
    taxed_2: bool


def handle(command: TaxBillLine, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest where nothing changes."""
    of = work.load(bill.KIND, command.bill_id)
    event = of.tax_line(command.line_id, taxed_1=command.taxed_1, taxed_2=command.taxed_2)
    return shown(work.record(bill.KIND, command.bill_id, event))
