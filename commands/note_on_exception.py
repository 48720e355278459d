"""Note how an exception stands: the bank was called, the bar was told, a notice was sent."""

from uuid import UUID

from aggregates import trust_exception
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class NoteOnException(Command):
    """Note how an exception stands."""

    exception_id: UUID
    note: Words


def handle(command: NoteOnException, work: Work) -> Result:
    """Raises NotFound."""
    state = work.load(trust_exception.KIND, command.exception_id)
    work.record(trust_exception.KIND, command.exception_id, state.note(command.note))
    return {"exception_id": str(command.exception_id)}
