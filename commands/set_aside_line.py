"""Say that a line of the firm's statement is neither a cost nor overhead, and what it is."""

from uuid import UUID

from aggregates import firm_account
from aggregates.event import Words
from aggregates.firm_account_events import AsideKind
from commands.dispatch import Result
from commands.work import Command, Work


class SetAsideLine(Command):
    """Set a line aside: a card's bill that was paid, a transfer, a refund, other income, or a partner's own spending."""

    account_id: UUID
    line_id: UUID
    aside: AsideKind
    note: Words


def handle(command: SetAsideLine, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest where the money went the other way."""
    account = work.load(firm_account.KIND, command.account_id)
    event = account.set_aside(command.line_id, command.aside, command.note)
    work.record(firm_account.KIND, command.account_id, event)
    return {"line_id": str(command.line_id)}
