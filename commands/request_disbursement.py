"""Ask for a payment out of a trust ledger; its amount is promised from now on.

Paid to the firm itself it is the firm's own costs, and needs the document that entitles it (T7); as a refund it goes to the
client whose money it is, and to nobody else (T4).
"""

from datetime import date
from uuid import UUID

from aggregates import billing_reference, contact, disbursement, trust_account
from aggregates.disbursement import DisbursementKind
from aggregates.event import Minor, Personal, Words
from aggregates.firm_costs import are_fees, check_no_firm_cost
from aggregates.named_payee import same_name
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import LedgerPurpose, Method
from aggregates.trust_rules import FirmMoneyInTrust, NoLedger, NoNamedPayee, NotBilled, SamePerson, WrongClient
from commands.attorneys import check_own_matter
from commands.dispatch import Result
from commands.same_client import named_as, same_client
from commands.separation_of_duties import is_paid_to_a_partner, may_be_payee, sole_practitioner
from commands.trust_books import FIRM_IS_PAID, check_not_the_firm, check_the_firms_own, ledger_for, policy, record_on
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
    check_own_matter(work, ledger.matter_id)
    _check_source(command, work, ledger)
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
            notice_days=policy(work, command.effective_date).number("fee_notice_days"),
        )
    record_on(work, ledger.id, ledger.reserve(disbursement_id, command.amount_minor, on=command.effective_date))
    work.record(disbursement.KIND, disbursement_id, asked)
    return {"disbursement_id": str(disbursement_id), "payment_hash": asked.payment_hash}


def _check_source(command: RequestDisbursement, work: Work, ledger: TrustLedger) -> None:
    """What is in a ledger of no client goes where it belongs, and nowhere else."""
    if ledger.purpose is LedgerPurpose.UNIDENTIFIED:
        raise NoLedger("identify the receipt first: transfer it to its client's ledger")
    if ledger.purpose is LedgerPurpose.INTEREST_PAYABLE:
        # Interest of an account that is one client's own is that client's.
        owner = work.load(trust_account.KIND, ledger.account_id).client_id
        if owner is not None and not same_client(work, owner, command.payee_contact_id):
            raise WrongClient(
                "interest on an account that is one client's own is that client's: choose their contact as the payee",
                client_id=owner,
            )
        if owner is None:
            raise NoLedger("interest on pooled money is the bar foundation's; record the bank's remittance as a sweep")
    if ledger.purpose is LedgerPurpose.FIRM_RESERVE:
        why = "the reserve is the firm's own money for bank charges; what is not needed goes back to the firm"
        check_the_firms_own(work, command.payee, FirmMoneyInTrust, why)
    elif command.billing_reference_id is None:
        check_no_firm_cost(command.purpose, command.payee)


def _check_no_fees_to_a_partner(command: RequestDisbursement, work: Work, ledger: TrustLedger) -> None:
    if not are_fees(command.purpose) or same_client(work, ledger.client_id, command.payee_contact_id):
        return
    if is_paid_to_a_partner(work, command.payee, command.payee_contact_id):
        raise NotBilled(
            f"{command.payee.strip()} is a partner of the firm, or of the name of one; fees go to the firm itself, against "
            "the issued invoice, notice or order that they are for",
            payee=command.payee.strip(),
        )


def _check_payee(command: RequestDisbursement, work: Work, ledger: TrustLedger) -> None:
    names = [command.payee]
    if command.payee_contact_id is not None:
        payee = work.load(contact.KIND, command.payee_contact_id)
        payee.check_live()
        on_file = [str(name) for name in (*payee.details["name"], *payee.details["aliases"])]
        if not any(same_name(command.payee, name) for name in on_file):
            raise NoNamedPayee(
                f"{command.payee.strip()} is not a name of the contact that was chosen, {on_file[0]}; name the contact as "
                "it is on file, or pay without one",
                payee=command.payee.strip(),
            )
        names += on_file
    if command.billing_reference_id is not None:
        for name in names[:2]:
            check_the_firms_own(work, name, NotBilled, FIRM_IS_PAID)
    elif ledger.purpose is not LedgerPurpose.FIRM_RESERVE:
        for name in names:
            check_not_the_firm(work, name, "name the issued invoice, notice or order that the payment is for")
        _check_no_fees_to_a_partner(command, work, ledger)
    if command.kind == "refund" and not same_client(work, ledger.client_id, command.payee_contact_id):
        raise WrongClient("a refund goes to the client whose money it is, and this payee is somebody else")
    if command.kind == "refund" and command.billing_reference_id is not None:
        raise WrongClient("a refund goes to the client; a bill is paid to the firm")
    asker_is_paid = may_be_payee(work, work.user_id, command.payee, command.payee_contact_id)
    if asker_is_paid and not sole_practitioner(work):
        raise SamePerson(
            f"the payee, {command.payee.strip()}, is you or somebody of your name; another person asks for this payment",
            requester=work.user_id,
        )
