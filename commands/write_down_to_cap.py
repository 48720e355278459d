"""Write the fees of a draft down to the cap of its matter; drafting does so by itself, later changes may not."""

from uuid import UUID

from aggregates import bill
from commands import fee_caps
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class WriteDownToCap(Command):
    """What is over the cap is written down, for the reason `cap`: the work done last first."""

    bill_id: UUID


def handle(command: WriteDownToCap, work: Work) -> Result:
    """Returns the bill and what was written down. Raises NotFound, WrongState unless it is a draft."""
    work.load(bill.KIND, command.bill_id).check_draft()
    off = fee_caps.write_down(work, command.bill_id)
    return {**shown(work.load(bill.KIND, command.bill_id)), "written_down_minor": off}
