"""The guarded transfer over HTTP, against a bare FastAPI route that does one INSERT and COMMIT; one server process each."""

import http.client
import random
import secrets
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
    connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(THREADS)]
    always = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

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
            headers = {**always, "Idempotency-Key": secrets.token_hex(8)}
            _post(connections[client], f"/v1/ledgers/{transfer.from_ledger_id}/transfers", orjson.dumps(body), headers)

        return act

    yield act_of
    for connection in connections:
        connection.close()


@contextmanager
def bare_clients(_number: int, port: int) -> Iterator[Acts]:
    """One process's clients, each request one row."""
    connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(THREADS)]
    body = bytes(250)

    def act_of(client: int) -> Callable[[], Any]:
        return lambda: _post(connections[client], "/rows", body, {})

    yield act_of
    for connection in connections:
        connection.close()


def _post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> None:
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    said = response.read()
    assert response.status in {http.HTTPStatus.OK, http.HTTPStatus.CREATED}, f"{response.status}: {said[:300]!r}"
