"""Receive a client's payment to operating, and put it to bills."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import client_payment, contact
from aggregates.bill_events import AmountClass
from aggregates.client_payment import Method, PaymentReceived
from aggregates.errors import BadRequest
from aggregates.event import Minor, Personal, Words
from commands.dispatch import Result
from commands.payment_work import apply, shown
from commands.time_work import check_day
from commands.trust_books import the_firm
from commands.work import Command, Work


class Allocation(Command):
    """Put so much to a bill, or to a client bill, where it falls on the matters by what is open of each."""

    bill_id: UUID
    amount_minor: Minor


class ReceivePayment(Command):
    """Receive money that is earned. What no bill takes stays the client's credit, until it is applied, moved or refunded."""

    client_id: UUID
    amount_minor: Minor
    effective_date: date
    method: Method
    payer: Words
    reference: Words | None = None
    card_fee_minor: Annotated[int, Field(ge=0, le=10**15)] = 0
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=200)] = ()
    order: Annotated[tuple[AmountClass, ...], Field(max_length=5)] | None = None
    """In which order the classes of a bill are paid, those not named after the others; else the firm's order."""


def handle(command: ReceivePayment, work: Work) -> Result:
    """Returns the payment and its allocations. Raises NotFound, WrongState, BadRequest, NotBilled (T7)."""
    check_day(work, command.effective_date)
    work.load(contact.KIND, command.client_id).check_live()
    if command.card_fee_minor and command.method != "card":
        raise BadRequest(f"a payment by {command.method} has no fee of a card company")
    if command.card_fee_minor > command.amount_minor:
        raise BadRequest("the card company's fee is more than the payment")
    payment_id = work.new_id()
    received = PaymentReceived(
        effective_date=command.effective_date,
        payment_id=payment_id,
        client_id=command.client_id,
        payer=Personal(subject_id=command.client_id, text=command.payer),
        currency=the_firm(work).established.base_currency,
        amount_minor=command.amount_minor,
        method=command.method,
        reference=command.reference,
        card_fee_minor=command.card_fee_minor,
    )
    work.record(client_payment.KIND, payment_id, received)
    for one in command.allocations:
        apply(work, payment_id, one.bill_id, one.amount_minor, on=command.effective_date, classes=command.order)
    return shown(work.load(client_payment.KIND, payment_id))
