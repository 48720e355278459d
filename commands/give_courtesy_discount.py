"""Give a courtesy discount on the fees of a draft, shown on the bill."""

from uuid import UUID

from aggregates import bill
from aggregates.bill_events import Amount
from aggregates.event import Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class GiveCourtesyDiscount(Command):
    """The whole discount, in place of any that was given before."""

    bill_id: UUID
    discount_minor: Amount
    note: Words


def handle(command: GiveCourtesyDiscount, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest."""
    event = work.load(bill.KIND, command.bill_id).discount(command.discount_minor, command.note)
    return shown(work.record(bill.KIND, command.bill_id, event))
