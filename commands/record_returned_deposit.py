"""Record that the bank returned a deposited item unpaid. A fact: recorded even where the money is spent already."""

from datetime import date
from uuid import UUID

from aggregates.event import Words
from aggregates.trust_exception import ExceptionCause
from commands.bank_facts import exception_if_short
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class RecordReturnedDeposit(Command):
    """Name the entry of the deposit that came back."""

    ledger_id: UUID
    entry_id: UUID
    effective_date: date
    evidence: Words


def handle(command: RecordReturnedDeposit, work: Work) -> Result:
    """Returns the entry's id, and the exception's where the ledger is overdrawn by it, on that day or a later one.

    Raises NoLedger (T10), NotFound, PostedEntryChanged (T11), BadRequest where the entry is no deposit, PeriodSigned (T12).
    """
    before = ledger_for(work, command.ledger_id, command.effective_date)
    entry_id = work.new_id()
    event = before.return_deposit(entry_id, command.entry_id, on=command.effective_date, evidence=command.evidence)
    record_on(work, before.id, event)
    exception_id = exception_if_short(work, ExceptionCause.LEDGER_OVERDRAWN, before, event)
    return {"entry_id": str(entry_id), "exception_id": exception_id}
