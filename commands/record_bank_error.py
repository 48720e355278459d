"""Record an error of the bank, with evidence, until the bank corrects it."""

from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.trust_exception import ExceptionCause
from commands.bank_facts import open_exception
from commands.dispatch import Result
from commands.trust_books import postable_account
from commands.work import Command, Work


class RecordBankError(Command):
    """Record an error of the bank, with evidence, until the bank corrects it."""

    trust_account_id: UUID
    amount_minor: int
    """What the bank must still correct, signed: +20.00 where it took 20.00 too much."""
    effective_date: date
    evidence: Words


def handle(command: RecordBankError, work: Work) -> Result:
    """Returns the exception's id. Raises NotFound, BadRequest, PeriodSigned (T12)."""
    postable_account(work, command.trust_account_id, command.effective_date)
    if command.amount_minor == 0:
        raise BadRequest("an error of 0.00 is none")
    exception_id = open_exception(
        work,
        ExceptionCause.BANK_ERROR,
        account_id=command.trust_account_id,
        on=command.effective_date,
        amount_minor=command.amount_minor,
        evidence=command.evidence,
    )
    return {"exception_id": str(exception_id)}
