"""Ask a client by e-mail again to replenish a retainer: when a reminder is due, or at once where somebody says so.

Reminders that are due are written by the server by itself, and stop when the retainer is replenished.
"""

from uuid import UUID

from aggregates import trust_ledger
from aggregates.errors import BadRequest, WrongState
from commands.dispatch import Result
from commands.email_work import pay_by_card, told
from commands.replenishment_email import write_due
from commands.trust_books import the_firm
from commands.work import Command, Work


class RemindOfReplenishment(Command):
    """With `only_if_due` it is refused before its day. A payment link of the ledger stands in it, under the words."""

    ledger_id: UUID
    only_if_due: bool = False
    payment_link_id: UUID | None = None


def handle(command: RemindOfReplenishment, work: Work) -> Result:
    """Returns the e-mail. Raises NotFound; WrongState where nothing is asked of the client, or an e-mail waits already;
    BadRequest where none was agreed, or no address is on record.
    """
    ledger = work.load(trust_ledger.KIND, command.ledger_id)
    paid_by_card = pay_by_card(work, command.payment_link_id, ledger_id=command.ledger_id)
    firm = the_firm(work).established.name
    written = write_due(work, ledger, firm, at_once=not command.only_if_due, last_words=paid_by_card)
    if written is not None:
        return told(written)
    if ledger.request is None:
        raise WrongState("nothing is asked of the client: the retainer holds what was agreed")
    if ledger.evergreen is None or ledger.evergreen.email == "none":
        raise BadRequest("no e-mails were agreed for this retainer; agree it again with `email`")
    raise WrongState("no address of the client is on record, an e-mail about it waits to be sent, or no reminder is due yet")
