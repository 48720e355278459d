"""Record a charge the bank took. It falls on the firm's reserve, never on a client (T8), and is recorded even when short."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_ledger_events import BankChargeTaken, LedgerPurpose
from commands.bank_facts import open_exception
from commands.dispatch import Result
from commands.trust_books import ledger_for, named_ledger_id, record_on
from commands.work import Command, Work


class RecordBankCharge(Command):
    """Record a charge."""

    trust_account_id: UUID
    amount_minor: Minor
    effective_date: date
    description: Words


def handle(command: RecordBankCharge, work: Work) -> Result:
    """Returns the entry's id, and the exception's where the reserve is short. Raises NotFound, PeriodSigned (T12)."""
    ledger_id = named_ledger_id(command.trust_account_id, LedgerPurpose.FIRM_RESERVE)
    reserve = ledger_for(work, ledger_id, command.effective_date)
    entry_id = work.new_id()
    event = BankChargeTaken(
        trust_account_id=command.trust_account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=command.description,
    )
    record_on(work, ledger_id, event)
    exception_id = None
    short = command.amount_minor - reserve.balance_minor
    if short > 0:
        exception_id = open_exception(
            work,
            ExceptionCause.RESERVE_SHORT,
            account_id=command.trust_account_id,
            on=command.effective_date,
            amount_minor=-short,
            evidence=command.description,
            ledger_id=ledger_id,
            entry_id=entry_id,
        )
    return {"entry_id": str(entry_id), "exception_id": str(exception_id) if exception_id else None}
