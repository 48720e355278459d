"""Begin an attempt to send an e-mail: recorded before a server is called, so that no two processes send it at once."""

from uuid import UUID

from aggregates import outgoing_email
from commands.dispatch import Result
from commands.work import Command, Work


class BeginEmailAttempt(Command):
    """Given by the dispatcher. `message_id` counts for the first attempt; later ones keep it."""

    email_id: UUID
    message_id: str


def handle(command: BeginEmailAttempt, work: Work) -> Result:
    """Returns the attempt, or none where one that was cut off is put on record first. Raises NotFound, WrongState unless
    it is due.
    """
    state = work.load(outgoing_email.KIND, command.email_id)
    if state.was_cut_off(work.now):
        work.record(outgoing_email.KIND, command.email_id, state.end(state.attempts, "unknown", work.now))
        return {"attempt": None}
    begun = state.begin(work.now, command.message_id)
    work.record(outgoing_email.KIND, command.email_id, begun)
    return {"attempt": begun.attempt, "message_id": begun.message_id}
