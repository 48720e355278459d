"""What comes before any route: bytes that are no HTTP, and headers without end, are refused as everything else is."""

import asyncio
from typing import Any, cast

import uuid_utils
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.exchange import WHOLE_BODY
from api.http.gate import SECURITY
from api.http.problems import MEDIA, Problem, title_of

MOST_HEADER_BYTES = 65_536
"""Of one request's line and headers."""


class TooManyHeaders(Exception):  # noqa: N818 -- said as a person would
    """A request's headers are larger than is taken here."""


class OneWrite:
    """A connection that sends what is written to it within one turn of the event loop by one call of the system.

    An answer is written in two parts, and each call costs the server about as much as a tenth of a command.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send it, at the end of this turn at the latest."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def flush(self) -> None:
        """Send what was written."""
        if self._parts:
            parts, self._parts = self._parts, []
            if not self._transport.is_closing():
                self._transport.write(b"".join(parts))

    def close(self) -> None:
        """Hang up when all is sent."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class HttpProtocol(HttpToolsProtocol):
    """The server's own, with a limit on headers, and with problem documents where it answers by itself."""

    _header_bytes = 0
    _in_headers = False
    _nobody_reads_yet = False
    """Whether the request's headers came in the bytes that are looked at."""
    _requests = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
        """Somebody called."""
        super().connection_made(OneWrite(transport, self.loop))  # type: ignore[arg-type]

    def on_message_complete(self) -> None:
        """The whole request is there; a body that came at once need not be waited for."""
        super().on_message_complete()
        if self._nobody_reads_yet and self.cycle.scope is self.scope:
            cast("dict[str, Any]", self.scope)[WHOLE_BODY] = bytes(self.cycle.body)

    def on_response_complete(self) -> None:
        """All of the answer is written."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Bytes as they arrive; headers that never end are cut off."""
        before = self._requests
        super().data_received(data)
        self._nobody_reads_yet = False
        if self._in_headers and before == self._requests and not self.transport.is_closing():
            self._header_bytes += len(data)
            if self._header_bytes > MOST_HEADER_BYTES:
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._header_bytes, self._in_headers = 0, True
        self._requests += 1
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """The request's target, or a part of it."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """What follows is the body."""
        self._header_bytes, self._in_headers, self._nobody_reads_yet = 0, False, True
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- the sentence is ours
        """Refuse what is no request, in one answer, and hang up."""
        too_large = self._header_bytes > MOST_HEADER_BYTES
        sentence = f"the headers are larger than the {MOST_HEADER_BYTES:,} bytes that are taken here"
        problem = (
            Problem(431, "headers_too_large", sentence)
            if too_large
            else Problem(400, "malformed_request", "this is not HTTP as RFC 9112 has it")
        )
        request_id = str(uuid_utils.uuid7())
        body = problem.body(request_id)
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", request_id.encode()),
            *SECURITY,
            (b"connection", b"close"),
        ]
        lines = [b"HTTP/1.1 %d %s" % (problem.status, title_of(problem.status).encode())]
        lines += [name + b": " + value for name, value in headers]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        self.transport.close()

    def _count(self, more: int) -> None:
        self._header_bytes += more
        if self._header_bytes > MOST_HEADER_BYTES:
            raise TooManyHeaders
