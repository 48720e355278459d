"""What answers a request: the routes of commands, reports and cards over one application."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from aggregates import firm
from aggregates.errors import BadRequest, Refusal
from aggregates.permissions import Permission, role_allowing
from api.application import WAIT_S, Application, NotCaughtUp
from api.http.cards import check_own, check_there, firm_card, list_cards, one_card, version_at
from api.http.desk import Answered, Asked, Desk, Offer, etag
from api.http.exchange import (
    SMALL_BODY_BYTES,
    STATEMENT_BODY_BYTES,
    exchange_of,
    header,
    idempotency_key,
    json_body,
    json_response,
    media_type,
    query_of,
    read_body,
    yes_or_no,
)
from api.http.problems import Problem
from api.http.reading import Page, page_of
from api.http.report_routes import CardRoute, ReportRoute
from api.http.sessions import Sessions, check_allowed
from api.http.workers import Workers
from api.report_parameters import parameters_of
from api.report_reading import read_report
from api.tokens import NotLoggedIn
from commands.dispatch import Steps, taken
from commands.plain_text import check_plain
from projections.reports.catalogue import REPORTS
from projections.reports.reader import Reader
from projections.reports.rendering import as_csv, as_document, shown

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]
_Steps: TypeAlias = Steps[Answered]
"""Named once: where it stood in a function that each request defines, it was made anew for each."""
_REASON = 2000


@dataclass(frozen=True, slots=True)
class Counter:
    """What every route needs: the application, its workers, who may come in, and where commands are handed in."""

    application: Application
    workers: Workers
    sessions: Sessions
    desk: Desk
    wait_s: float = WAIT_S
    """How long a read waits for the position it asks for, at most."""

    def command(self, offer: Offer) -> Answer:
        """Answers a command's route."""
        most = STATEMENT_BODY_BYTES if offer.route.large else SMALL_BODY_BYTES

        async def answer(request: Request) -> Response:
            check_token_sent(request)
            raw = offer.route.large and not _is_json(request)
            body = await (_raw_statement(request, most) if raw else json_body(request, most))

            def work() -> _Steps:
                session = self.sessions.enter(request)
                asked = asked_of(request, body)
                with telling_position(self.application, request):
                    return (yield from self.desk.carrying_out(offer, session, asked))

            if offer.is_straight:
                answered = await self.workers.straight(work)
            elif offer.is_quick:
                answered = await self.workers.together(work())
            else:
                answered = await self.workers.command(lambda: taken(work()))
            exchange_of(request).position = answered.position
            return json_response(answered.document, answered.status, answered.headers)

        return answer

    def report(self, route: ReportRoute) -> Answer:
        """Answers a report's route, in JSON or CSV."""
        report = REPORTS[route.report]

        needed = {name for name, (_, must) in parameters_of(report).items() if must} | set(route.fields)

        def read(reader: Reader, page: Page) -> Response:
            check_there(reader, {name: page.given[name] for name in needed if name in page.given})
            found, known_at = read_report(reader, report, page.given)
            if page.format == "csv":
                media = "text/csv; charset=utf-8; header=present"
                named = {"Content-Disposition": f'attachment; filename="{route.report}.csv"'}
                following = page.next_cursor(found.next_cursor, page.pinned or known_at)
                more = {"Muniment-Next-Cursor": following} if following else {}
                return Response(as_csv(found), 200, named | more, media)
            document = as_document(found)
            document["next_cursor"] = page.next_cursor(found.next_cursor, page.pinned or known_at)
            headers = {}
            if route.entity is not None:
                stream = UUID(page.given[route.entity][0])
                headers["ETag"] = etag(stream, version_at(reader, stream, known_at))
            return json_response(document, headers=headers)

        return self.reading(route.permission, read, own=route.own)

    def cards(self, route: CardRoute) -> Answer:
        """Answers a list of cards."""

        def read(reader: Reader, page: Page) -> Response:
            _check_json(page)
            document, _ = list_cards(reader, route, page)
            return json_response(shown(document))

        return self.reading(_who_reads(route), read)

    def card(self, route: CardRoute) -> Answer:
        """Answers one card."""

        def read(reader: Reader, page: Page) -> Response:
            _check_json(page)
            document, _ = one_card(reader, route, page)
            stream = UUID(page.given[route.id_name][0])
            headers = {"ETag": etag(stream, version_at(reader, stream, document["known_at"]))} if route.etag else {}
            return json_response(shown(document), headers=headers)

        return self.reading(_who_reads(route), read, own=route.own)

    def firm(self) -> Answer:
        """Answers the firm's card."""

        def read(reader: Reader, page: Page) -> Response:
            _check_json(page)
            document, _ = firm_card(reader, page)
            version = version_at(reader, firm.STREAM, document["known_at"])
            return json_response(document, headers={"ETag": etag(firm.STREAM, version)})

        return self.reading(Permission.READ_BOOKS, read)

    def session(self) -> Answer:
        """Answers who the token stands for."""

        async def answer(request: Request) -> Response:
            session = await self.workers.read(lambda: self.sessions.enter(request))
            asker = session.asker
            document = {
                "firm": session.slug,
                "user_id": asker.user_id,
                "roles": sorted(asker.roles),
                "program": asker.program,
                "permissions": sorted(one for one in Permission if role_allowing(asker.roles, one)),
                "token_id": session.token_id,
                "expires_at": session.expires_at.isoformat(),
            }
            return json_response(document)

        return answer

    def reading(self, permission: Permission, read: Callable[[Reader, Page], Response], *, own: bool = False) -> Answer:
        """Answers a read: waits for the position that is asked for, and tells the position that was read.

        With `own`, whoever lacks the permission may still read what is of their own matters.
        """

        async def answer(request: Request) -> Response:
            check_token_sent(request)

            def work() -> Response:
                session = self.sessions.enter(request)
                only_own = own and role_allowing(session.asker.roles, permission) is None
                check_allowed(session, Permission.READ_OWN_MATTERS if only_own else permission)
                page = page_of(query_of(request), request.path_params, header(request, b"accept") or "")
                if page.min_position > 0 and page.min_position > self.application.log(session.slug).size():
                    raise NotCaughtUp(page.min_position)  # nobody can have been told of it: not worth a thread that waits
                with (
                    self.application.reader(session.slug, min_position=page.min_position, wait_s=self.wait_s) as reader,
                    reader.snapshot(),
                ):
                    exchange_of(request).position = reader.position()
                    if only_own:
                        check_own(reader, page.given, session.asker.user_id)
                    return read(reader, page)

            return await self.workers.read(work)

        return answer


