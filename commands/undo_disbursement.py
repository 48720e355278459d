"""Void or stop a released payment that the bank has not paid: the ledger has its money again, both lines stay."""

from typing import Literal
from uuid import UUID

from aggregates import billing_reference, cheque, disbursement
from aggregates.event import Words
from aggregates.trust_rules import PostedEntryChanged
from commands.bill_work import credit_settled, unpay_from_trust
from commands.dispatch import Result
from commands.trust_books import check_takes_money, ledger_for, record_on, shown_by_the_bank
from commands.work import Command, Work


class UndoDisbursement(Command):
    """Void a cheque, stop it at the bank, or take back a transfer that came back."""

    disbursement_id: UUID
    ending: Literal["void", "stopped"] = "void"
    why: Words


def handle(command: UndoDisbursement, work: Work) -> Result:
    """Returns the reversing entry's id. Raises WrongState, PostedEntryChanged (T11) once it cleared, PeriodSigned (T12),
    MatterHoldsTrustMoney (T14) for a closed matter.
    """
    state = work.load(disbursement.KIND, command.disbursement_id)
    asked = state.request
    ledger = ledger_for(work, asked.ledger_id, work.today)
    undone = state.undo(on=work.today, how=f"{command.ending}: {command.why}"[:2000])
    if shown_by_the_bank(work, ledger.account_id, undone.entry_id):
        raise PostedEntryChanged(
            "the bank has paid it: it stands in a match, or explains a line; undo the match first if that is wrong",
            entry_id=undone.entry_id,
        )
    check_takes_money(work, ledger)
    entry_id = work.new_id()
    record_on(work, ledger.id, ledger.reverse(entry_id, undone.entry_id, on=work.today, description=undone.how))
    work.record(disbursement.KIND, command.disbursement_id, undone)
    if state.cheque_number is not None:
        cheque_id = cheque.KIND.stream_id(ledger.account_id, state.cheque_number)
        work.load(cheque.KIND, cheque_id).check_next(command.ending)
        ended = cheque.ChequeEnded(
            trust_account_id=ledger.account_id, effective_date=work.today, ending=command.ending, why=command.why
        )
        work.record(cheque.KIND, cheque_id, ended)
    if asked.billing_reference_id is not None:
        returned = billing_reference.DrawReturned(
            effective_date=work.today, entry_id=undone.entry_id, amount_minor=asked.amount_minor
        )
        bill_id = work.load(billing_reference.KIND, asked.billing_reference_id).bill_id
        work.record(billing_reference.KIND, asked.billing_reference_id, returned)
        unpay_from_trust(work, bill_id, undone.entry_id, undone.how, on=work.today)
        credit_settled(work, asked.billing_reference_id, "Taken off by a settled dispute", on=work.today)
    return {"entry_id": str(entry_id)}
