"""Put a client's credit to a bill."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import client_payment
from aggregates.bill_events import AmountClass
from aggregates.event import Minor
from commands.dispatch import Result
from commands.payment_work import apply, shown
from commands.time_work import check_day
from commands.work import Command, Work


class ApplyPayment(Command):
    """Put unapplied money to a bill or a client bill of the same client."""

    payment_id: UUID
    bill_id: UUID
    amount_minor: Minor
    effective_date: date
    order: Annotated[tuple[AmountClass, ...], Field(max_length=5)] | None = None
    """In which order the classes of the bill are paid, those not named after the others; else the firm's order."""


def handle(command: ApplyPayment, work: Work) -> Result:
    """Returns the payment. Raises NotFound, WrongState, BadRequest, NotBilled (T7)."""
    check_day(work, command.effective_date)
    on = command.effective_date
    apply(work, command.payment_id, command.bill_id, command.amount_minor, on=on, classes=command.order)
    return shown(work.load(client_payment.KIND, command.payment_id))
