"""Move what a client paid too much to their trust ledger: it is their money, not income."""

from datetime import date
from uuid import UUID

from aggregates import client_payment
from aggregates.event import Minor
from aggregates.trust_rules import WrongClient
from commands import receive_funds
from commands.dispatch import Result
from commands.payment_work import shown
from commands.receive_funds import ReceiveFunds
from commands.same_client import same_client
from commands.trust_books import ledger
from commands.work import Command, Work


class MoveCreditToTrust(Command):
    """Move unapplied money to a trust ledger of the same client, by wire."""

    payment_id: UUID
    ledger_id: UUID
    amount_minor: Minor
    effective_date: date


def handle(command: MoveCreditToTrust, work: Work) -> Result:
    """Returns the payment and the trust entry. Raises WrongClient (T4), BadRequest, PeriodSigned (T12) and the like."""
    payment = work.load(client_payment.KIND, command.payment_id)
    if not same_client(work, ledger(work, command.ledger_id).client_id, payment.received.client_id):
        raise WrongClient("the ledger is another client's; one client's money never goes to another's")
    deposit = ReceiveFunds(
        ledger_id=command.ledger_id,
        amount_minor=command.amount_minor,
        effective_date=command.effective_date,
        instrument="wire",
        payer=str(payment.received.payer),
        description="Overpayment, moved from operating",
    )
    entry_id = UUID(receive_funds.handle(deposit, work)["entry_id"])
    event = payment.move_to_trust(command.ledger_id, entry_id, command.amount_minor, on=command.effective_date)
    return {**shown(work.record(client_payment.KIND, command.payment_id, event)), "entry_id": str(entry_id)}
