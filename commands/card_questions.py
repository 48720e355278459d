"""What a card processor told and the books could not take as it should be: kept for a person, never refused, never lost."""

from datetime import date
from uuid import UUID

from aggregates import card_payment
from aggregates.card_payment_events import About, CardQuestionRaised, CardQuestionSettled
from commands.work import Work

_LONGEST = 2000


def ask(work: Work, key: UUID, about: About, amount_minor: int, why: str, *, on: date) -> None:
    """Raise a question about a payment."""
    state = work.load(card_payment.KIND, key)
    event = CardQuestionRaised(
        effective_date=on,
        card_account_id=state.card_account_id,
        processor_payment=state.processor_payment,
        question_id=work.new_id(),
        about=about,
        amount_minor=amount_minor,
        why=why[:_LONGEST],
    )
    work.record(card_payment.KIND, key, event)


def answer(work: Work, key: UUID, about: About, how: str) -> None:
    """Settle every open question about this of a payment."""
    state = work.load(card_payment.KIND, key)
    for question_id, its in state.questions.items():
        if its == about:
            event = CardQuestionSettled(
                card_account_id=state.card_account_id,
                processor_payment=state.processor_payment,
                question_id=question_id,
                answer=how,
            )
            work.record(card_payment.KIND, key, event)
