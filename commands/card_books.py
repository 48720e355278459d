"""Booking a card payment from all that is known of it: where its money went, what came back, what went back.

Called after every notice; what is booked already is not booked again, so that the order of notices does not matter.
"""

from datetime import date, timedelta
from uuid import UUID

from aggregates import bill, card_account, card_payment, client_payment, payment_link, trust_account
from aggregates.card_payment import CardPayment
from aggregates.card_payment_events import CardPaymentPlaced, CardPaymentSucceeded
from aggregates.client_payment import PaymentReceived
from aggregates.errors import Refusal
from aggregates.event import Personal
from aggregates.payment_link import PaymentLink
from aggregates.trust_ledger_events import LedgerPurpose
from aggregates.trust_rules import money
from commands import receive_funds
from commands.card_questions import answer, ask
from commands.card_returns import book_disputes, book_refunds
from commands.payment_work import apply
from commands.receive_funds import ReceiveFunds
from commands.trust_books import named_ledger_id, the_firm
from commands.work import Work


def book(work: Work, key: UUID, *, on: date) -> None:
    """Book what can be booked of a payment; what cannot be is asked of a person. Never refuses."""
    state = work.find(card_payment.KIND, key)
    if state is None or state.succeeded is None:
        return
    if state.placed is None:
        _place(work, key, state, state.succeeded)
    if work.load(card_payment.KIND, key).placed is not None:
        account = work.load(card_account.KIND, state.card_account_id)
        book_refunds(work, account, key, on=on)
        book_disputes(work, account, key, on=on)


def place_in_operating(
    work: Work, key: UUID, paid: CardPaymentSucceeded, client_id: UUID, bill_id: UUID | None, payer: str
) -> None:
    """Receive it as a client's payment: to the bill as far as it is open, the rest as the client's credit."""
    payment_id, on = work.new_id(), paid.effective_date
    received = PaymentReceived(
        effective_date=on,
        payment_id=payment_id,
        client_id=client_id,
        payer=Personal(subject_id=client_id, text=payer),
        currency=the_firm(work).established.base_currency,
        amount_minor=paid.amount_minor,
        method="card",
        reference=paid.processor_payment,
        card_fee_minor=0,
    )
    work.record(client_payment.KIND, payment_id, received)
    _record_placed(work, key, paid, client_id=client_id, payment_id=payment_id)
    of = work.find(bill.KIND, bill_id) if bill_id is not None else None
    part = min(of.open_minor, paid.amount_minor) if of is not None else 0
    if of is None or bill_id is None or part == 0:
        return
    issued = of.finalized
    try:
        apply(work, payment_id, bill_id, part, on=max(on, issued.effective_date) if issued is not None else on)
    except Refusal as refusal:
        why = f"Paid by card, but not put to {of.name}: {refusal.sentence}. It stands as the client's credit"
        ask(work, key, "bill", part, why, on=on)


def place_in_trust(work: Work, key: UUID, paid: CardPaymentSucceeded, ledger_id: UUID, client_id: UUID | None) -> None:
    """Receive it gross on a ledger; it counts as collected as every card payment does. Raises what ReceiveFunds raises."""
    assert paid.trust_account_id is not None, "trust money went to operating"
    on = _postable(work, paid.trust_account_id, paid.effective_date)
    deposit = ReceiveFunds(
        ledger_id=ledger_id,
        amount_minor=paid.amount_minor,
        effective_date=on,
        instrument="card",
        payer=str(paid.payer),
        description=f"Card payment {paid.processor_payment}",
        reference=paid.processor_payment,
    )
    entry_id = UUID(receive_funds.handle(deposit, work)["entry_id"])
    _record_placed(work, key, paid, client_id=client_id, ledger_id=ledger_id, entry_id=entry_id)


def _place(work: Work, key: UUID, state: CardPayment, paid: CardPaymentSucceeded) -> None:
    currency = the_firm(work).established.base_currency
    if paid.currency.upper() != currency:
        if not state.asks("currency"):
            why = f"{money(paid.amount_minor)} {paid.currency.upper()} was paid; the books are kept in {currency}"
            ask(work, key, "currency", paid.amount_minor, why, on=paid.effective_date)
        return
    link = _link(work, state)
    if link is None:
        _place_unknown(work, key, state, paid, "It names no payment link of this card account: say whose it is")
    elif link.made.ledger_id is not None:
        _place_deposit(work, key, paid, link.made.ledger_id, link.made.client_id)
    else:
        place_in_operating(work, key, paid, link.made.client_id, link.made.bill_id, str(paid.payer))
    if link is not None and state.asks("payment"):
        answer(work, key, "payment", "The payment link it was made under came to light")


def _link(work: Work, state: CardPayment) -> PaymentLink | None:
    link = work.find(payment_link.KIND, state.link_id) if state.link_id is not None else None
    return link if link is not None and link.made.card_account_id == state.card_account_id else None


def _place_deposit(work: Work, key: UUID, paid: CardPaymentSucceeded, ledger_id: UUID, client_id: UUID) -> None:
    try:
        place_in_trust(work, key, paid, ledger_id, client_id)
    except Refusal as refusal:
        why = f"The ledger could not take it: {refusal.sentence}. It stands among the unidentified receipts"
        _place_unknown(work, key, work.load(card_payment.KIND, key), paid, why)


def _place_unknown(work: Work, key: UUID, state: CardPayment, paid: CardPaymentSucceeded, why: str) -> None:
    """Money of nobody known: in trust it is an unidentified receipt (T10); in operating it waits for a person."""
    if state.asks("payment"):
        return
    if paid.trust_account_id is not None:
        try:
            place_in_trust(
                work, key, paid, named_ledger_id(paid.trust_account_id, LedgerPurpose.UNIDENTIFIED), client_id=None
            )
        except Refusal as refusal:
            why = f"It could not be posted at all: {refusal.sentence}"
    ask(work, key, "payment", paid.amount_minor, why, on=paid.effective_date)


def _record_placed(
    work: Work,
    key: UUID,
    paid: CardPaymentSucceeded,
    *,
    client_id: UUID | None,
    payment_id: UUID | None = None,
    ledger_id: UUID | None = None,
    entry_id: UUID | None = None,
) -> None:
    event = CardPaymentPlaced(
        effective_date=paid.effective_date,
        card_account_id=paid.card_account_id,
        processor_payment=paid.processor_payment,
        payment_id=payment_id,
        ledger_id=ledger_id,
        entry_id=entry_id,
        client_id=client_id,
        amount_minor=paid.amount_minor,
    )
    work.record(card_payment.KIND, key, event)


def _postable(work: Work, trust_account_id: UUID, on: date) -> date:
    """The day itself; where that period is signed (T12), the day after it: a fact is dated then, and never refused."""
    account = work.find(trust_account.KIND, trust_account_id)
    if account is None:
        return on
    after_seal = account.sealed_to + timedelta(days=1) if account.sealed_to is not None else on
    return max(on, after_seal, account.opened_on)
