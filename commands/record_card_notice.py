"""Record a notice of the card processor. A fact: never refused, counted once, whatever the order it comes in."""

import hashlib
from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from aggregates import card_account, card_notice, card_payment, payment_link
from aggregates.card_account import CardAccount, Reference
from aggregates.card_notice import CardNoticeReceived
from aggregates.card_payment_events import (
    CardDisputeTold,
    CardPaymentFailed,
    CardPaymentProcessing,
    CardPaymentSucceeded,
    CardPaymentTraced,
    CardRefundsTold,
    CardRefundTold,
)
from aggregates.event import Event, Personal
from aggregates.payment_link import PaymentLinkPaid
from commands.card_books import book
from commands.card_fees import keep_fee
from commands.card_news import (
    Disputed,
    Failed,
    FeeKept,
    News,
    Processing,
    Refunded,
    RefundedInAll,
    Succeeded,
)
from commands.dispatch import Result
from commands.work import Command, Work


class RecordCardNotice(Command):
    """A notice that is known to be the processor's own. `body` is kept as it came."""

    card_account_id: UUID
    notice: Reference
    kind: Reference
    happened_at: AwareDatetime
    body: bytes
    news: tuple[News, ...]
    unread: str | None = None


def handle(command: RecordCardNotice, work: Work) -> Result:
    """Returns whether it was known already. Raises NotFound for a card account that was never connected."""
    account = work.load(card_account.KIND, command.card_account_id)
    told: Result = {"notice": command.notice, "known_already": True}
    stream = card_notice.KIND.stream_id(command.card_account_id, command.notice)
    if work.find(card_notice.KIND, stream) is not None:
        return told
    work.keep_document(command.body, media="application/json", filename=f"{command.notice}.json")
    received = CardNoticeReceived(
        card_account_id=command.card_account_id,
        notice=command.notice,
        kind=command.kind,
        happened_at=command.happened_at,
        body_sha256=hashlib.sha256(command.body).hexdigest(),
        said=len(command.news),
        unread=command.unread,
    )
    work.record(card_notice.KIND, stream, received)
    on = min(command.happened_at.astimezone(work.zone).date(), work.today)
    for news in command.news:
        key = stream_of(account, news.payment)
        _hear(work, account, key, news, on)
        book(work, key, on=on)
    return {**told, "known_already": False}


def stream_of(account: CardAccount, processor_payment: str) -> UUID:
    """The stream of a payment."""
    return card_payment.KIND.stream_id(account.connected.card_account_id, processor_payment)


def _hear(work: Work, account: CardAccount, key: UUID, news: News, on: date) -> None:
    """Put down what was told, where it is news."""
    if isinstance(news, FeeKept):
        keep_fee(work, account, key, news.payment, None, news.amount_minor, on=on)
        return
    event = _told(work, account, key, news, on)
    if event is None:
        return
    work.record(card_payment.KIND, key, event)
    if isinstance(event, CardPaymentSucceeded | CardPaymentTraced) and event.link_id is not None:
        link = work.find(payment_link.KIND, event.link_id)
        ours = link is not None and link.made.card_account_id == event.card_account_id
        if link is not None and ours and link.status != "paid":
            work.record(payment_link.KIND, event.link_id, PaymentLinkPaid(card_payment_id=key))


def _told(work: Work, account: CardAccount, key: UUID, news: News, on: date) -> Event | None:
    state = work.find(card_payment.KIND, key)
    of = {"card_account_id": account.connected.card_account_id, "processor_payment": news.payment}
    said = news.model_dump(exclude={"kind", "payment"})
    match news:
        case Succeeded():
            return _succeeded(work, account, key, news, on)
        case Processing():
            first = state is None or state.status == "told"
            return CardPaymentProcessing.model_validate(of | said) if first else None
        case Failed():
            return CardPaymentFailed.model_validate(of | said) if state is None or state.succeeded is None else None
        case Disputed():
            new = state is None or state.is_news(news.dispute, news.state, news.fee_minor)
            return CardDisputeTold.model_validate(of | said) if new else None
        case Refunded():
            new = state is None or state.is_news_of_refund(news.refund, news.state)
            return CardRefundTold.model_validate(of | said) if new else None
        case RefundedInAll():
            new = state is None or news.amount_minor > state.refunds_in_all_minor
            return CardRefundsTold.model_validate({**of, "in_all_minor": news.amount_minor}) if new else None
        case _:
            raise AssertionError(f"{news.kind} is no news")


def _succeeded(work: Work, account: CardAccount, key: UUID, news: Succeeded, on: date) -> Event | None:
    """The payment's success; or, where that is known, the link under which it was made."""
    state, connected = work.find(card_payment.KIND, key), account.connected
    of = {"card_account_id": connected.card_account_id, "processor_payment": news.payment}
    if state is None or state.succeeded is None:
        link = work.find(payment_link.KIND, news.link_id) if news.link_id is not None else None
        payer = Personal(subject_id=link.made.client_id if link is not None else key, text=news.payer or "Card payment")
        return CardPaymentSucceeded(
            **of,
            effective_date=on,
            link_id=news.link_id,
            destination=connected.destination,
            trust_account_id=connected.trust_account_id,
            amount_minor=news.amount_minor,
            currency=news.currency,
            payer=payer,
        )
    if state.link_id is None and news.link_id is not None:
        return CardPaymentTraced(**of, link_id=news.link_id)
    return None
