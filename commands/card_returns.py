"""What went back of a card payment: refunds, and disputes lost, open and won.

Of a payment to operating, bills are owed again. A chargeback of a payment to trust is a loss of the firm's, on operating
(T8): the client's ledger stays as it is, the firm owes the trust account as much, and a person decides what becomes of it.
"""

from datetime import date
from uuid import UUID

from aggregates import bill, card_payment, client_payment, payment_link, trust_exception
from aggregates.card_account import CardAccount
from aggregates.card_payment import CardPayment
from aggregates.card_payment_events import (
    CardChargebackBooked,
    CardChargebackGivenBack,
    CardDisputeTold,
    CardRefundBooked,
    TakenOff,
)
from aggregates.client_payment import ClientPayment
from aggregates.errors import Refusal
from aggregates.trust_exception import ExceptionCause
from aggregates.trust_rules import money
from commands import record_returned_deposit
from commands.card_fees import keep_fee, owe_trust
from commands.card_questions import answer, ask
from commands.payment_work import apply, take_back
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.work import Work


def book_refunds(work: Work, account: CardAccount, key: UUID, *, on: date) -> None:
    """Book refunds as far as they are not booked yet, or came back."""
    state = work.load(card_payment.KIND, key)
    more = state.refunds_told_minor - state.refunded_minor
    if more == 0:
        return
    if state.placed is None or state.placed.payment_id is None:
        short = 0
        _refund_from_trust(work, account, key, state, more, on=on)
    elif more > 0:
        why = f"Refunded by card, payment {state.processor_payment}"
        _, short = _free(work, state.placed.payment_id, more, why, on=on, refund=True)
    else:
        short = min(-more, state.refund_short_minor)
        _restore(work, state.placed.payment_id, -more - short, "A refund by card failed", on=on)
        _pay_again(work, key, state, -more - short, (), on=on)
    event = CardRefundBooked(
        effective_date=on,
        card_account_id=state.card_account_id,
        processor_payment=state.processor_payment,
        amount_minor=abs(more),
        short_minor=short,
        came_back=more < 0,
    )
    after = work.record(card_payment.KIND, key, event)
    if more > 0 and short:
        sentence = f"{money(short)} more was refunded than was left of the payment; collect it, or put it right"
        ask(work, key, "refund", short, sentence, on=on)
    elif more < 0 and state.refund_short_minor and after.refund_short_minor == 0:
        answer(work, key, "refund", "The refund came back")


def book_disputes(work: Work, account: CardAccount, key: UUID, *, on: date) -> None:
    """Book each dispute as it stands: taken while it is open or lost, given back when it is won."""
    for dispute, told in work.load(card_payment.KIND, key).disputes.items():
        state = work.load(card_payment.KIND, key)
        taken = told.state in {"open", "lost"}
        if taken and dispute not in state.chargebacks and dispute not in state.settled_disputes:
            _take(work, account, key, state, told, on=on)
        elif told.state == "won" and dispute in state.chargebacks:
            _give_back(work, account, key, state, state.chargebacks[dispute], on=on)
        keep_fee(work, account, key, state.processor_payment, dispute, told.fee_minor, on=on)


def _take(work: Work, account: CardAccount, key: UUID, state: CardPayment, told: CardDisputeTold, *, on: date) -> None:
    assert state.placed is not None, "a chargeback before there was a payment"
    why = f"Disputed by the cardholder: {told.reason or 'no reason given'} ({told.dispute})"
    taken_off: tuple[TakenOff, ...] = ()
    exception_id, short = None, 0
    if state.placed.payment_id is None:
        owed = f"{why}. The processor took {money(told.amount_minor)} from the trust deposit {state.processor_payment}; "
        owed += "replace it from operating, and decide what becomes of the deposit (T8)"
        exception_id = owe_trust(work, account, ExceptionCause.CARD_CHARGEBACK, told.amount_minor, owed, on=on)
    else:
        taken_off, short = _free(work, state.placed.payment_id, told.amount_minor, why, on=on, refund=False)
        if short:
            sentence = f"{money(short)} more was charged back than was left of the payment; collect it, or put it right"
            ask(work, key, "dispute", short, sentence, on=on)
    event = CardChargebackBooked(
        effective_date=on,
        card_account_id=state.card_account_id,
        processor_payment=state.processor_payment,
        entry_id=work.new_id(),
        dispute=told.dispute,
        destination=account.connected.destination,
        amount_minor=told.amount_minor,
        short_minor=short,
        taken_off=taken_off,
        exception_id=exception_id,
    )
    work.record(card_payment.KIND, key, event)


def _give_back(
    work: Work, account: CardAccount, key: UUID, state: CardPayment, booked: CardChargebackBooked, *, on: date
) -> None:
    event = CardChargebackGivenBack(
        effective_date=on,
        card_account_id=state.card_account_id,
        processor_payment=state.processor_payment,
        entry_id=work.new_id(),
        dispute=booked.dispute,
        destination=account.connected.destination,
        amount_minor=booked.amount_minor,
    )
    work.record(card_payment.KIND, key, event)
    how = f"The dispute {booked.dispute} was won; the processor gave {money(booked.amount_minor)} back"
    if booked.exception_id is not None:
        exception = work.load(trust_exception.KIND, booked.exception_id)
        if exception.cured_on is None:
            cured = exception.cure(on=max(on, exception.opened.effective_date), how=how, entry_id=None)
            work.record(trust_exception.KIND, booked.exception_id, cured)
    if state.placed is not None and state.placed.payment_id is not None:
        _restore(work, state.placed.payment_id, booked.amount_minor - booked.short_minor, how, on=on)
        bills = tuple(one.bill_id for one in booked.taken_off)
        _pay_again(work, key, state, booked.amount_minor - booked.short_minor, bills, on=on)
    if booked.short_minor and len(state.chargebacks) == 1:
        answer(work, key, "dispute", how)


