"""What comes before any route: bytes that are no HTTP, and headers without end, are refused as everything else is."""

import uuid_utils
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.gate import SECURITY
from api.http.problems import MEDIA, Problem, title_of

MOST_HEADER_BYTES = 65_536
"""Of one request's line and headers."""


class TooManyHeaders(Exception):  # noqa: N818 -- said as a person would
    """A request's headers are larger than is taken here."""


class HttpProtocol(HttpToolsProtocol):
    """The server's own, with a limit on headers, and with problem documents where it answers by itself."""

    _header_bytes = 0
    _in_headers = False
    _requests = 0

    def data_received(self, data: bytes) -> None:
        """Bytes as they arrive; headers that never end are cut off."""
        before = self._requests
        super().data_received(data)
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
        self._header_bytes, self._in_headers = 0, False
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
