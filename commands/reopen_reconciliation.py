"""Reopen the newest signed reconciliation, as a second partner; what was signed stays on record."""

from uuid import UUID

from aggregates import reconciliation, trust_account
from aggregates.event import Words
from commands.dispatch import Result
from commands.separation_of_duties import other_selves, sole_practitioner
from commands.work import Command, Work


class ReopenReconciliation(Command):
    """Reopen the newest signed reconciliation, as a second partner; what was signed stays on record."""

    reconciliation_id: UUID
    why: Words


def handle(command: ReopenReconciliation, work: Work) -> Result:
    """Raises NotFound, WrongState, SamePerson (T15), BadRequest for one that is not the newest."""
    state = work.load(reconciliation.KIND, command.reconciliation_id)
    also = other_selves(work, work.user_id, (state.signed_by,) if state.signed_by else ())
    reopened = state.reopen(work.user_id, command.why, sole_practitioner=sole_practitioner(work), also=also)
    account = work.load(trust_account.KIND, state.prepared.trust_account_id)
    work.record(reconciliation.KIND, command.reconciliation_id, reopened)
    work.record(trust_account.KIND, account.id, account.unseal(command.reconciliation_id))
    return {"reconciliation_id": str(command.reconciliation_id)}
