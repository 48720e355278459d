"""Refund a card payment to the card it came from, from operating. The books follow when the processor tells that it did."""

from uuid import UUID

from aggregates import card_payment
from aggregates.card_account import Reference
from aggregates.card_payment_events import CardRefundAsked
from aggregates.event import Minor, Words
from aggregates.trust_rules import NoNamedPayee
from commands.dispatch import Result
from commands.work import Command, Work


class RefundCardPayment(Command):
    """Refund all that is left of it, or a part. Without `refund`, the processor's name for it, it is only looked at."""

    card_payment_id: UUID
    amount_minor: Minor | None = None
    why: Words
    refund: Reference | None = None


def handle(command: RefundCardPayment, work: Work) -> Result:
    """Returns the refund. Raises NotFound, WrongState, BadRequest for more than is left, NoNamedPayee (T9) for trust."""
    state = work.load(card_payment.KIND, command.card_payment_id)
    if state.succeeded is not None and state.succeeded.destination == "trust":
        raise NoNamedPayee(
            "trust money leaves by a disbursement that is asked for, approved and released; refund the client so"
        )
    taken = max(state.asked_minor, state.refunds_told_minor)
    left = (state.succeeded.amount_minor if state.succeeded is not None else 0) - taken
    amount = command.amount_minor or max(left, 1)
    state.check_refundable(amount)
    told: Result = {"card_payment_id": str(command.card_payment_id), "amount_minor": amount, "refund": command.refund}
    if command.refund is not None:
        event = CardRefundAsked(
            card_account_id=state.card_account_id,
            processor_payment=state.processor_payment,
            refund=command.refund,
            amount_minor=amount,
            why=command.why,
        )
        work.record(card_payment.KIND, command.card_payment_id, event)
    return told
