"""Record that an issued cheque was put on paper."""

from uuid import UUID

from aggregates import cheque
from commands.dispatch import Result
from commands.trust_books import cheque_of
from commands.work import Command, Work


class PrintCheque(Command):
    """Record that a cheque was put on paper."""

    trust_account_id: UUID
    number: int


def handle(command: PrintCheque, work: Work) -> Result:
    """Raises NotFound, WrongState when it was printed before or has ended."""
    stream = cheque.KIND.stream_id(command.trust_account_id, command.number)
    work.record(cheque.KIND, stream, cheque_of(work, command.trust_account_id, command.number).print_out())
    return {"cheque_id": str(stream), "status": "printed"}
