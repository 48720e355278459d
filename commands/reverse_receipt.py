"""Reverse a receipt that was posted by mistake; both lines stay."""

from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.trust_rules import PostedEntryChanged
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on, shown_by_the_bank
from commands.work import Command, Work


class ReverseReceipt(Command):
    """Reverse a receipt that was posted by mistake; both lines stay."""

    ledger_id: UUID
    entry_id: UUID
    effective_date: date
    why: Words


def handle(command: ReverseReceipt, work: Work) -> Result:
    """Returns the reversing entry's id. Raises NotFound, PostedEntryChanged (T11), BadRequest, Overdraft (T1)."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    entry = ledger.entry(command.entry_id)
    if entry.effect_minor < 0 or not entry.at_bank:
        raise BadRequest("that entry is not a receipt; a payment is voided, a transfer is transferred back")
    if shown_by_the_bank(work, ledger.account_id, command.entry_id):
        raise PostedEntryChanged(
            "the bank has shown this receipt: it stands in a match, or explains a line. If the item came back, record a "
            "returned deposit; if the match is wrong, undo it first",
            entry_id=command.entry_id,
        )
    reversing = work.new_id()
    event = ledger.reverse(reversing, command.entry_id, on=command.effective_date, description=command.why)
    record_on(work, ledger.id, event)
    return {"entry_id": str(reversing)}
