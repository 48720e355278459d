"""Preparing and signing a reconciliation, whose figures the server folds itself; its printed form, and kept documents."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from aggregates.errors import BadRequest, NotFound
from aggregates.event import Words
from aggregates.permissions import Permission
from api.application import Application
from api.http.command_routes import CommandRoute
from api.http.desk import Offer
from api.http.endpoints import Answer, Counter
from api.http.exchange import exchange_of
from api.http.faces import face_of
from api.tokens import Session
from commands.catalogue import COMMANDS
from commands.dispatch import Outcome, Request
from commands.event_log.log import EventLog
from commands.work import Command
from replay import reconcile
from replay.bill_document.printing import BillDocument, bill_document, client_bill_document

Reading: TypeAlias = Callable[[HttpRequest, EventLog], Response]
_POSITION = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NewReconciliation(Command):
    """Take the three legs at a statement's end: the last one's, where no day is given."""

    trust_account_id: UUID
    period_end: date | None = None
    explanation: Words | None = None


class Signature(Command):
    """Sign what was prepared; the legs are taken again, and books that moved are not signed."""

    reconciliation_id: UUID


def preparing(route: CommandRoute) -> Offer:
    """The route that prepares one."""
    return Offer(route, face_of(NewReconciliation, route.fields), COMMANDS[route.command].permission, _prepare)


def signing(route: CommandRoute) -> Offer:
    """The route that signs one."""
    return Offer(route, face_of(Signature, route.fields), COMMANDS[route.command].permission, _sign)


def _prepare(
    application: Application, session: Session, request: Request, asked: NewReconciliation, dry_run: bool
) -> Outcome:
    log = _log(application, session, dry_run=dry_run)
    with application.reader(session.slug, min_position=log.size()) as reader:
        return reconcile.prepare(
            log,
            application.edge(session.slug),
            request,
            reader,
            trust_account_id=asked.trust_account_id,
            period_end=asked.period_end,
            explanation=asked.explanation,
        )


def _sign(application: Application, session: Session, request: Request, asked: Signature, dry_run: bool) -> Outcome:
    log = _log(application, session, dry_run=dry_run)
    with application.reader(session.slug, min_position=log.size()) as reader:
        edge = application.edge(session.slug)
        return reconcile.sign(log, edge, request, reader, reconciliation_id=asked.reconciliation_id)


def _log(application: Application, session: Session, *, dry_run: bool) -> EventLog:
    if dry_run:
        raise BadRequest("this cannot be tried: look at the reconciliation report, which shows the same figures")
    return application.log(session.slug)


@dataclass(frozen=True, slots=True)
class Papers:
    """What is read as a file: signed forms, imported statements, artefacts, bills in the formats of clients."""

    counter: Counter

    def form(self) -> Answer:
        """A reconciliation as it is printed."""

        def read(request: HttpRequest, log: EventLog) -> Response:
            which = request.path_params["reconciliation_id"]
            try:
                reconciliation_id = UUID(which)
            except ValueError:
                raise NotFound(f"there is no reconciliation {which}") from None
            wanted = request.query_params.get("format", "pdf")
            if wanted not in {"pdf", "csv", "cover"}:
                raise BadRequest("format is pdf, csv, or cover for one that was reopened", parameter="format")
            form = reconcile.reprint(log, reconciliation_id)
            content, media = (form.csv, "text/csv; charset=utf-8") if wanted == "csv" else (form.pdf, "application/pdf")
            if wanted == "cover":
                content = reconcile.superseded_form(log, reconciliation_id)
            name = f"reconciliation-{which}" + ("-superseded" if form.superseded else "") + ("-cover" * (wanted == "cover"))
            ending = "csv" if wanted == "csv" else "pdf"
            headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
            if form.superseded:
                headers["Muniment-Superseded"] = "true"
            return Response(content, 200, headers, media)

        return self._reading(read, {"format"})

    def bill(self) -> Answer:
        """A bill as a PDF. Its ETag is the SHA-256 of the bytes, so that whoever holds the file can compare."""
        return self._bill("bill", bill_document)

    def client_bill(self) -> Answer:
        """A client bill as a PDF, likewise."""
        return self._bill("client-bill", client_bill_document)

    def _bill(self, what: str, made: Callable[[EventLog, UUID, int | None], BillDocument]) -> Answer:
        def read(request: HttpRequest, log: EventLog) -> Response:
            bill_id, known_at = _id_of(request, what), request.query_params.get("known_at")
            if known_at is not None and _POSITION.fullmatch(known_at) is None:
                raise BadRequest("known_at is a position of the log", parameter="known_at")
            found = made(log, bill_id, int(known_at) if known_at is not None else None)
            tag = f'"{hashlib.sha256(found.pdf).hexdigest()}"'
            name = f"{what}-{bill_id}" + ("-draft" if found.number is None else "-void" if found.void else "")
            headers = {"ETag": tag, "Content-Disposition": f'inline; filename="{name}.pdf"'}
            if found.void:
                headers["Muniment-Void"] = "true"
            known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
            if known & {tag, "*"}:
                return Response(None, 304, headers)
            return Response(found.pdf, 200, headers, "application/pdf")

        return self._reading(read, {"known_at"})

    def document(self) -> Answer:
        """A kept file by its SHA-256."""

        def read(request: HttpRequest, log: EventLog) -> Response:
            sha256 = request.path_params["sha256"]
            found = log.document(bytes.fromhex(sha256)) if _SHA256.fullmatch(sha256) else None
            if found is None:
                raise NotFound(f"no document {sha256} is kept here")
            headers = {"Content-Disposition": f'attachment; filename="{sha256}"'}
            return Response(found[0], 200, headers, "application/octet-stream")

        return self._reading(read, set())

    def _reading(self, read: Reading, known: set[str]) -> Answer:
        async def answer(request: HttpRequest) -> Response:
            def work() -> Response:
                session = self.counter.sessions.enter(request, Permission.READ_BOOKS)
                if unknown := sorted(set(request.query_params) - known):
                    raise BadRequest(f"there is no parameter {', '.join(unknown)} here", unknown=unknown)
                log = self.counter.application.log(session.slug)
                exchange_of(request).position = log.size()
                return read(request, log)

            return await self.counter.workers.read(work)

        return answer


def _id_of(request: HttpRequest, what: str) -> UUID:
    which = request.path_params[f"{what.replace('-', '_')}_id"]
    try:
        return UUID(which)
    except ValueError:
        raise NotFound(f"there is no {what.replace('-', ' ')} {which}") from None
