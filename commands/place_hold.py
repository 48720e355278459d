"""Set part of a ledger aside for a purpose."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class PlaceHold(Command):
    """Set part of a ledger aside for a purpose."""

    ledger_id: UUID
    amount_minor: Minor
    purpose: Words
    effective_date: date


def handle(command: PlaceHold, work: Work) -> Result:
    """Returns the hold's id. Raises NoLedger, Overdraft (T1), UncollectedFunds (T3), PeriodSigned (T12)."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    hold_id = work.new_id()
    record_on(work, ledger.id, ledger.place_hold(hold_id, command.amount_minor, command.purpose, on=command.effective_date))
    return {"hold_id": str(hold_id)}
