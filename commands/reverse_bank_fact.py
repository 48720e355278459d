"""Reverse a bank charge, interest, or the return of a deposit that was recorded by mistake: a wrong amount, the wrong
deposit, or twice. Both lines stay (T11).

What the bank really did cannot be refused, nor undone; only the firm's own record of it is put right.
"""

from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.trust_rules import PostedEntryChanged
from commands.bank_facts import settle_exception
from commands.dispatch import Result
from commands.trust_books import check_takes_money, ledger_for, record_on, shown_by_the_bank
from commands.work import Command, Work


class ReverseBankFact(Command):
    """Reverse the entry of a charge, of interest credited, of a sweep, or of a returned deposit, which the bank's statement
    does not show. The deposit then stands again, collected from the day it was; what the slip opened is cured.
    """

    ledger_id: UUID
    entry_id: UUID
    effective_date: date
    why: Words


def handle(command: ReverseBankFact, work: Work) -> Result:
    """Returns the reversing entry's id, and that of the exception that it cured, or opened.

    Raises NotFound, PostedEntryChanged (T11), BadRequest, Overdraft (T1), MatterHoldsTrustMoney (T14) where a deposit would
    stand again in a closed matter.
    """
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    by_the_bank = ledger.entry(command.entry_id).by_the_bank
    if by_the_bank is None:
        raise BadRequest(
            "that entry is no bank charge, no interest and no returned deposit; a receipt is reversed, a payment is voided"
        )
    if shown_by_the_bank(work, ledger.account_id, command.entry_id):
        raise PostedEntryChanged(
            "the bank has shown it: a line of its statement is matched with it, or explained by it. If the bank was wrong, "
            "record a bank error; if the match is wrong, undo it first",
            entry_id=command.entry_id,
        )
    if by_the_bank == "return":
        check_takes_money(work, ledger)
    reversing = work.new_id()
    event = ledger.reverse(reversing, command.entry_id, on=command.effective_date, description=command.why)
    after = record_on(work, ledger.id, event)
    return {"entry_id": str(reversing), "exception_id": settle_exception(work, after, event)}
