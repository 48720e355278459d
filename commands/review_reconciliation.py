"""Look through a prepared reconciliation as a second person."""

from uuid import UUID

from aggregates import reconciliation
from commands.dispatch import Result
from commands.separation_of_duties import other_selves
from commands.work import Command, Work


class ReviewReconciliation(Command):
    """Look through a prepared reconciliation as a second person."""

    reconciliation_id: UUID
    note: str | None = None


def handle(command: ReviewReconciliation, work: Work) -> Result:
    """Raises NotFound, WrongState, SamePerson (T15)."""
    state = work.load(reconciliation.KIND, command.reconciliation_id)
    also = other_selves(work, work.user_id, (state.prepared.prepared_by,))
    event = state.review(work.user_id, command.note, also=also)
    work.record(reconciliation.KIND, command.reconciliation_id, event)
    return {"reconciliation_id": str(command.reconciliation_id)}
