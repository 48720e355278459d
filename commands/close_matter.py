"""Close a matter, once nothing of the client's is left with the firm (T14)."""

from datetime import date
from uuid import UUID

from aggregates import matching, matter, trust_ledger
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class CloseMatter(Command):
    """Close a matter."""

    matter_id: UUID
    why: Words
    closed_on: date | None = None


def handle(command: CloseMatter, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest, MatterHoldsTrustMoney (T14)."""
    state = work.load(matter.KIND, command.matter_id)
    ledgers = [work.load(trust_ledger.KIND, ledger_id) for ledger_id in state.ledgers]
    matched = {
        account_id: (work.find(matching.KIND, matching.KIND.stream_id(account_id)) or matching.Matching()).entries
        for account_id in {ledger.account_id for ledger in ledgers}
    }
    uncleared = sum(
        1
        for ledger in ledgers
        for key, entry in ledger.entries.items()
        if entry.at_bank and not entry.undone and not entry.opening and key not in matched[ledger.account_id]
    )
    closed_on = command.closed_on or work.today
    if closed_on > work.today:
        raise BadRequest(f"{closed_on} is in the future; today is {work.today}")
    event = state.close(
        on=closed_on,
        why=command.why,
        trust_minor=sum(abs(ledger.balance_minor) for ledger in ledgers),
        held_minor=sum(sum(ledger.holds.values()) for ledger in ledgers),
        pending_minor=sum(sum(ledger.pending.values()) for ledger in ledgers),
        uncleared_items=uncleared,
        last_entry_on=max((ledger.days[-1] for ledger in ledgers if ledger.days), default=None),
    )
    work.record(matter.KIND, command.matter_id, event)
    return {"matter_id": str(command.matter_id)}
