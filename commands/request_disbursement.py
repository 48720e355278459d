"""Ask for a payment out of a trust ledger; its amount is promised from now on."""

from datetime import date
from uuid import UUID

from aggregates import billing_reference, disbursement
from aggregates.event import Minor, Personal, Words
from aggregates.trust_ledger_events import LedgerPurpose, Method
from aggregates.trust_rules import FirmCostOnClient
from commands.dispatch import Result
from commands.trust_books import ledger_for, policy, record_on
from commands.work import Command, Work


class RequestDisbursement(Command):
    """Ask for a payment. With a billing reference it is the firm's own fee, to its operating account (T7)."""

    ledger_id: UUID
    amount_minor: Minor
    effective_date: date
    payee: Words
    method: Method
    purpose: Words
    payee_contact_id: UUID | None = None
    billing_reference_id: UUID | None = None


def handle(command: RequestDisbursement, work: Work) -> Result:
    """Returns the disbursement's id. Raises every rule that a payment can break."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    if ledger.purpose is LedgerPurpose.UNIDENTIFIED:
        raise FirmCostOnClient("identify the receipt first: transfer it to its client's ledger")
    disbursement_id = work.new_id()
    asked = disbursement.request(
        disbursement_id=disbursement_id,
        account_id=ledger.account_id,
        ledger_id=ledger.id,
        amount_minor=command.amount_minor,
        payee=Personal(subject_id=command.payee_contact_id or ledger.client_id or ledger.id, text=command.payee),
        payee_contact_id=command.payee_contact_id,
        method=command.method,
        purpose=command.purpose,
        billing_reference_id=command.billing_reference_id,
        by=work.user_id,
        on=command.effective_date,
    )
    if command.billing_reference_id is not None:
        bill = work.load(billing_reference.KIND, command.billing_reference_id)
        bill.draw(
            disbursement_id,
            command.amount_minor,
            client_id=ledger.client_id,
            matter_id=ledger.matter_id,
            on=command.effective_date,
            notice_days=policy(work).number("fee_notice_days"),
        )
    record_on(work, ledger.id, ledger.reserve(disbursement_id, command.amount_minor, on=command.effective_date))
    work.record(disbursement.KIND, disbursement_id, asked)
    return {"disbursement_id": str(disbursement_id), "payment_hash": asked.payment_hash}
