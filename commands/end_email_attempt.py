"""Record what became of an attempt to send an e-mail; a bill that the server took counts as sent."""

from uuid import UUID

from aggregates import bill, client_bill, outgoing_email
from aggregates.bill_events import BillSent
from aggregates.outgoing_email import AttemptOutcome, EmailWritten
from commands.dispatch import Result
from commands.work import Command, Work


class EndEmailAttempt(Command):
    """Given by the dispatcher. `code` and `said` are the server's reply."""

    email_id: UUID
    attempt: int
    outcome: AttemptOutcome
    code: int | None = None
    said: str | None = None


def handle(command: EndEmailAttempt, work: Work) -> Result:
    """Returns what follows. Raises NotFound, WrongState where its outcome is known."""
    state = work.load(outgoing_email.KIND, command.email_id)
    ended = state.end(command.attempt, command.outcome, work.now, code=command.code, said=command.said)
    after = work.record(outgoing_email.KIND, command.email_id, ended)
    if ended.outcome == "accepted" and state.status != "sent":
        for bill_id in _bills(work, state.written):
            work.record(bill.KIND, bill_id, BillSent(how="email", to=state.to))
    return {"status": after.status, "next_at": ended.next_at.isoformat() if ended.next_at is not None else None}


def _bills(work: Work, written: EmailWritten) -> tuple[UUID, ...]:
    """The bill that goes with it, or the parts of the client bill."""
    if written.client_bill_id is not None:
        return work.load(client_bill.KIND, written.client_bill_id).bill_ids
    return (written.bill_id,) if written.bill_id is not None else ()
