"""Record that an item was presented against insufficient funds, paid or not."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from aggregates.trust_exception import ExceptionCause
from commands.bank_facts import open_exception
from commands.dispatch import Result
from commands.trust_books import postable_account
from commands.work import Command, Work


class RecordUnfundedPresentment(Command):
    """Record that an item was presented against insufficient funds, paid or not."""

    trust_account_id: UUID
    amount_minor: Minor
    effective_date: date
    paid: bool
    evidence: Words


def handle(command: RecordUnfundedPresentment, work: Work) -> Result:
    """Returns the exception's id. The bank reports it either way (ABA overdraft notification rules).

    Raises NotFound, PeriodSigned (T12).
    """
    postable_account(work, command.trust_account_id, command.effective_date)
    exception_id = open_exception(
        work,
        ExceptionCause.PRESENTED_UNFUNDED,
        account_id=command.trust_account_id,
        on=command.effective_date,
        amount_minor=-command.amount_minor,
        evidence=f"{'paid' if command.paid else 'returned'}: {command.evidence}"[:2000],
    )
    return {"exception_id": str(exception_id)}
