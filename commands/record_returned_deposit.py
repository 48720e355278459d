"""Record that the bank returned a deposited item unpaid. A fact: recorded even where the money is spent already."""

from datetime import date
from uuid import UUID

from aggregates.event import Words
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_ledger_events import DepositReturned
from commands.bank_facts import open_exception
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
    """Returns the entry's id, and the exception's where the ledger is overdrawn by it. Raises NotFound, PeriodSigned."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    deposit = ledger.entry(command.entry_id)
    entry_id = work.new_id()
    event = DepositReturned(
        trust_account_id=ledger.account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=deposit.effect_minor,
        description=command.evidence,
        returned_entry_id=command.entry_id,
    )
    record_on(work, ledger.id, event)
    exception_id = None
    short = deposit.effect_minor - ledger.balance_minor
    if short > 0:
        exception_id = open_exception(
            work,
            ExceptionCause.LEDGER_OVERDRAWN,
            account_id=ledger.account_id,
            on=command.effective_date,
            amount_minor=-short,
            evidence=command.evidence,
            ledger_id=ledger.id,
            entry_id=entry_id,
        )
    return {"entry_id": str(entry_id), "exception_id": str(exception_id) if exception_id else None}
