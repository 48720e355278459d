"""Note why an entry is outstanding at the bank so long, without which a reconciliation does not pass."""

from uuid import UUID

from aggregates import outstanding_item
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import ledger, stands_in_a_match
from commands.work import Command, Work


class NoteOutstandingItem(Command):
    """Note why an entry is outstanding. A new note takes the place of the last one, which stays on record."""

    ledger_id: UUID
    entry_id: UUID
    note: Words


def handle(command: NoteOutstandingItem, work: Work) -> Result:
    """Raises NoLedger (T10), NotFound, PostedEntryChanged (T11) for one undone, BadRequest for one the bank has
    shown, or never shows.
    """
    state = ledger(work, command.ledger_id)
    if not state.entry(command.entry_id).at_bank:
        raise BadRequest("that entry undoes another, in the books only; the bank never shows it")
    if stands_in_a_match(work, state.account_id, command.entry_id):
        raise BadRequest("the bank has shown that entry; it is not outstanding")
    event = outstanding_item.OutstandingItemNoted(
        trust_account_id=state.account_id, ledger_id=state.id, entry_id=command.entry_id, note=command.note
    )
    work.record(outstanding_item.KIND, outstanding_item.KIND.stream_id(command.entry_id), event)
    return {"entry_id": str(command.entry_id)}
