"""Certify a reconciliation. From here on nothing is posted into its period (T12)."""

from uuid import UUID

from aggregates import disbursement, reconciliation, trust_account
from aggregates.disbursement import DisbursementApproved
from aggregates.errors import WrittenMeanwhile
from commands.dispatch import Result
from commands.trust_books import policy, sole_practitioner
from commands.work import Command, Work


class SignReconciliation(Command):
    """Sign it. `disbursement_ids` are those of its period, as the face that asks found them in the books."""

    reconciliation_id: UUID
    current: bool
    """Whether the books still say what was prepared, as the face that asks has folded them again."""
    disbursement_ids: tuple[UUID, ...] = ()


def handle(command: SignReconciliation, work: Work) -> Result:
    """Raises NotFound, WrongState, SamePerson (T15), AlreadyExists, WrittenMeanwhile when the books moved since."""
    state = work.load(reconciliation.KIND, command.reconciliation_id)
    if not command.current:
        raise WrittenMeanwhile("the books of the period changed since it was prepared; prepare it again")
    rules = policy(work)
    paid_out_by: set[UUID] = set()
    if rules.asks("cheque_signer_does_not_reconcile"):
        for key in command.disbursement_ids:
            paid = work.load(disbursement.KIND, key)
            paid_out_by |= {
                approval.approved_by for approval in paid.approvals if isinstance(approval, DisbursementApproved)
            }
    signed = state.sign(
        work.user_id,
        work.actor.role,
        roles_that_sign=rules.roles("sign_off_roles"),
        not_preparer=rules.asks("signer_is_not_preparer"),
        paid_out_by=frozenset(paid_out_by),
        sole_practitioner=sole_practitioner(work),
    )
    account = work.load(trust_account.KIND, state.prepared.trust_account_id)
    work.record(reconciliation.KIND, command.reconciliation_id, signed)
    work.record(trust_account.KIND, account.id, account.seal(command.reconciliation_id, state.prepared.period_end))
    return {"reconciliation_id": str(command.reconciliation_id), "signed_to": str(state.prepared.period_end)}
