"""Record interest the bank credited; it is owed to the bar foundation."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from aggregates.trust_ledger_events import InterestCredited, LedgerPurpose
from commands.dispatch import Result
from commands.trust_books import ledger_for, named_ledger_id, record_on
from commands.work import Command, Work


class RecordInterest(Command):
    """Record interest the bank credited; it is owed to the bar foundation."""

    trust_account_id: UUID
    amount_minor: Minor
    effective_date: date
    description: Words


def handle(command: RecordInterest, work: Work) -> Result:
    """Returns the entry's id. Raises NotFound, PeriodSigned (T12)."""
    ledger_id = named_ledger_id(command.trust_account_id, LedgerPurpose.INTEREST_PAYABLE)
    ledger_for(work, ledger_id, command.effective_date)
    entry_id = work.new_id()
    event = InterestCredited(
        trust_account_id=command.trust_account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=command.description,
    )
    record_on(work, ledger_id, event)
    return {"entry_id": str(entry_id)}
