"""Reject a requested payment, or withdraw it; its amount is free again."""

from uuid import UUID

from aggregates import disbursement
from aggregates.event import Words
from commands.attorneys import check_own_matter
from commands.dispatch import Result
from commands.trust_books import ledger, record_on
from commands.work import Command, Work


class RejectDisbursement(Command):
    """Reject a requested payment, or withdraw it; its amount is free again."""

    disbursement_id: UUID
    why: Words


def handle(command: RejectDisbursement, work: Work) -> Result:
    """Raises NotFound, WrongState, NotAllowed for a timekeeper and a payment of a matter that is not theirs."""
    asked = work.load(disbursement.KIND, command.disbursement_id)
    check_own_matter(work, ledger(work, asked.request.ledger_id).matter_id)
    work.record(disbursement.KIND, command.disbursement_id, asked.reject(work.user_id, on=work.today, why=command.why))
    state = ledger(work, asked.request.ledger_id)
    record_on(work, state.id, state.lift(command.disbursement_id, on=work.today))
    return {"disbursement_id": str(command.disbursement_id)}
