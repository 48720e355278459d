"""Apply trust money to an issued bill: ask that what its matter's ledger can pay goes to the firm's operating account.

Both books follow when it is released: the ledger is charged and the bill is paid in one transaction. Between asking and
releasing stand the approvals that any payment out of trust needs.
"""

from datetime import date
from uuid import UUID

from aggregates import billing_reference, disbursement, matter
from aggregates.billing_reference import BillingReference
from aggregates.errors import BadRequest
from aggregates.event import Minor, Words
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import Method
from aggregates.trust_rules import NotBilled, Overdraft, money
from commands import request_disbursement
from commands.dispatch import Result
from commands.request_disbursement import RequestDisbursement
from commands.trust_books import ledger, ledger_for, the_firm
from commands.work import Command, Work


class ApplyTrust(Command):
    """Ask for trust money for a bill: so much, or all that is open, undisputed, not asked for yet and there.

    `ledger_id` may be left out where the bill's matter has one ledger only. A transfer names the firm's own account.
    """

    billing_reference_id: UUID
    ledger_id: UUID | None = None
    amount_minor: Minor | None = None
    effective_date: date
    method: Method
    recipient_account: Words | None = None


def handle(command: ApplyTrust, work: Work) -> Result:
    """Returns the disbursement and its amount. Raises NotBilled (T7), WrongClient (T4), Overdraft (T1) where nothing is
    there, BadRequest where the ledger is to be named, and every rule that a payment can break.
    """
    of = work.load(billing_reference.KIND, command.billing_reference_id)
    ledgers = [ledger(work, one) for one in work.load(matter.KIND, of.recorded.matter_id).ledgers]
    source = ledger_for(work, command.ledger_id or _only(ledgers, of), command.effective_date)
    asked_for = sum(_asked_for(work, one, command.billing_reference_id) for one in ledgers)
    may = of.open_minor - asked_for
    if (command.amount_minor or 1) > may:
        raise NotBilled(
            f"of {of.recorded.number} {money(max(may, 0))} is open, undisputed and not asked for yet",
            open_minor=of.open_minor,
            asked_for_minor=asked_for,
        )
    there = source.availability(command.effective_date).available_minor
    if there <= 0:
        raise Overdraft(f"nothing is available for {of.recorded.number} in its ledger", available_minor=there)
    amount_minor = command.amount_minor or min(may, there)
    asked = RequestDisbursement(
        ledger_id=source.id,
        amount_minor=amount_minor,
        effective_date=command.effective_date,
        payee=the_firm(work).established.name,
        method=command.method,
        purpose=f"Payment of {of.recorded.number}",
        billing_reference_id=command.billing_reference_id,
        recipient_account=command.recipient_account,
    )
    return {**request_disbursement.handle(asked, work), "amount_minor": amount_minor, "ledger_id": str(source.id)}


def _only(ledgers: list[TrustLedger], of: BillingReference) -> UUID:
    if len(ledgers) != 1:
        raise BadRequest(
            f"the matter of {of.recorded.number} has {len(ledgers)} trust ledgers; name the one that pays",
            ledger_ids=[str(one.id) for one in ledgers],
        )
    return ledgers[0].id


def _asked_for(work: Work, source: TrustLedger, billing_reference_id: UUID) -> int:
    """What was asked for against the bill and has not left yet."""
    return sum(
        amount
        for key, amount in source.pending.items()
        if work.load(disbursement.KIND, key).request.billing_reference_id == billing_reference_id
    )
