"""Agree in which order payments are put to bills and to their classes; a payment may still say its own."""

from typing import Annotated

from pydantic import Field

from aggregates import firm
from aggregates.bill_events import AmountClass
from aggregates.payment_order import BillsOrder, PaymentOrder, complete
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class AgreePaymentOrder(Command):
    """The firm's order from now on: within a bill the classes that are named first, and then the others."""

    classes: Annotated[tuple[AmountClass, ...], Field(max_length=5)] = ()
    bills: BillsOrder = "oldest_due"


def handle(command: AgreePaymentOrder, work: Work) -> Result:
    """Raises BadRequest for a class that is named twice, or where nothing would change."""
    after = PaymentOrder(classes=complete(command.classes), bills=command.bills)
    event = the_firm(work).agree_payment_order(after)
    work.record(firm.KIND, firm.STREAM, event)
    return {"before": event.before.model_dump(mode="json"), "after": event.after.model_dump(mode="json")}
