"""Record that the bank corrected its error: the statement line by which it did so, and the exception, name each other."""

from uuid import UUID

from aggregates import bank_statement, trust_exception
from aggregates.errors import BadRequest, NotFound
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import postable_account, stands_in_a_match
from commands.work import Command, Work


class RecordBankErrorCorrection(Command):
    """Name the exception of the error, and the line that corrects it to the cent."""

    exception_id: UUID
    line_id: UUID
    evidence: Words


def handle(command: RecordBankErrorCorrection, work: Work) -> Result:
    """Returns the day of the correction. Raises NotFound, WrongState, BadRequest, PeriodSigned (T12)."""
    state = work.load(trust_exception.KIND, command.exception_id)
    account_id = state.opened.trust_account_id
    stream = bank_statement.KIND.stream_id(account_id)
    statements = work.find(bank_statement.KIND, stream)
    if statements is None:
        raise NotFound("this account has no statement yet")
    line = statements.line(command.line_id)
    postable_account(work, account_id, line.booked_on)
    if stands_in_a_match(work, account_id, command.line_id):
        raise BadRequest("that line stands in a match with a book entry; undo the match first")
    corrected = state.correct(command.line_id, line.amount_minor, on=line.booked_on, evidence=command.evidence)
    explained = statements.explain(command.line_id, command.evidence, exception_id=command.exception_id)
    work.record(trust_exception.KIND, command.exception_id, corrected)
    work.record(bank_statement.KIND, stream, explained)
    return {"exception_id": str(command.exception_id), "corrected_on": str(line.booked_on)}
