"""Reverse a payment to a vendor that was never made, or came back: its costs go with it."""

from datetime import date
from uuid import UUID

from aggregates import vendor_payment
from aggregates.event import Words
from commands.dispatch import Result
from commands.line_work import check_unlinked
from commands.outlay_work import unspend
from commands.time_work import check_day
from commands.work import Command, Work


class ReverseVendorPayment(Command):
    """Reverse a payment, as long as none of its costs stands on a bill."""

    payment_id: UUID
    effective_date: date
    why: Words


def handle(command: ReverseVendorPayment, work: Work) -> Result:
    """Raises NotFound, WrongState where it was reversed, is linked to a line, or its costs stand on a bill; BadRequest."""
    check_day(work, command.effective_date)
    payment = work.load(vendor_payment.KIND, command.payment_id)
    event = payment.reverse(command.why, on=command.effective_date)
    check_unlinked(work, "vendor_payment", command.payment_id)
    unspend(work, payment.made.parts, command.payment_id, command.why)
    work.record(vendor_payment.KIND, command.payment_id, event)
    return {"payment_id": str(command.payment_id)}
