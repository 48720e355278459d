"""Record a charge the bank took. It falls on the firm's reserve, never on a client (T8), and is recorded even when short."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_ledger_events import BankChargeTaken, LedgerPurpose
from commands.bank_facts import exception_if_short
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
    """Returns the entry's id, and the exception's where the reserve is short, then or later.

    Raises NoLedger (T10), PeriodSigned (T12).
    """
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
    exception_id = exception_if_short(work, ExceptionCause.RESERVE_SHORT, reserve, event)
    return {"entry_id": str(entry_id), "exception_id": exception_id}