class telling_position:  # noqa: N801 -- reads as the words of a with statement
    """A refused command tells the position of the log, too."""

    def __init__(self, application: Application, request: Request) -> None:
        self._application = application
        self._request = request

    def __enter__(self) -> None:
        """Nothing to do yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        exchange = exchange_of(self._request)
        if isinstance(error, Refusal | Problem) and exchange.session is not None:
            exchange.position = self._application.log(exchange.session.slug).size()
            exchange.refused = error.code


def asked_of(request: Request, body: dict[str, Any]) -> Asked:
    """What the headers and the query say of a command. Raises Problem 400, 422."""
    dry_run = False
    if request.scope["query_string"]:
        dry_run = yes_or_no(request, "dry_run")
        _check_parameters(request)
    return Asked(
        body,
        request.path_params,
        key=None if dry_run else idempotency_key(request),
        if_match=header(request, b"if-match"),
        dry_run=dry_run,
        reason=_reason(request),
    )


def _check_parameters(request: Request) -> None:
    """Raises Problem 422."""
    if extra := set(request.query_params) - {"dry_run", "filename"}:
        raise Problem(422, "invalid_request", f"a command has no parameter {', '.join(sorted(extra))}")


def _reason(request: Request) -> str | None:
    """Why it is asked, in UTF-8. Raises Problem 422."""
    given = header(request, b"muniment-reason")
    if given is None:
        return None
    try:
        reason = given.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise Problem(422, "invalid_request", "Muniment-Reason is not UTF-8") from None
    if len(reason) > _REASON:
        raise Problem(422, "invalid_request", f"Muniment-Reason is one line of at most {_REASON} characters")
    try:
        check_plain(reason)
    except ValueError as wrong:
        raise Problem(422, "invalid_request", f"Muniment-Reason: {wrong}") from None
    return reason.strip() or None


async def _raw_statement(request: Request, most_bytes: int) -> dict[str, Any]:
    """A statement sent as it is, its name in `?filename=`; what needs a profile (CSV) is sent in JSON."""
    filename = request.query_params.get("filename", "")
    if not filename:
        raise Problem(422, "invalid_request", "name the file: ?filename=september.ofx", more={"parameter": "filename"})
    media = media_type(request)
    if media.startswith("multipart/"):
        raise Problem(415, "unsupported_media_type", "send the file itself as the body, not a form")
    content = base64.b64encode(await read_body(request, most_bytes)).decode()
    return {"filename": filename, "content": content}


def check_token_sent(request: Request) -> None:
    """A body is read only for somebody who says who they are. Raises NotLoggedIn."""
    if b"authorization" not in exchange_of(request).headers:
        raise NotLoggedIn("send your token: Authorization: Bearer …")


def _is_json(request: Request) -> bool:
    return media_type(request) in {"application/json", ""}


def _check_json(page: Page) -> None:
    if page.format != "json":
        raise BadRequest("this is given as JSON only", parameter="format")


def _who_reads(route: CardRoute) -> Permission:
    return Permission.MANAGE_USERS if route.kind == "user" else Permission.READ_BOOKS
