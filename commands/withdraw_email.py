"""Withdraw an e-mail that has not gone: a draft, one that waits, or one that was refused or given up."""

from uuid import UUID

from aggregates import outgoing_email
from aggregates.event import Words
from commands.dispatch import Result
from commands.email_work import told
from commands.work import Command, Work


class WithdrawEmail(Command):
    """It is not sent any more. What the mail server has taken cannot be called back."""

    email_id: UUID
    why: Words


def handle(command: WithdrawEmail, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound, WrongState for what went, was withdrawn, or is being sent at this moment."""
    event = work.load(outgoing_email.KIND, command.email_id).withdraw(command.why, at=work.now)
    return told(work.record(outgoing_email.KIND, command.email_id, event))
