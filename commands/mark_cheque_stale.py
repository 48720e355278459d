"""Record that a cheque went stale: old enough that the bank need not pay it. Its money stays the client's, and due."""

from uuid import UUID

from aggregates import cheque
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import cheque_of, policy
from commands.work import Command, Work


class MarkChequeStale(Command):
    """Record that a cheque went stale. Void it to have the money back on the ledger, and pay anew."""

    trust_account_id: UUID
    number: int
    why: Words


def handle(command: MarkChequeStale, work: Work) -> Result:
    """Raises NotFound, WrongState before the days of the firm's policy are over, or once it has ended."""
    stream = cheque.KIND.stream_id(command.trust_account_id, command.number)
    days = policy(work).number("stale_cheque_days")
    state = cheque_of(work, command.trust_account_id, command.number)
    work.record(cheque.KIND, stream, state.go_stale(on=work.today, stale_after_days=days, why=command.why))
    return {"cheque_id": str(stream), "status": "stale"}
