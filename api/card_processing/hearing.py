"""What becomes of a notice: put into the books in the name of the partner who connected the account."""

import logging
from uuid import UUID

from aggregates import card_account, card_notice, card_payment
from aggregates.card_account import CardAccount
from aggregates.errors import NotFound
from aggregates.permissions import Permission, Role
from api.application import Application
from api.card_processing.port import CardProcessor, NoKey, Notice, ProcessorRefused, ProcessorUnreachable
from commands import record_card_notice
from commands.card_news import FeeKept, News
from commands.dispatch import Outcome, Request, execute
from commands.event_log.log import EventLog
from commands.record_card_notice import RecordCardNotice, stream_of
from commands.work import Asker

_log = logging.getLogger("muniment.http")


def account_of(log: EventLog, card_account_id: UUID) -> CardAccount:
    """A connected account. Raises NotFound."""
    for fresh in (False, True):
        state: CardAccount | None = log.load(card_account.KIND, card_account_id, fresh=fresh).state
        if state is not None:
            return state
    raise NotFound(f"there is no card account {card_account_id}", id=str(card_account_id))


def hear(application: Application, slug: str, account: CardAccount, processor: CardProcessor, notice: Notice) -> Outcome:
    """Record a notice that is genuine; one that is known already changes nothing."""
    log, connected = application.log(slug), account.connected
    command = RecordCardNotice(
        card_account_id=connected.card_account_id,
        notice=notice.notice,
        kind=notice.kind,
        happened_at=notice.happened_at,
        body=notice.body,
        news=(*notice.news, *_fee(log, account, processor, notice)),
        unread=notice.unread,
    )
    request = Request(Asker(connected.connected_by, frozenset({Role.PARTNER}), f"{connected.processor} notices"))
    return execute(log, application.edge(slug), request, command, record_card_notice.handle, Permission.HEAR_CARD_PROCESSOR)


def _fee(log: EventLog, account: CardAccount, processor: CardProcessor, notice: Notice) -> tuple[News, ...]:
    """The fee that the notice did not say, asked for once; that it cannot be had keeps nothing from being recorded."""
    payment = notice.asks_fee_of
    if payment is None or _is_known(log, account, notice):
        return ()
    state = log.load(card_payment.KIND, stream_of(account, payment), fresh=True).state
    if state is not None and "" in state.fees:
        return ()
    try:
        fee = processor.fee_of(payment)
    except (ProcessorUnreachable, ProcessorRefused, NoKey) as error:
        _log.warning('{"said": "the fee of a card payment could not be had", "why": "%s"}', type(error).__name__)
        return ()
    return (FeeKept(payment=payment, amount_minor=fee),) if fee is not None else ()


def _is_known(log: EventLog, account: CardAccount, notice: Notice) -> bool:
    stream = card_notice.KIND.stream_id(account.connected.card_account_id, notice.notice)
    return log.load(card_notice.KIND, stream, fresh=True).state is not None
