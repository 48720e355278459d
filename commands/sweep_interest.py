"""Record that the bank remitted interest to the bar foundation. A fact: recorded even where the books hold less."""

from datetime import date
from uuid import UUID

from aggregates import trust_account
from aggregates.event import Minor, Personal, Words
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_ledger_events import InterestSwept, LedgerPurpose
from aggregates.trust_rules import WrongClient
from commands.bank_facts import exception_if_short
from commands.dispatch import Result
from commands.trust_books import check_not_the_firm, ledger_for, named_ledger_id, record_on
from commands.work import Command, Work


class SweepInterest(Command):
    """Record a sweep. `foundation` is who received it; never the firm, never a client."""

    trust_account_id: UUID
    amount_minor: Minor
    effective_date: date
    foundation: Words
    description: Words


def handle(command: SweepInterest, work: Work) -> Result:
    """Returns the entry's id, and the exception's where more was taken than was there.

    Raises WrongClient (T4) for an account that is one client's own, NotBilled (T7), PeriodSigned (T12).
    """
    ledger_id = named_ledger_id(command.trust_account_id, LedgerPurpose.INTEREST_PAYABLE)
    before = ledger_for(work, ledger_id, command.effective_date)
    if work.load(trust_account.KIND, command.trust_account_id).client_id is not None:
        raise WrongClient(
            "interest on an account that is one client's own is that client's, not the foundation's: ask for its payment "
            "to the client. If the bank sent it away by itself, record a bank error"
        )
    check_not_the_firm(work, command.foundation, "interest on pooled money goes to the bar foundation, never to the firm")
    entry_id = work.new_id()
    event = InterestSwept(
        trust_account_id=command.trust_account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=command.description,
        payee=Personal(subject_id=ledger_id, text=command.foundation),
    )
    record_on(work, ledger_id, event)
    exception_id = exception_if_short(work, ExceptionCause.LEDGER_OVERDRAWN, before, event)
    return {"entry_id": str(entry_id), "exception_id": exception_id}
