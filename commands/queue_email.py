"""Have an e-mail sent: a draft, one that was refused or given up, or at once what would be tried again later."""

from uuid import UUID

from commands.dispatch import Result
from commands.email_work import queue, told
from commands.work import Command, Work


class QueueEmail(Command):
    """Put it into the outbox; the tries are counted anew."""

    email_id: UUID


def handle(command: QueueEmail, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound, WrongState for what waits to be sent, is being sent, went or was withdrawn."""
    return told(queue(work, command.email_id))
