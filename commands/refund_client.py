"""Ask for what is left of a client's money to go back to the client; approved and released like any payment."""

from datetime import date
from uuid import UUID

from aggregates import contact
from aggregates.event import Minor, Words
from aggregates.trust_ledger_events import Method
from aggregates.trust_rules import WrongClient
from commands import request_disbursement
from commands.dispatch import Result
from commands.request_disbursement import RequestDisbursement
from commands.same_client import survivor_of
from commands.trust_books import ledger
from commands.work import Command, Work


class RefundClient(Command):
    """Ask for a refund. The payee is the ledger's client, by the name on file; of a merged one, the survivor."""

    ledger_id: UUID
    amount_minor: Minor
    effective_date: date
    method: Method
    recipient_account: Words | None = None
    purpose: Words = "Refund of unspent money"


def handle(command: RefundClient, work: Work) -> Result:
    """Returns the disbursement's id. Raises WrongClient (T4) for a ledger of no client, and what any payment raises."""
    client_id = ledger(work, command.ledger_id).client_id
    if client_id is None:
        raise WrongClient("a refund goes to the client whose money it is; this ledger is no client's")
    payee_id = survivor_of(work, client_id)
    asked = RequestDisbursement(
        **dict(command), kind="refund", payee=work.load(contact.KIND, payee_id).name, payee_contact_id=payee_id
    )
    return request_disbursement.handle(asked, work)
