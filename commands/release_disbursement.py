"""Release an approved payment: write the cheque, or send the transfer. Every rule is looked at again here."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_reference, cheque, disbursement
from aggregates.trust_rules import NotBilled
from commands.bill_work import pay_from_trust
from commands.dispatch import Result
from commands.same_client import named_as
from commands.separation_of_duties import approvals_needed, no_longer_approving, paid_with
from commands.trust_books import FIRM_IS_PAID, check_the_firms_own, ledger_for, policy, record_on
from commands.work import Command, Work


class ReleaseDisbursement(Command):
    """Release a payment, dated `effective_date`. A cheque needs its number (T13).

    A transfer goes to the account that was approved; `recipient_account` may repeat it.
    """

    disbursement_id: UUID
    effective_date: date
    cheque_number: Annotated[int, Field(ge=1, le=10**12)] | None = None
    recipient_account: str | None = None


def handle(command: ReleaseDisbursement, work: Work) -> Result:
    """Returns the entry's id. Raises WrongState, Overdraft (T1), UncollectedFunds (T3), NotBilled (T7) and the like."""
    state = work.load(disbursement.KIND, command.disbursement_id)
    asked = state.request
    ledger = ledger_for(work, asked.ledger_id, command.effective_date)
    entry_id = work.new_id()
    before = paid_with(work, ledger, asked, command.effective_date)
    released = state.release(
        work.user_id,
        on=command.effective_date,
        today=work.today,
        entry_id=entry_id,
        approvals_needed=approvals_needed(work, before + asked.amount_minor),
        paid_with_minor=before,
        no_longer_approving=no_longer_approving(work, state),
        cheque_number=command.cheque_number,
        recipient_account=command.recipient_account,
    )
    if asked.billing_reference_id is not None:
        check_the_firms_own(work, asked.payee.text or "", NotBilled, FIRM_IS_PAID)
        bill = work.load(billing_reference.KIND, asked.billing_reference_id)
        drawn = bill.draw(
            entry_id,
            asked.amount_minor,
            client_id=named_as(work, ledger.client_id, bill.recorded.client_id),
            matter_id=ledger.matter_id,
            on=command.effective_date,
            notice_days=policy(work, command.effective_date).number("fee_notice_days"),
        )
        work.record(billing_reference.KIND, asked.billing_reference_id, drawn)
        pay_from_trust(work, bill.bill_id, entry_id, asked.amount_minor, on=command.effective_date)
    if released.cheque_number is not None:
        cheque_id = cheque.KIND.stream_id(ledger.account_id, released.cheque_number)
        cheque.check_number(work.find(cheque.KIND, cheque_id), released.cheque_number)
        issued = cheque.ChequeIssued(
            trust_account_id=ledger.account_id,
            effective_date=command.effective_date,
            number=released.cheque_number,
            disbursement_id=command.disbursement_id,
            ledger_id=ledger.id,
            entry_id=entry_id,
            amount_minor=asked.amount_minor,
        )
        work.record(cheque.KIND, cheque_id, issued)
    paid = ledger.disburse(
        entry_id,
        asked.amount_minor,
        on=command.effective_date,
        disbursement_id=command.disbursement_id,
        payee=asked.payee,
        method=asked.method,
        cheque_number=released.cheque_number,
        billing_reference_id=asked.billing_reference_id,
        description=asked.purpose,
        released_on=work.today,
    )
    record_on(work, ledger.id, paid)
    work.record(disbursement.KIND, command.disbursement_id, released)
    return {"entry_id": str(entry_id), "cheque_number": released.cheque_number}
