"""Count a receipt as collected, on evidence from the bank."""

from datetime import date
from uuid import UUID

from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class ClearFunds(Command):
    """Count a receipt as collected, on evidence from the bank."""

    ledger_id: UUID
    entry_id: UUID
    effective_date: date
    evidence: Words


def handle(command: ClearFunds, work: Work) -> Result:
    """Raises NoLedger, NotFound, BadRequest, PeriodSigned (T12)."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    record_on(work, ledger.id, ledger.clear(command.entry_id, on=command.effective_date, evidence=command.evidence))
    return {"entry_id": str(command.entry_id)}
