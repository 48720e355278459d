"""Say whose a card payment is that named no payment link of ours."""

from uuid import UUID

from aggregates import card_payment, contact
from aggregates.errors import BadRequest, WrongState
from commands.card_books import book, place_in_operating, place_in_trust
from commands.card_questions import answer
from commands.dispatch import Result
from commands.trust_books import ledger, the_firm
from commands.work import Command, Work


class PlaceCardPayment(Command):
    """To operating: a client, and a bill if it is for one. To trust: a ledger, where it could not even be unidentified."""

    card_payment_id: UUID
    client_id: UUID | None = None
    bill_id: UUID | None = None
    ledger_id: UUID | None = None


def handle(command: PlaceCardPayment, work: Work) -> Result:
    """Returns where it is. Raises NotFound, WrongState where it is booked or never succeeded, BadRequest."""
    key = command.card_payment_id
    state = work.load(card_payment.KIND, key)
    paid = state.succeeded
    if paid is None:
        raise WrongState("this card payment has not succeeded", status=state.status)
    if state.placed is not None:
        again = "move it from the unidentified receipts by a transfer, and settle the question"
        raise WrongState(f"this card payment is booked; {again if paid.destination == 'trust' else 'apply its payment'}")
    if paid.currency.upper() != the_firm(work).established.base_currency:
        raise BadRequest(f"it was paid in {paid.currency.upper()}; receive what the bank credited, and settle the question")
    if paid.destination == "trust":
        if command.ledger_id is None or command.client_id is not None or command.bill_id is not None:
            raise BadRequest("this money is in trust: name the ledger it belongs to, and nothing else")
        place_in_trust(work, key, paid, command.ledger_id, ledger(work, command.ledger_id).client_id)
    else:
        if command.client_id is None or command.ledger_id is not None:
            raise BadRequest("this money is in operating: name the client it is of, and the bill if it is for one")
        work.load(contact.KIND, command.client_id).check_live()
        place_in_operating(work, key, paid, command.client_id, command.bill_id, str(paid.payer))
    answer(work, key, "payment", "Placed by hand")
    book(work, key, on=work.today)
    placed = work.load(card_payment.KIND, key).placed
    assert placed is not None, "placed just now"
    ids = (("payment_id", placed.payment_id), ("ledger_id", placed.ledger_id), ("entry_id", placed.entry_id))
    return {"card_payment_id": str(key), **{name: str(one) if one is not None else None for name, one in ids}}
