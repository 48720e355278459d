"""Take back what was said of a line of the firm's statement: its costs are discarded, its links undone."""

from uuid import UUID

from aggregates import firm_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.line_work import unlink
from commands.outlay_work import unspend
from commands.work import Command, Work


class ReopenLine(Command):
    """Reopen a line, as long as no cost that it became stands on a bill."""

    account_id: UUID
    line_id: UUID
    why: Words


def handle(command: ReopenLine, work: Work) -> Result:
    """Raises NotFound, WrongState where the line is open, or a cost of it stands on a bill."""
    event = work.load(firm_account.KIND, command.account_id).reopen(command.line_id, command.why)
    unspend(work, event.parts, command.line_id, command.why)
    for linked in event.linked:
        unlink(work, command.account_id, command.line_id, linked)
    work.record(firm_account.KIND, command.account_id, event)
    return {"line_id": str(command.line_id)}
