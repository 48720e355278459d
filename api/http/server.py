"""The HTTP application: everything that is offered, in one list, and the server that runs it."""

import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import FrameType
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.application import WAIT_S, Application
from api.http import billing_runs, card_processing, conflicts, docs, emails, payments, reconciling, rerating, tokens
from api.http.bulk import Bulk, BulkDesk, MatchAcceptances
from api.http.command_routes import COMMAND_ROUTES
from api.http.desk import Desk, Offer, offer_of
from api.http.emails import BillEmails
from api.http.endpoints import Answer, Counter
from api.http.exchange import json_response
from api.http.feed import Feed
from api.http.figures import Figures
from api.http.gate import Gate, fault_line
from api.http.health import Health
from api.http.limits import FAILED_LOG_INS, REQUESTS, Quota
from api.http.log_operations import log_operations
from api.http.offered import command_operations, health_operations, paper_operations, read_operations
from api.http.openapi import document_of
from api.http.operations import Operation
from api.http.problems import Problem
from api.http.sessions import Sessions
from api.http.switchboard import Switchboard, problem_response
from api.http.trust_applications import TrustApplications
from api.http.wire import HttpProtocol
from api.http.workers import Workers
from api.outbox.dispatcher import Dispatcher
from api.places import Places
from projections.follow import Follower

GRACE_S = 3
"""What is under way when the server stops has this long to finish; live streams never do."""
_SPECIAL = {
    "issue-token": tokens.offer,
    "issue-own-token": tokens.offer_own,
    "run-conflict-search": conflicts.offer,
    "prepare-reconciliation": reconciling.preparing,
    "sign-reconciliation": reconciling.signing,
    "rerate-time": rerating.rerating,
    "receive-payment": payments.receiving,
    "start-billing-run": billing_runs.starting,
    "draft-run-bill": billing_runs.stepping,
    "connect-card-account": card_processing.connecting,
    "make-payment-link": card_processing.linking,
    "close-payment-link": card_processing.closing,
    "refund-card-payment": card_processing.refunding,
    "email-bill": emails.emailing,
    "email-client-bill": emails.emailing_client_bill,
}
"""What the server adds to by itself: a token's secret, the figures it folds. No client sends them."""


def create_app(
    application: Application,
    follower: Follower | None = None,
    places: Places | None = None,
    *,
    requests: Quota = REQUESTS,
    failed_log_ins: Quota = FAILED_LOG_INS,
    hosts: frozenset[str] | None = None,
    wait_s: float = WAIT_S,
    outbox: Dispatcher | None = None,
) -> FastAPI:
    """The application over one database.

    `follower` is the projector of this process, None where another one projects. Without `places` nothing is signed.
    `hosts` are the names it answers for; None answers for all. `wait_s` is how long a read waits for `min_position`.
    `outbox` is what hands in e-mails, None where another process does.
    """
    workers, figures, stopping = Workers(), Figures(), threading.Event()
    sessions = Sessions(application, requests, failed_log_ins)
    counter = Counter(application, workers, sessions, Desk(application), wait_s)
    offers = command_offers()
    health = Health(application, workers, follower, figures, outbox)
    operations = [
        *command_operations(counter, offers, BulkDesk(counter, offers)),
        *read_operations(counter),
        *log_operations(Feed(counter, places, stopping)),
        *paper_operations(reconciling.Papers(counter)),
        *card_processing.notice_operations(counter),
        *health_operations(health),
    ]

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await workers.close()

    app = _Framework(
        title="Muniment", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan
    )
    served = [(operation.method, operation.path, operation.answer) for operation in operations]
    served += [
        ("GET", "/openapi.json", _described(operations, offers)),
        ("GET", "/docs", docs.page),
        ("GET", "/docs-assets/{name}", docs.asset),
    ]
    switchboard = Switchboard(served)
    app.router.routes.append(switchboard)
    app.add_exception_handler(HTTPException, _not_routed)
    app.state.stopping = stopping
    app.gate = Gate(partial(FastAPI.__call__, app), figures, switchboard, hosts)
    return app


def command_offers() -> dict[str, Offer]:
    """Every command that is offered, by its name."""
    return {route.command: _SPECIAL.get(route.command, offer_of)(route) for route in COMMAND_ROUTES}


def run_server(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Logs are JSON, one line a request, on standard error.

    X-Forwarded-For is believed only from those that FORWARDED_ALLOW_IPS names.
    """
    _log_to_standard_error()
    behind_proxy = bool(os.environ.get("FORWARDED_ALLOW_IPS"))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        proxy_headers=behind_proxy,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=30,
        http=HttpProtocol,
        loop="asyncio",  # with threads beside it, uvloop takes the interpreter's lock more often, and costs more
        log_config=None,
    )
    StoppingServer(config, app.state.stopping).run()


class _Framework(FastAPI):
    """The framework's application with the gate before all of its layers, not among them."""

    gate: Gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and the end of the server."""
        await self.gate(scope, receive, send)


class StoppingServer(uvicorn.Server):
    """Tells live streams to end as soon as a signal comes."""

    def __init__(self, config: uvicorn.Config, stopping: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by uvicorn on SIGINT and SIGTERM."""
        self._stopping.set()
        super().handle_exit(sig, frame)


def _described(operations: list[Operation], offers: dict[str, Offer]) -> Answer:
    kept: list[dict[str, Any]] = []

    async def answer(_request: Request) -> Response:
        if not kept:
            models: list[type[BaseModel]] = [
                *(offer.face.model for offer in offers.values()),
                Bulk,
                MatchAcceptances,
                BillEmails,
                TrustApplications,
            ]
            kept.append(document_of(operations, models, _version()))
        return json_response(kept[0])

    return answer


async def _not_routed(request: Request, error: Exception) -> Response:
    """What no route of ours takes."""
    assert isinstance(error, HTTPException)
    found = {404: ("not_found", "there is nothing here"), 405: ("method_not_allowed", "this cannot be done here")}
    code, sentence = found.get(error.status_code, ("bad_request", str(error.detail)))
    return problem_response(request, Problem(error.status_code, code, sentence, headers=dict(error.headers or {})))


def _version() -> str:
    try:
        return version("muniment")
    except PackageNotFoundError:
        return "0.1.0"


class _Line(logging.Formatter):
    """What the server itself has to say, as a line of JSON like every other."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; of an error only its kind and where it came up."""
        if record.exc_info and record.exc_info[1]:
            return fault_line(record.exc_info[1], said=record.getMessage())
        line = {"time": datetime.now(UTC), "level": record.levelname, "said": record.getMessage()}
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()


def _log_to_standard_error() -> None:
    logger = logging.getLogger("muniment.http")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(_Line())
    logging.getLogger().addHandler(others)
