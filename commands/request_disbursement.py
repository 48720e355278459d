"""Ask for a payment out of a trust ledger; its amount is promised from now on.

Paid to the firm itself it is the firm's own costs, and needs the document that entitles it (T7); as a refund it goes to the
client whose money it is, and to nobody else (T4).
"""

from datetime import date
from uuid import UUID

from aggregates import billing_reference, contact, disbursement
from aggregates.disbursement import DisbursementKind
from aggregates.event import Minor, Personal, Words
from aggregates.named_payee import check_named
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import LedgerPurpose, Method
from aggregates.trust_rules import FirmCostOnClient, SamePerson, WrongClient
from commands.dispatch import Result
from commands.same_client import named_as, same_client
from commands.trust_books import asker_is_payee, check_not_the_firm, ledger_for, policy, record_on, sole_practitioner
from commands.work import Command, Work


class RequestDisbursement(Command):
    """Ask for a payment. With a billing reference it is the firm's own costs, to its operating account (T7).

    `kind` may say so too, or that it is a refund; a payment to the firm under any other name is refused all the same.
    """

    ledger_id: UUID
    amount_minor: Minor
    effective_date: date
    payee: Words
    method: Method
    purpose: Words
    payee_contact_id: UUID | None = None
    billing_reference_id: UUID | None = None
    kind: DisbursementKind = "payment"
    recipient_account: Words | None = None
    """Where a wire or an ACH transfer goes (T9); approved with the payment."""


def handle(command: RequestDisbursement, work: Work) -> Result:
    """Returns the disbursement's id. Raises every rule that a payment can break."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    if ledger.purpose is LedgerPurpose.UNIDENTIFIED:
        raise FirmCostOnClient("identify the receipt first: transfer it to its client's ledger")
    _check_payee(command, work, ledger)
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
        kind="own_costs" if command.billing_reference_id is not None else command.kind,
        recipient_account=command.recipient_account,
    )
    if command.billing_reference_id is not None:
        bill = work.load(billing_reference.KIND, command.billing_reference_id)
        bill.draw(
            disbursement_id,
            command.amount_minor,
            client_id=named_as(work, ledger.client_id, bill.recorded.client_id),
            matter_id=ledger.matter_id,
            on=command.effective_date,
            notice_days=policy(work).number("fee_notice_days"),
        )
    record_on(work, ledger.id, ledger.reserve(disbursement_id, command.amount_minor, on=command.effective_date))
    work.record(disbursement.KIND, disbursement_id, asked)
    return {"disbursement_id": str(disbursement_id), "payment_hash": asked.payment_hash}


def _check_payee(command: RequestDisbursement, work: Work, ledger: TrustLedger) -> None:
    names = [command.payee]
    if command.payee_contact_id is not None:
        payee = work.load(contact.KIND, command.payee_contact_id)
        payee.check_live()
        on_file = [str(name) for name in (*payee.details["name"], *payee.details["aliases"])]
        if command.payee.strip() not in on_file:
            check_named(command.payee, is_contact=False)
        names += on_file
    if command.billing_reference_id is None and ledger.purpose is not LedgerPurpose.FIRM_RESERVE:
        for name in names:
            check_not_the_firm(work, name, "name the issued invoice, notice or order that the payment is for")
    if command.kind == "refund" and not same_client(work, ledger.client_id, command.payee_contact_id):
        raise WrongClient("a refund goes to the client whose money it is, and this payee is somebody else")
    if command.kind == "refund" and command.billing_reference_id is not None:
        raise WrongClient("a refund goes to the client; a bill is paid to the firm")
    if asker_is_payee(work, command.payee, command.payee_contact_id) and not sole_practitioner(work):
        raise SamePerson("the payee of a payment does not request it; somebody else must", requester=work.user_id)
