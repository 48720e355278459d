"""Take back what was put to a bill: the bill is owed again, and the money is the client's credit."""

from datetime import date
from uuid import UUID

from aggregates import client_payment
from aggregates.event import Words
from commands.dispatch import Result
from commands.payment_work import shown, take_back
from commands.time_work import check_day
from commands.work import Command, Work


class ReverseApplication(Command):
    """Take one allocation back."""

    payment_id: UUID
    allocation_id: UUID
    effective_date: date
    why: Words


def handle(command: ReverseApplication, work: Work) -> Result:
    """Returns the payment. Raises NotFound, WrongState."""
    check_day(work, command.effective_date)
    take_back(work, command.payment_id, command.allocation_id, command.why, on=command.effective_date)
    return shown(work.load(client_payment.KIND, command.payment_id))
