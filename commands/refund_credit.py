"""Refund a client's credit from operating."""

from datetime import date
from uuid import UUID

from aggregates import client_payment
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.payment_work import shown
from commands.time_work import check_day
from commands.work import Command, Work


class RefundCredit(Command):
    """Pay unapplied money back."""

    payment_id: UUID
    amount_minor: Minor
    effective_date: date
    why: Words


def handle(command: RefundCredit, work: Work) -> Result:
    """Returns the payment. Raises NotFound, WrongState, BadRequest for more than is unapplied."""
    check_day(work, command.effective_date)
    event = work.load(client_payment.KIND, command.payment_id).refund(
        command.amount_minor, command.why, on=command.effective_date
    )
    return shown(work.record(client_payment.KIND, command.payment_id, event))
