"""Card accounts, payment links and refunds, which the processor has a part in; and the place where it sends its notices.

Each command is looked at first, then the processor is asked, then it is carried out. Asked again with the same key, the
processor gives what it gave the first time, so that a broken line leaves no second link and no second refund.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from aggregates import card_payment, payment_link
from aggregates.card_account import AccountName, CardAccount, Destination
from aggregates.errors import NotFound
from api.application import Application
from api.card_processing.hearing import account_of, hear
from api.card_processing.port import CardProcessor, LinkAsked, NoKey, NotGenuine, ProcessorUnreachable
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.endpoints import Answer, Counter
from api.http.exchange import SMALL_BODY_BYTES, json_response, read_body
from api.http.faces import face_of
from api.http.limits import too_many
from api.http.operations import TEXT, Operation, json_of, of_path
from api.http.problems import Problem
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.close_payment_link import ClosePaymentLink
from commands.connect_card_account import ConnectCardAccount
from commands.dispatch import Outcome, Request, answered_before, execute
from commands.make_payment_link import LinkAtProcessor, MakePaymentLink
from commands.refund_card_payment import RefundCardPayment
from commands.work import Command

FIRM_MARK = "muniment_firm"
_PATH = "/v1/webhooks/stripe/{firm}/{card_account_id}"


class NewCardAccount(Command):
    """Connect the account at the processor that the key in the environment opens, for good, to one destination."""

    account_name: AccountName
    destination: Destination
    trust_account_id: UUID | None = None


def connecting(route: CommandRoute) -> Offer:
    """The route that connects an account."""
    return Offer(route, face_of(NewCardAccount, route.fields), COMMANDS[route.command].permission, _connect)


def linking(route: CommandRoute) -> Offer:
    """The route that makes a link."""
    face = face_of(MakePaymentLink, route.fields, without=("made",))
    return Offer(route, face, COMMANDS[route.command].permission, _make_link)


def closing(route: CommandRoute) -> Offer:
    """The route that closes a link."""
    return Offer(route, face_of(ClosePaymentLink, route.fields), COMMANDS[route.command].permission, _close_link)


def refunding(route: CommandRoute) -> Offer:
    """The route that refunds."""
    face = face_of(RefundCardPayment, route.fields, without=("refund",))
    return Offer(route, face, COMMANDS[route.command].permission, _refund)


def notice_operations(counter: Counter) -> list[Operation]:
    """Where the processor sends its notices: no token opens it, each notice is signed."""
    example = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "data": {"object": {}}}
    content = {"schema": {"type": "object"}, "examples": {"usual": {"value": example}}}
    operation = Operation(
        "POST",
        _PATH,
        "hear-card-notice",
        "Card payments",
        "A notice of the card processor",
        _hearing(counter),
        json_of({"type": "object", "required": ["notice", "known_already"]}, {"notice": "evt_1", "known_already": False}),
        description="For Stripe alone. A notice counts once, however often and in what order it comes; its body is kept.",
        parameters=(
            of_path("firm", TEXT),
            of_path("card_account_id"),
            {
                "name": "Stripe-Signature",
                "in": "header",
                "required": True,
                "schema": TEXT,
                "description": "As Stripe signs its notices.",
            },
        ),
        body={"required": True, "content": {"application/json": content}},
        errors=(400, 404, 408, 409, 413, 415, 422, 429, 500, 503),
        headers=(),
        open=True,
    )
    return [operation]


def _connect(application: Application, session: Session, request: Request, asked: NewCardAccount, dry_run: bool) -> Outcome:
    listed = COMMANDS["connect-card-account"]
    if (first := answered_before(application.log(session.slug), request, asked, listed.permission)) is not None:
        return first
    with _reaching():
        account = application.card_keys.open(session.slug, asked.account_name).account()
    command = ConnectCardAccount(**asked.model_dump(), processor_account=account)
    return _carry_out(application, session, request, command, "connect-card-account", asked_for=asked, dry_run=dry_run)


def _make_link(
    application: Application, session: Session, request: Request, asked: MakePaymentLink, dry_run: bool
) -> Outcome:
    name = "make-payment-link"
    looked_at, answered = _looked_at(application, session, request, asked, name)
    if answered:
        return looked_at
    account = account_of(application.log(session.slug), asked.card_account_id)
    if dry_run:
        return looked_at
    link_id = payment_link.KIND.stream_id(session.asker.user_id, request.key)
    told = looked_at.result
    to_make = LinkAsked(link_id, told["amount_minor"], told["currency"], told["words"], {FIRM_MARK: session.slug})
    with _reaching():
        made = _opened(application, session.slug, account).make_link(to_make)
    at_processor = LinkAtProcessor(link_id=link_id, processor_link=made.processor_link, url=made.url)
    command = asked.model_copy(update={"made": at_processor})
    return _carry_out(application, session, request, command, name, asked_for=asked)


def _close_link(
    application: Application, session: Session, request: Request, asked: ClosePaymentLink, dry_run: bool
) -> Outcome:
    name = "close-payment-link"
    looked_at, answered = _looked_at(application, session, request, asked, name)
    if answered or dry_run:
        return looked_at
    log = application.log(session.slug)
    link = log.load(payment_link.KIND, asked.link_id, fresh=True).state
    with _reaching():
        _opened(application, session.slug, account_of(log, link.made.card_account_id)).close_link(link.made.processor_link)
    return _carry_out(application, session, request, asked, name)


def _refund(
    application: Application, session: Session, request: Request, asked: RefundCardPayment, dry_run: bool
) -> Outcome:
    name = "refund-card-payment"
    looked_at, answered = _looked_at(application, session, request, asked, name)
    if answered or dry_run:
        return looked_at
    log = application.log(session.slug)
    amount = looked_at.result["amount_minor"]
    state = log.load(card_payment.KIND, asked.card_payment_id, fresh=True).state
    with _reaching():
        processor = _opened(application, session.slug, account_of(log, state.card_account_id))
        refund = processor.refund(state.processor_payment, amount, f"{session.asker.user_id}-{request.key}")
    command = asked.model_copy(update={"amount_minor": amount, "refund": refund})
    return _carry_out(application, session, request, command, name, asked_for=asked)


def _looked_at(
    application: Application, session: Session, request: Request, asked: Command, name: str
) -> tuple[Outcome, bool]:
    """What the command would lead to, before the processor is asked; or the first answer to its key, and that it is that."""
    first = answered_before(application.log(session.slug), request, asked, COMMANDS[name].permission)
    if first is not None:
        return first, True
    return _carry_out(application, session, request, asked, name, dry_run=True), False


def _carry_out(
    application: Application,
    session: Session,
    request: Request,
    command: Command,
    name: str,
    *,
    asked_for: Command | None = None,
    dry_run: bool = False,
) -> Outcome:
    listed, edge = COMMANDS[name], application.edge(session.slug)
    log = application.log(session.slug)
    return execute(log, edge, request, command, listed.handle, listed.permission, dry_run=dry_run, asked_for=asked_for)


def _opened(application: Application, slug: str, account: CardAccount) -> CardProcessor:
    """The processor's account, which must still be the one that was connected. Raises NoKey.

    Keys that were mixed up in the environment would send money that is not earned to operating.
    """
    processor = application.card_keys.open(slug, account.connected.account_name)
    if processor.account() != account.connected.processor_account:
        raise NoKey(
            f"the key in the environment for {account.connected.account_name} opens another account than was connected"
        )
    return processor


def _hearing(counter: Counter) -> Answer:
    async def answer(request: HttpRequest) -> Response:
        body = await read_body(request, SMALL_BODY_BYTES)
        return json_response(await counter.workers.command(lambda: _heard(counter, request, body)))

    return answer


def _heard(counter: Counter, request: HttpRequest, body: bytes) -> dict[str, object]:
    application, slug, failures = counter.application, request.path_params["firm"], counter.sessions.failures
    # A door of its own: who forges notices must not shut out the people who log in from behind the same address.
    client = f"notices from {request.client.host if request.client else 'unknown'}"
    if (left := failures.left(client)) < 1:
        raise too_many(failures, left, "too many notices from this address were not genuine; wait")
    try:
        card_account_id = UUID(request.path_params["card_account_id"])
    except ValueError:
        raise NotFound("there is no such card account") from None
    account = account_of(application.log(slug), card_account_id)
    processor = application.card_keys.open(slug, account.connected.account_name)
    try:
        notice = processor.read(body, request.headers.get("stripe-signature", ""), application.now())
    except NotGenuine:
        failures.take(client)
        raise
    return hear(application, slug, account, processor, notice).result


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except ProcessorUnreachable as error:
        raise Problem(503, "card.processor_unreachable", str(error), headers={"Retry-After": "5"}) from None
