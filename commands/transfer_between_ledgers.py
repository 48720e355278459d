"""Move money between ledgers of one client, or from unidentified receipts to the client they turn out to be."""

from datetime import date
from uuid import UUID

from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.same_client import named_as
from commands.trust_books import check_takes_money, ledger, ledger_for, record_on
from commands.work import Command, Work


class TransferBetweenLedgers(Command):
    """Move money on the authority of a document."""

    from_ledger_id: UUID
    to_ledger_id: UUID
    amount_minor: Minor
    effective_date: date
    authority: Words
    description: Words


def handle(command: TransferBetweenLedgers, work: Work) -> Result:
    """Returns ids. Raises NoLedger, WrongClient (T4), Overdraft (T1), UncollectedFunds (T3), PeriodSigned (T12),
    MatterHoldsTrustMoney (T14) for a closed matter.
    """
    source = ledger_for(work, command.from_ledger_id, command.effective_date)
    target = ledger(work, command.to_ledger_id)
    check_takes_money(work, target)
    to_client = named_as(work, target.client_id, source.client_id)
    transfer_id = work.new_id()
    entry_ids = (work.new_id(), work.new_id())
    out, into = source.transfer(
        target if to_client == target.client_id else target._replace(client_id=to_client),
        command.amount_minor,
        on=command.effective_date,
        transfer_id=transfer_id,
        entry_ids=entry_ids,
        authority=command.authority,
        description=command.description,
    )
    record_on(work, source.id, out)
    record_on(work, target.id, into)
    return {"transfer_id": transfer_id, "entry_ids": entry_ids}
