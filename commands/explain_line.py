"""Say what an unmatched statement line is: an exception that was opened for it."""

from uuid import UUID

from aggregates import bank_statement, trust_account, trust_exception
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ExplainLine(Command):
    """Say what an unmatched statement line is: an exception that was opened for it."""

    trust_account_id: UUID
    line_id: UUID
    exception_id: UUID
    note: Words


def handle(command: ExplainLine, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    work.load(trust_account.KIND, command.trust_account_id)
    work.load(trust_exception.KIND, command.exception_id)
    stream = bank_statement.KIND.stream_id(command.trust_account_id)
    event = bank_statement.explain(
        work.find(bank_statement.KIND, stream),
        command.trust_account_id,
        command.line_id,
        "exception_opened",
        exception_id=command.exception_id,
        note=command.note,
    )
    work.record(bank_statement.KIND, stream, event)
    return {"line_id": str(command.line_id)}
