"""Say what an unmatched statement line is: a fact that was recorded, or an exception that was opened for it."""

from uuid import UUID

from aggregates import bank_statement, trust_account, trust_exception
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import ledger, stands_in_a_match
from commands.work import Command, Work


class ExplainLine(Command):
    """Name the exception, or the entry of the recorded fact together with its ledger."""

    trust_account_id: UUID
    line_id: UUID
    exception_id: UUID | None = None
    ledger_id: UUID | None = None
    entry_id: UUID | None = None
    note: Words


def handle(command: ExplainLine, work: Work) -> Result:
    """Returns how the line is explained. Raises NotFound, NoLedger, WrongState, BadRequest."""
    work.load(trust_account.KIND, command.trust_account_id)
    _check_explanation(command, work)
    stream = bank_statement.KIND.stream_id(command.trust_account_id)
    statements = work.find(bank_statement.KIND, stream)
    if statements is None:
        raise NotFound("this account has no statement yet")
    if stands_in_a_match(work, command.trust_account_id, command.line_id):
        raise WrongState("that line stands in a match, which explains it", line_id=command.line_id)
    event = statements.explain(command.line_id, command.note, exception_id=command.exception_id, entry_id=command.entry_id)
    work.record(bank_statement.KIND, stream, event)
    return {"line_id": str(command.line_id), "how": event.how}


def _check_explanation(command: ExplainLine, work: Work) -> None:
    """One thing explains a line, and it is of the same account. Raises BadRequest, NotFound, NoLedger."""
    if (command.exception_id is None) == (command.entry_id is None):
        raise BadRequest("name the exception that was opened, or the entry of the fact that was recorded, and not both")
    if (command.entry_id is None) != (command.ledger_id is None):
        raise BadRequest("an entry is named together with its ledger")
    if command.exception_id is not None:
        opened = work.load(trust_exception.KIND, command.exception_id).opened
        if opened.trust_account_id != command.trust_account_id:
            raise BadRequest("that exception is of another account")
    if command.ledger_id is not None and command.entry_id is not None:
        state = ledger(work, command.ledger_id)
        if state.account_id != command.trust_account_id:
            raise NotFound("this account has no such entry", entry_id=command.entry_id)
        state.posted(command.entry_id)
