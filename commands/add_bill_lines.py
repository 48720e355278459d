"""Put more approved time on a draft."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill
from commands import fee_caps
from commands.bill_work import put_on, shown
from commands.dispatch import Result
from commands.work import Command, Work


class AddBillLines(Command):
    """Put entries on a draft."""

    bill_id: UUID
    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2_000)]


def handle(command: AddBillLines, work: Work) -> Result:
    """Returns the draft. Raises NotFound, WrongState, BadRequest."""
    work.load(bill.KIND, command.bill_id).check_draft()
    put_on(work, command.bill_id, command.entry_ids)
    fee_caps.write_down(work, command.bill_id)
    return shown(work.load(bill.KIND, command.bill_id))
