"""Record that the bank returned a payment, or the card company charged it back: bills are owed again."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import client_payment
from aggregates.event import Words
from commands.dispatch import Result
from commands.payment_work import shown, take_back
from commands.time_work import check_day
from commands.work import Command, Work


class RecordReturnedPayment(Command):
    """What the bank did, as it happened; the fee is the firm's own and never comes from trust (T8)."""

    payment_id: UUID
    kind: Literal["returned", "chargeback"]
    fee_minor: Annotated[int, Field(ge=0, le=10**15)] = 0
    effective_date: date
    why: Words


def handle(command: RecordReturnedPayment, work: Work) -> Result:
    """Returns the payment, of which every allocation was taken back. Raises NotFound, WrongState, BadRequest."""
    check_day(work, command.effective_date)
    payment = work.load(client_payment.KIND, command.payment_id)
    event = payment.give_back(command.kind, command.fee_minor, command.why, on=command.effective_date)
    for allocation_id in payment.applied:
        # What was put to a bill after the bank had taken it back leaves that bill on the day it came there.
        on = max(command.effective_date, payment.applied_on[allocation_id])
        take_back(work, command.payment_id, allocation_id, command.why, on=on)
    return shown(work.record(client_payment.KIND, command.payment_id, event))
