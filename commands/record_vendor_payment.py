"""Record a payment to a vendor from the firm's own money, split over matters and overhead."""

from datetime import date

from aggregates import vendor_payment
from aggregates.errors import BadRequest
from aggregates.event import Minor, Personal, Words
from aggregates.outlay import check_sum
from aggregates.vendor_payment import Method, Source, VendorPaid
from commands.dispatch import Result
from commands.outlay_work import SpendParts, spend, told
from commands.time_work import check_day
from commands.trust_books import the_firm
from commands.work import Command, Work


class RecordVendorPayment(Command):
    """Record what was paid to a vendor; its parts sum to it."""

    paid_on: date
    payee: Words
    amount_minor: Minor
    paid_from: Source = "operating"
    method: Method
    reference: Words | None = None
    parts: SpendParts


def handle(command: RecordVendorPayment, work: Work) -> Result:
    """Returns the payment's id, and the cost that each part became.

    Raises NotFound, WrongState for a closed matter, MarkupNotAgreed, BadRequest where the parts do not come to the payment.
    """
    check_day(work, command.paid_on)
    if (command.method == "card") is not (command.paid_from == "card"):
        raise BadRequest("what is paid by card is paid from a card, and nothing else is")
    payment_id = work.new_id()
    parts = spend(
        work,
        command.parts,
        on=command.paid_on,
        payee=command.payee,
        paid_from=command.paid_from,
        source="vendor_payment",
        source_id=payment_id,
    )
    check_sum(parts, command.amount_minor, "the payment")
    made = VendorPaid(
        effective_date=command.paid_on,
        payment_id=payment_id,
        payee=Personal(subject_id=payment_id, text=command.payee),
        currency=the_firm(work).established.base_currency,
        amount_minor=command.amount_minor,
        paid_from=command.paid_from,
        method=command.method,
        reference=command.reference,
        parts=parts,
    )
    work.record(vendor_payment.KIND, payment_id, made)
    return {"payment_id": str(payment_id), **told(parts)}
