"""Say what a charge on the firm's statement was for, part by part: costs of matters and overhead."""

from uuid import UUID

from aggregates import firm_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.line_work import PAID_FROM
from commands.outlay_work import SpendParts, spend, told
from commands.work import Command, Work


class AcceptLine(Command):
    """Accept a line; its parts sum to it, to the cent."""

    account_id: UUID
    line_id: UUID
    payee: Words
    parts: SpendParts


def handle(command: AcceptLine, work: Work) -> Result:
    """Returns the cost that each part became. Raises NotFound, WrongState, MarkupNotAgreed, BadRequest."""
    account = work.load(firm_account.KIND, command.account_id)
    line = account.open_line(command.line_id)
    parts = spend(
        work,
        command.parts,
        on=line.booked_on,
        payee=command.payee,
        paid_from=PAID_FROM[account.opened.kind],
        source="card_line",
        source_id=command.line_id,
    )
    work.record(firm_account.KIND, command.account_id, account.accept(command.line_id, command.payee, parts))
    return {"line_id": str(command.line_id), **told(parts)}
