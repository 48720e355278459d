"""Settle a question about a card payment, once it was looked at and put right."""

from uuid import UUID

from aggregates import card_payment
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class SettleCardQuestion(Command):
    """Say what was done."""

    card_payment_id: UUID
    question_id: UUID
    answer: Words


def handle(command: SettleCardQuestion, work: Work) -> Result:
    """Returns the payment. Raises NotFound where no such question is open."""
    event = work.load(card_payment.KIND, command.card_payment_id).settle(command.question_id, command.answer)
    work.record(card_payment.KIND, command.card_payment_id, event)
    return {"card_payment_id": str(command.card_payment_id), "question_id": str(command.question_id)}