def _refund_from_trust(work: Work, account: CardAccount, key: UUID, state: CardPayment, more: int, *, on: date) -> None:
    """Money went back from trust to the payer. All of a deposit: it came back. A part: a person books whose it was."""
    placed, paid = state.placed, state.succeeded
    assert placed is not None, "a refund before there was a payment"
    assert paid is not None, "a refund before there was a payment"
    if more > 0 and state.refunds_told_minor == paid.amount_minor == more and placed.ledger_id and placed.entry_id:
        evidence = f"Refunded by the card processor in full, payment {state.processor_payment}"
        returned = RecordReturnedDeposit(
            ledger_id=placed.ledger_id, entry_id=placed.entry_id, effective_date=on, evidence=evidence
        )
        try:
            record_returned_deposit.handle(returned, work)
        except Refusal as refusal:
            why = f"A full refund could not be booked on the ledger: {refusal.sentence}"
        else:
            return
    elif more > 0:
        why = f"{money(more)} of the deposit {state.processor_payment} was refunded by the card processor; book whose it was"
    else:
        why = f"A refund of {money(-more)} failed; the deposit {state.processor_payment} is in trust again: book it"
    if more > 0:
        owe_trust(work, account, ExceptionCause.CARD_REFUND, more, why, on=on)
    ask(work, key, "refund", abs(more), why, on=on)


def _free(
    work: Work, payment_id: UUID, amount_minor: int, why: str, *, on: date, refund: bool
) -> tuple[tuple[TakenOff, ...], int]:
    """Take money out of a payment, off its bills, the newest first, where its credit is not enough.

    Returns what bills lost, and how much there was too little.
    """
    payment = work.load(client_payment.KIND, payment_id)
    whole = not refund and not payment.returned and amount_minor == payment.received.amount_minor - payment.gone_minor
    taken_off = []
    for allocation_id, (bill_id, part) in reversed(list(payment.applied.items())):
        missing = amount_minor - work.load(client_payment.KIND, payment_id).unapplied_minor
        if missing <= 0:
            break
        day = max(on, payment.applied_on[allocation_id])
        take_back(work, payment_id, allocation_id, why, on=day)
        if part > missing:
            apply(work, payment_id, bill_id, part - missing, on=day)
        taken_off.append(TakenOff(bill_id=bill_id, amount_minor=min(part, missing)))
    return tuple(taken_off), _leave(work, payment_id, amount_minor, why, on=on, whole=whole, refund=refund)


def _leave(work: Work, payment_id: UUID, amount_minor: int, why: str, *, on: date, whole: bool, refund: bool) -> int:
    """What is free of a payment leaves it; returns how much there was too little."""
    payment = work.load(client_payment.KIND, payment_id)
    if payment.returned:
        return amount_minor
    day, part = max(on, payment.received.effective_date), min(amount_minor, payment.unapplied_minor)
    if whole and payment.gone_minor == 0:
        event = payment.give_back("chargeback", 0, why, on=day)
        work.record(client_payment.KIND, payment_id, event)
    elif part:
        gone = payment.refund(part, why, on=day) if refund else payment.give_part_back(part, why, on=day)
        work.record(client_payment.KIND, payment_id, gone)
    return amount_minor - part


def _restore(work: Work, payment_id: UUID, amount_minor: int, why: str, *, on: date) -> None:
    """What was taken from a payment is there again, as the client's credit."""
    payment: ClientPayment = work.load(client_payment.KIND, payment_id)
    if amount_minor:
        day = max(on, payment.received.effective_date)
        work.record(client_payment.KIND, payment_id, payment.restore(amount_minor, why, on=day))


def _pay_again(work: Work, key: UUID, state: CardPayment, amount_minor: int, bills: tuple[UUID, ...], *, on: date) -> None:
    """What came back pays the bills it was taken from, and the one it was paid for, as far as they are open."""
    assert state.placed is not None, "money came back before there was a payment"
    assert state.placed.payment_id is not None, "money came back to trust"
    payment_id, left = state.placed.payment_id, amount_minor
    link = work.find(payment_link.KIND, state.link_id) if state.link_id is not None else None
    if link is not None and link.made.bill_id is not None and link.made.card_account_id == state.card_account_id:
        bills = (*bills, link.made.bill_id)
    for bill_id in dict.fromkeys(bills):
        of, payment = work.load(bill.KIND, bill_id), work.load(client_payment.KIND, payment_id)
        part = min(left, of.open_minor, payment.unapplied_minor)
        if part == 0:
            continue
        left -= part
        try:
            apply(work, payment_id, bill_id, part, on=max(on, payment.received.effective_date))
        except Refusal as refusal:
            why = f"The money is there again, but was not put to {of.name}: {refusal.sentence}. It is the client's credit"
            ask(work, key, "bill", part, why, on=on)
