"""The guarded transfer over HTTP, against a bare FastAPI route that does one INSERT and COMMIT; one server process each."""

import random
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from api.application import Application
from api.first_run import found
from tests.benchmarks.clients import THREADS, crew
from tests.benchmarks.measuring import Figure, median, percentile
from tests.benchmarks.serving import served
from tests.benchmarks.stand import SLUG, Books, Stand, a_firm, a_transfer, open_books, opened

Acts = Callable[[int], Callable[[], Any]]
_LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n", re.IGNORECASE)


def run(stand: Stand) -> list[Figure]:
    """Eight keep-alive connections from two processes, in turns."""
    with stand.database("over_http") as url, stand.database("bare_http") as bare_url:
        with opened(url) as database:
            founded = found(Application(database), SLUG, a_firm(), owner_name="Owner", owner_email="owner@bench.example")
            books = open_books(database.firm(SLUG), 100 if stand.quick else 500)
        with (
            served("ours", url) as port,
            served("bare", bare_url) as bare_port,
            crew(our_clients, port, founded.token, books) as ours,
            crew(bare_clients, bare_port) as bare,
        ):
            speeds: dict[str, list[float]] = {"ours": [], "bare": []}
            latencies: list[float] = []
            for turn in range(stand.rounds + 1):
                for name, each in (("ours", ours), ("bare", bare)):
                    done = each.work(stand.seconds)
                    if turn:  # the first turn warms up
                        speeds[name].append(done.per_second)
                        latencies += done.latencies_ms if name == "ours" else []
    ours_per_s, bare_per_s = median(speeds["ours"]), median(speeds["bare"])
    note = f"p50 {percentile(latencies, 50):.1f} ms, p95 {percentile(latencies, 95):.1f} ms"
    return [
        Figure("guarded transfers over HTTP, 8 clients", ours_per_s, "/s", note=note),
        Figure("bare FastAPI route, INSERT and COMMIT, the same", bare_per_s, "/s"),
        Figure("guarded transfer over HTTP ÷ bare route", ours_per_s / bare_per_s, "×", "≥", 0.5),
    ]


@contextmanager
def our_clients(number: int, port: int, token: str, books: Books) -> Iterator[Acts]:
    """One process's clients, with a token and a key each time."""
    lines = [Line(port) for _ in range(THREADS)]
    always = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def act_of(client: int) -> Callable[[], Any]:
        dice = random.Random(f"http {number} {client}")  # noqa: S311 -- not for secrets

        def act() -> None:
            transfer = a_transfer(books, dice)
            body = {
                "to_ledger_id": str(transfer.to_ledger_id),
                "amount": f"{transfer.amount_minor / 100:.2f}",
                "effective_date": transfer.effective_date.isoformat(),
                "authority": transfer.authority,
                "description": transfer.description,
            }
            headers = f"{always}Idempotency-Key: {secrets.token_hex(8)}\r\n"
            lines[client].post(f"/v1/ledgers/{transfer.from_ledger_id}/transfers", headers, orjson.dumps(body))

        return act

    yield act_of
    for line in lines:
        line.hang_up()


@contextmanager
def bare_clients(_number: int, port: int) -> Iterator[Acts]:
    """One process's clients, each request one row."""
    lines = [Line(port) for _ in range(THREADS)]
    headers = f"Host: 127.0.0.1:{port}\r\n"
    body = bytes(250)

    def act_of(client: int) -> Callable[[], Any]:
        return lambda: lines[client].post("/rows", headers, body)

    yield act_of
    for line in lines:
        line.hang_up()


class Line:
    """A connection that is kept, spoken to in plain bytes: the clients share the processors with the server, and Python's
    own client costs about as much as the bare route.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, headers: str, body: bytes) -> None:
        """Send a request and read its answer to the end. Raises AssertionError where it is no success."""
        self._socket.sendall(f"POST {path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        said = b""
        while (end := said.find(b"\r\n\r\n")) < 0:
            said += self._more()
        length = _LENGTH.search(said, 0, end + 2)
        assert length is not None, "every answer here says how long it is"
        while len(said) < end + 4 + int(length[1]):
            said += self._more()
        assert said.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")), said[:600]

    def hang_up(self) -> None:
        """The line is not needed any more."""
        self._socket.close()

    def _more(self) -> bytes:
        got = self._socket.recv(65_536)
        assert got, "the server hung up"
        return got
