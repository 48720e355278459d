"""Approve exactly the payment that was requested."""

from uuid import UUID

from aggregates import disbursement
from commands.dispatch import Result
from commands.separation_of_duties import may_be_payee, other_selves, sole_practitioner
from commands.trust_books import policy
from commands.work import Command, Work


class ApproveDisbursement(Command):
    """Approve exactly the payment that was requested."""

    disbursement_id: UUID


def handle(command: ApproveDisbursement, work: Work) -> Result:
    """Raises NotFound, WrongState, SamePerson (T15)."""
    asked = work.load(disbursement.KIND, command.disbursement_id)
    involved = {asked.request.requested_by, *(approval.approved_by for approval in asked.approvals)}
    event = asked.approve(
        work.user_id,
        also=other_selves(work, work.user_id, involved),
        on=work.today,
        lapses_after_days=policy(work).number("approval_lapses_after_days"),
        sole_practitioner=sole_practitioner(work),
        is_payee=may_be_payee(work, work.user_id, asked.request.payee.text or "", asked.request.payee_contact_id),
    )
    work.record(disbursement.KIND, command.disbursement_id, event)
    return {"disbursement_id": str(command.disbursement_id), "lapses_on": str(event.lapses_on)}
