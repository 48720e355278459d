"""How a client's payment is put to bills and client bills, and taken off them again."""

from datetime import date
from uuid import UUID

from aggregates import bill, client_bill, client_payment
from aggregates.bill_events import AmountClass, BillPaid, principal
from aggregates.client_payment import ClientPayment
from aggregates.errors import BadRequest
from aggregates.payment_order import complete
from commands import bill_shares
from commands.bill_work import lower_reference, raise_reference
from commands.trust_books import the_firm
from commands.work import Work


def apply(
    work: Work,
    payment_id: UUID,
    bill_id: UUID,
    amount_minor: int,
    *,
    on: date,
    classes: tuple[AmountClass, ...] | None = None,
) -> tuple[UUID, ...]:
    """Put part of a payment to a bill, or to the parts of a client bill; returns the ids of the allocations.

    `classes` is the order within a bill, else the firm's. Raises NotFound, WrongState, BadRequest, NotBilled.
    """
    order = the_firm(work).payment_order.classes if classes is None else complete(classes)
    whole = work.find(client_bill.KIND, bill_id)
    if whole is None:
        falls = work.load(bill.KIND, bill_id).allocate(amount_minor, order)
        return (_put(work, payment_id, bill_id, falls, on=on),)
    whole.check_issued()
    owed = {one: work.load(bill.KIND, one).owed for one in whole.bill_ids}
    parts = client_bill.spread(amount_minor, owed, order)
    return tuple(_put(work, payment_id, one, falls, on=on) for one, falls in parts.items())


def _put(work: Work, payment_id: UUID, bill_id: UUID, falls: dict[AmountClass, int], *, on: date) -> UUID:
    payment, of = work.load(client_payment.KIND, payment_id), work.load(bill.KIND, bill_id)
    issued = of.check_issued()
    payer_id = bill_shares.check_payer(work, of, payment.received.client_id)
    if on < issued.effective_date:
        raise BadRequest(f"{on} is before {issued.effective_date}, when {of.name} was issued")
    allocation_id = work.new_id()
    applied = payment.apply(allocation_id, bill_id, sum(falls.values()), on=on)
    paid = BillPaid(effective_date=on, allocation_id=allocation_id, source="payment", source_id=payment_id, by_class=falls)
    lower_reference(work, of, principal(falls), "paid", on=on)
    work.record(client_payment.KIND, payment_id, applied)
    bill_shares.record(work, bill_id, paid, payer_id)
    return allocation_id


def take_back(work: Work, payment_id: UUID, allocation_id: UUID, why: str, *, on: date) -> None:
    """Take an allocation back: the bill is owed again. Raises NotFound, WrongState."""
    reversed_ = work.load(client_payment.KIND, payment_id).take_back(allocation_id, why, on=on)
    of = work.load(bill.KIND, reversed_.bill_id)
    again = of.reverse_payment(allocation_id, why, on=on)
    raise_reference(work, of, principal(again.by_class), on=on)
    work.record(client_payment.KIND, payment_id, reversed_)
    bill_shares.record(work, reversed_.bill_id, again)


def shown(payment: ClientPayment) -> dict[str, object]:
    """What the asker is told of a payment, in minor units."""
    return {
        "payment_id": str(payment.received.payment_id),
        "amount_minor": payment.received.amount_minor,
        "unapplied_minor": payment.unapplied_minor,
        "allocations": [
            {"allocation_id": str(key), "bill_id": str(bill_id), "amount_minor": part}
            for key, (bill_id, part) in payment.applied.items()
        ],
    }
