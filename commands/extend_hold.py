"""Extend the hold on a receipt that is not collected yet: the bank delayed it, or the firm wants to be sure."""

from datetime import date
from uuid import UUID

from aggregates.event import Words
from commands.days import check_hold
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class ExtendHold(Command):
    """Extend the hold on a receipt to a later day."""

    ledger_id: UUID
    entry_id: UUID
    available_on: date
    evidence: Words


def handle(command: ExtendHold, work: Work) -> Result:
    """Raises NoLedger (T10), NotFound, BadRequest when it is collected already, or the day is not later or too far off."""
    ledger = ledger_for(work, command.ledger_id, work.today)
    check_hold(command.available_on, work.today)
    event = ledger.delay(command.entry_id, available_on=command.available_on, today=work.today, evidence=command.evidence)
    record_on(work, ledger.id, event)
    return {"entry_id": str(command.entry_id), "available_on": str(event.available_on)}
