"""What every request passes and every answer carries: request id, security headers, position, log line, figures.

Written straight against ASGI, because it stands before every command. A fault of ours becomes a problem document here, and
its trace goes to the log, never to the client.
"""

import logging
import re
import time
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime

import orjson
import uuid_utils
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.exchange import Exchange
from api.http.figures import Figures
from api.http.problems import MEDIA, Problem
from api.http.switchboard import Switchboard

_log = logging.getLogger("muniment.http")
_MOST_CAUSES = 5
_ONCE = (b"host", b"authorization", b"content-type", b"if-match", b"last-event-id", b"muniment-reason")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
_HOST = re.compile(rb"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Gate:
    """Pure ASGI, before the whole application and the framework's own layers.

    What the switchboard knows goes to it at once: the framework's layers on the way do nothing for our operations, and took
    an eighth of what the event loop spends on a command.
    """

    def __init__(
        self, app: ASGIApp, figures: Figures, switchboard: Switchboard, hosts: frozenset[str] | None = None
    ) -> None:
        self._app = app
        self._figures = figures
        self._switchboard = switchboard
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given: list[tuple[bytes, bytes]] = scope["headers"]
        headers = dict(reversed(given))
        exchange = Exchange(_request_id(headers.get(b"x-request-id", b"")), headers)
        scope["muniment.exchange"] = exchange
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                exchange.status = message["status"]
                _dress(message, exchange)
            await send(message)

        try:
            refused = self._refusal(headers)
            if refused is None and len(headers) < len(given):
                refused = _said_twice(given)
            if refused is not None:
                await _answer(refused, exchange, send_on)
            else:
                match, found = self._switchboard.matches(scope)
                scope.update(found)
                answer = self._app if match is Match.NONE else self._switchboard.handle
                await answer(scope, receive, send_on)
        except Exception as error:  # the last line of defence: whatever it is, it is logged and told as a fault of ours
            _log.error(fault_line(error, exchange.request_id))
            if begun:
                raise
            await _answer(Problem(500, "internal_error", "a fault of ours; it was logged"), exchange, send_on)
        finally:
            self._note(scope, exchange)

    def _refusal(self, headers: dict[bytes, bytes]) -> Problem | None:
        host = headers.get(b"host", b"")
        if _HOST.fullmatch(host) is None:
            return Problem(400, "bad_host", "the Host header is missing, or is no host")
        if (
            self._hosts is not None
            and host.decode().rpartition(":")[0] not in self._hosts
            and host.decode() not in self._hosts
        ):
            return Problem(421, "misdirected_request", "this server does not answer for that host")
        return None

    def _note(self, scope: Scope, exchange: Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        route = getattr(scope.get("route"), "path", None) or "(none)"
        self._figures.count(scope["method"], route, exchange.status, seconds)
        if exchange.refused is not None and exchange.session is not None:
            self._figures.refuse(exchange.session.slug, exchange.refused)
        if not _log.isEnabledFor(logging.INFO):
            return
        line = {
            "time": datetime.now(UTC),
            "request_id": exchange.request_id,
            "method": scope["method"],
            "route": route,
            "status": exchange.status,
            "ms": round(seconds * 1000, 2),
            "firm": exchange.session.slug if exchange.session else None,
            "user": exchange.session.asker.user_id if exchange.session else None,
            "position": exchange.position,
        }
        _log.info(orjson.dumps(line, option=orjson.OPT_UTC_Z).decode())


def fault_line(error: BaseException, request_id: str | None = None, said: str | None = None) -> str:
    """A fault of ours as one line of JSON: kinds of errors and places in the code.

    What the errors say is left out, for they repeat what was sent.
    """
    kinds: list[str] = []
    at: list[list[str]] = []
    one: BaseException | None = error
    while one is not None and len(kinds) < _MOST_CAUSES:
        kinds.append(f"{type(one).__module__}.{type(one).__qualname__}")
        at.append([f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)])
        one = one.__cause__ or one.__context__
    line = {"time": datetime.now(UTC), "request_id": request_id, "said": said, "fault": kinds, "at": at}
    return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()


def _said_twice(headers: Iterable[tuple[bytes, bytes]]) -> Problem | None:
    """Programs on the way do not agree on which of two headers counts."""
    names = [name for name, _ in headers]
    for name in _ONCE:
        if names.count(name) > 1:
            return Problem(400, "malformed_request", f"the header {name.decode()} stands twice")
    return None


async def _answer(problem: Problem, exchange: Exchange, send: Send) -> None:
    headers = [(b"content-type", MEDIA.encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body(exchange.request_id)})


def _dress(message: Message, exchange: Exchange) -> None:
    headers: list[tuple[bytes, bytes]] = list(message["headers"])
    message["headers"] = headers
    there = {name for name, _ in headers}
    headers.extend(pair for pair in SECURITY if pair[0] not in there)
    headers.append((b"x-request-id", exchange.request_id.encode()))
    if exchange.position is not None:
        headers.append((b"muniment-position", b"%d" % exchange.position))
    if exchange.rate is not None:
        headers.append((b"ratelimit-policy", exchange.rate[0].encode()))
        headers.append((b"ratelimit", exchange.rate[1].encode()))


def _request_id(given: bytes) -> str:
    """The client's own, where it is sane."""
    return given.decode() if _REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())
