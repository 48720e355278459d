"""End a hold on a ledger."""

from datetime import date
from uuid import UUID

from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class ReleaseHold(Command):
    """End a hold on a ledger."""

    ledger_id: UUID
    hold_id: UUID
    effective_date: date


def handle(command: ReleaseHold, work: Work) -> Result:
    """Raises NoLedger, NotFound, PeriodSigned (T12)."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    record_on(work, ledger.id, ledger.release_hold(command.hold_id, on=command.effective_date))
    return {"hold_id": str(command.hold_id)}
