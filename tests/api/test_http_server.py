"""The server itself: limits, log-ins, headers, health, figures, logs, documentation, and errors outside any route."""

import json
import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn

from aggregates.permissions import Role
from api.application import Application
from api.http.limits import Buckets, Quota
from api.http.server import StoppingServer, create_app
from commands.event_log.database import Database
from tests.api.http_firm import Books, Firm, founded, free_port, http_server, serving
from tests.api.test_http_commands import RECEIPT, problem


@pytest.fixture
def strict(migrated_database_url: str, tmp_path: Path) -> Iterator[Firm]:
    """A firm on a server with narrow limits."""
    limits: dict[str, Any] = {
        "requests": Quota("requests", 5, 3600),
        "failed_log_ins": Quota("failed-log-ins", 3, 3600),
        "wait_s": 0.1,
        "hosts": frozenset({"127.0.0.1"}),
    }
    with (
        http_server(migrated_database_url, tmp_path, **limits) as (application, base),
        founded(application, "ashby", base, 1, tmp_path) as firm,
    ):
        yield firm


def test_a_token_that_asks_too_much_waits_and_others_do_not(strict: Firm) -> None:
    answers = [strict.owner.get("/v1/ledgers") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"requests";q=5;w=3600'
    assert answers[0].headers["ratelimit"] == '"requests";r=4;t=720'
    assert problem(answers[5], 429, "too_many_requests")["retryable"]
    assert 0 < int(answers[5].headers["retry-after"]) <= 720
    assert answers[5].headers["ratelimit"].startswith('"requests";r=0;')
    assert strict[Role.AUDITOR].get("/v1/ledgers").status_code == 200


def test_a_bulk_counts_as_what_it_holds(strict: Firm) -> None:
    one = {"command": "add-contact", "fields": {"name": "Ann"}}
    commands = [{**one, "idempotency_key": str(n)} for n in range(6)]
    problem(strict.owner.http.post("/v1/bulk", json={"commands": commands}), 429, "too_many_requests")
    assert strict.owner.http.post("/v1/bulk", json={"commands": commands[:5]}).json()["refused"] == 0


def test_log_ins_that_fail_are_limited_but_who_is_in_stays_in(strict: Firm) -> None:
    assert strict.owner.get("/v1/ledgers").status_code == 200
    wrong = [httpx2.get(f"{strict.base}/v1/ledgers", headers={"Authorization": f"Bearer x{n}"}) for n in range(4)]
    assert [answer.status_code for answer in wrong] == [401, 401, 401, 429]
    assert wrong[0].headers["www-authenticate"].startswith("Bearer")
    assert int(wrong[3].headers["retry-after"]) > 0
    assert strict.owner.get("/v1/ledgers").status_code == 200
    assert strict[Role.AUDITOR].get("/v1/ledgers").status_code == 429


def test_a_position_that_does_not_come_is_answered_with_try_again(strict: Firm) -> None:
    answer = strict.owner.get("/v1/ledgers", min_position=10**9)
    assert problem(answer, 503, "not_caught_up")["retryable"]
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("host", "status", "code"),
    [
        ("", 400, "bad_host"),
        ("a b", 400, "bad_host"),
        ("evil.example/x", 400, "bad_host"),
        ("evil.example", 421, "misdirected_request"),
    ],
)
def test_a_host_that_is_none_or_not_ours_is_refused(strict: Firm, host: str, status: int, code: str) -> None:
    answer = httpx2.get(f"{strict.base}/healthz", headers={"Host": host})
    problem(answer, status, code)


def test_a_bucket_fills_again_with_time() -> None:
    now = [0.0]
    buckets = Buckets(Quota("q", 2, 10), clock=lambda: now[0])
    assert [buckets.take("a")[0] for _ in range(3)] == [True, True, False]
    assert buckets.retry_after_s(buckets.left("a")) == 5
    now[0] = 4.9
    assert not buckets.take("a")[0]
    now[0] = 5.0
    assert buckets.take("a") == (True, 0.0)
    assert buckets.take("b")[0]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic YTpi", "Bearer mun_ashby_x_y"])
def test_without_a_token_nothing_is_told(books: Books, authorization: str | None) -> None:
    headers = {"Idempotency-Key": "k"} | ({} if authorization is None else {"Authorization": authorization})
    for answer in (
        httpx2.get(f"{books.firm.base}/v1/ledgers", headers=headers),
        httpx2.get(f"{books.firm.base}/v1/events", headers=headers),
        httpx2.post(f"{books.firm.base}/v1/contacts", json={"name": "Ann"}, headers=headers),
        httpx2.post(f"{books.firm.base}/v1/bulk", json={"commands": []}, headers=headers),
    ):
        assert answer.status_code in {401, 422}, answer.text
        assert "muniment-position" not in answer.headers


def test_every_answer_has_the_headers_that_guard_a_browser(books: Books) -> None:
    for path in ("/v1/ledgers", "/v1/nothing", "/healthz", "/v1/events/1"):
        headers = books.firm[Role.AUDITOR].get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers or "uvicorn" in headers["server"]  # run_server sends none


def test_a_request_id_is_kept_where_it_is_sane(books: Books) -> None:
    http = books.firm[Role.AUDITOR].http
    assert http.get("/healthz", headers={"X-Request-Id": "try-12345"}).headers["x-request-id"] == "try-12345"
    for insane in ("short", "a b c d e f g h", "x" * 129, 'say"hello"'):
        assert http.get("/healthz", headers={"X-Request-Id": insane}).headers["x-request-id"] != insane


def test_errors_outside_any_route_are_problems_too(books: Books) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    problem(http.get("/v1/nothing"), 404, "not_found")
    problem(http.get("/v1/ledgers/"), 404, "not_found")
    not_allowed = http.delete("/v1/ledgers")
    problem(not_allowed, 405, "method_not_allowed")
    assert not_allowed.headers["allow"] == "GET, HEAD"


_OF_THE_MOMENT = {"date", "x-request-id", "ratelimit"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/openapi.json", 200),
        ("/docs", 200),
        ("/docs-assets/start.js", 200),
        ("/v1/ledgers", 200),
        ("/v1/events?limit=3", 200),
        ("/v1/contacts/{contact_id}", 200),
        ("/v1/ledgers?as_of=yesterday", 422),
        ("/v1/ledgers/00000000-0000-0000-0000-000000000000/balance", 404),
        ("/v1/nothing", 404),
    ],
)
def test_head_is_answered_as_get_is_without_a_body(books: Books, path: str, status: int) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    path = path.replace("{contact_id}", books.contact_id)
    books.firm.owner.read("/v1/ledgers", min_position=books.firm.application.log("ashby").size())
    head, get = http.head(path), http.get(path)
    assert (head.status_code, get.status_code, head.content) == (status, status, b"")
    told, full = (
        {name: value for name, value in answer.headers.items() if name not in _OF_THE_MOMENT} for answer in (head, get)
    )
    assert told == full
    assert int(told["content-length"]) == len(get.content)


def test_head_sends_nothing_after_its_headers_and_asks_for_a_token_as_get_does(books: Books) -> None:
    host, _, port = books.firm.base.removeprefix("http://").partition(":")
    for path, status in (("/healthz", b"200"), ("/v1/ledgers", b"401"), ("/v1/events/stream", b"401")):
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(f"HEAD {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: raw.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert answer.endswith(b"\r\n\r\n"), answer


def test_head_of_a_live_stream_ends_at_once_and_holds_no_place(books: Books) -> None:
    http = books.firm[Role.AUDITOR].http
    for _ in range(3):
        head = http.head("/v1/events/stream", timeout=5)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith("text/event-stream")


def test_head_of_what_is_only_posted_is_refused_and_described_nowhere(books: Books) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    refused = http.head("/v1/disbursements/00000000-0000-0000-0000-000000000000/approval")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    paths = http.get("/openapi.json").json()["paths"]
    assert not [path for path, methods in paths.items() if "head" in methods]


@pytest.mark.parametrize(
    ("content", "media", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_json"),
        (b"\xff", "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 422, "invalid_request"),
        (b"amount=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"name": "Ann"}', None, 415, "unsupported_media_type"),
        (b'{"name": "' + b"a" * 1_000_000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
def test_a_body_that_is_none_is_refused(books: Books, content: bytes, media: str | None, status: int, code: str) -> None:
    headers = {"Idempotency-Key": str(uuid4())} | ({"Content-Type": media} if media else {})
    problem(books.firm[Role.BOOKKEEPER].http.post("/v1/contacts", content=content, headers=headers), status, code)


def test_large_bodies_one_after_the_other_are_no_headers(books: Books) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    for _ in range(3):
        content = b'{"name": "' + b"a" * 900_000 + b'"}'
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        problem(http.post("/v1/contacts", content=content, headers=headers), 422, "invalid_request")
        assert http.get("/v1/session").status_code == 200


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(books: Books) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 65_536

    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    try:
        answer = books.firm[Role.BOOKKEEPER].http.post("/v1/contacts", content=endless(), headers=headers)
    except httpx2.WriteError:
        return  # the server closed the connection before all was sent
    problem(answer, 413, "body_too_large")


def test_a_fault_of_ours_is_logged_and_not_told(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "secret of the house"
        raise RuntimeError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.http.desk.Desk.carrying_out", broken)
        answer = books.firm[Role.BOOKKEEPER].post("/v1/contacts", {"name": "Ann"})
    problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "secret" not in caplog.text, "what an error says may be somebody's name"
    line = json.loads(next(one.message for one in caplog.records if one.levelname == "ERROR"))
    assert line["fault"] == ["builtins.RuntimeError"]
    assert any(" broken" in place for place in line["at"][0])
    assert line["request_id"] == answer.headers["x-request-id"]


def test_one_line_of_json_a_request_without_anybody_s_name(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    client = books.firm[Role.BOOKKEEPER]
    with caplog.at_level(logging.INFO, "muniment.http"):
        answers = [
            client.post("/v1/contacts", {"name": "Wilhelmina Unusual"}),
            client.get("/v1/audit-trail", text="Wilhelmina"),
            client.get(f"/v1/ledgers/{books.ledger_id}"),
        ]
        asked = {answer.headers["x-request-id"] for answer in answers}

        def told() -> list[dict[str, Any]]:
            """The lines of these requests; one is written when its answer is on its way already."""
            said = [json.loads(record.message) for record in caplog.records if record.name == "muniment.http"]
            return [line for line in said if line["request_id"] in asked]

        for _ in range(500):
            if len(told()) == len(asked):
                break
            time.sleep(0.01)
    lines = told()
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/v1/contacts", 201),
        ("GET", "/v1/audit-trail", 200),
        ("GET", "/v1/ledgers/{ledger_id}", 200),
    ]
    assert {line["firm"] for line in lines} == {"ashby"}
    assert all(line["position"] and line["user"] and line["request_id"] and line["ms"] > 0 for line in lines)
    assert "Wilhelmina" not in caplog.text
    assert books.ledger_id not in caplog.text


def test_the_process_is_alive_and_ready_and_tells_its_figures(books: Books) -> None:
    http = books.firm.owner.http
    assert http.get("/healthz").json()["status"] == "ok"
    ready = http.get("/readyz")
    assert ready.status_code == 200, ready.text
    assert ready.json()["checks"]["projector_alive"]
    books.receive("1.00")
    asked = {
        "ledger_id": books.ledger_id, "amount": "99999999.00", "effective_date": "2026-09-30", "payee": "Imogen Falk",
        "method": "wire", "purpose": "Expert's report", "recipient_account": "021000021 / 4711",
    }  # fmt: skip
    refused = books.firm[Role.BOOKKEEPER].post("/v1/disbursements", asked)
    assert refused.json()["code"] == "trust.t1.overdraft"
    text = http.get("/metrics").text
    assert 'muniment_http_requests_total{method="POST",route="/v1/ledgers/{ledger_id}/receipts",status="200"}' in text
    assert 'muniment_commands_refused_total{code="trust.t1.overdraft",firm="ashby"}' in text
    assert 'muniment_log_size{firm="ashby"}' in text
    assert 'muniment_projection_lag{firm="ashby"}' in text
    assert books.ledger_id not in text


def test_what_stands_still_is_not_ready(migrated_database_url: str, tmp_path: Path) -> None:
    with (
        http_server(migrated_database_url, tmp_path) as (application, base),
        founded(application, "ashby", base, 1, tmp_path) as firm,
    ):
        firm.owner.read("/v1/ledgers", min_position=application.log("ashby").size())
        with application.database.projectors.connection() as connection:
            connection.execute("INSERT INTO firm_ashby.parked_events VALUES ('sub_ledger', 3, 'cannot be digested')")
        found = problem(httpx2.get(f"{base}/readyz"), 503, "not_ready")
        assert found["checks"]["parked"] == [{"firm": "ashby", "projection": "sub_ledger", "position": 3}]
        assert httpx2.get(f"{base}/healthz").status_code == 200
        refused = problem(firm.owner.get("/v1/ledgers"), 503, "read_model_parked")
        assert (refused["read_model"], refused["position"], refused["retryable"]) == ("sub_ledger", 3, False)
        assert firm.owner.read("/v1/ledgers", known_at=2)["rows"] == []
        assert firm.owner.read("/v1/matters")["items"] == [], "what rests on others goes on"


def test_a_database_that_is_gone_is_told_as_such(migrated_database_url: str) -> None:
    with Database(migrated_database_url) as database:
        application = Application(database)
        with serving(create_app(application), free_port()) as base:
            assert httpx2.get(f"{base}/readyz").status_code == 200
            database.readers.close()
            found = problem(httpx2.get(f"{base}/readyz"), 503, "not_ready")
            assert found["checks"]["database"] == "unreachable"


def test_live_streams_end_when_the_server_is_to_stop(migrated_database_url: str, tmp_path: Path) -> None:
    with Database(migrated_database_url) as database:
        application = Application(database)
        app = create_app(application)
        config = uvicorn.Config(app, host="127.0.0.1", port=free_port(), log_level="error", timeout_graceful_shutdown=20)
        server = StoppingServer(config, app.state.stopping)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        base = f"http://127.0.0.1:{config.port}"
        with founded(application, "ashby", base, 1, tmp_path) as firm:
            headers = {"Authorization": f"Bearer {firm.owner.token}"}
            with httpx2.stream("GET", f"{base}/v1/events/stream", headers=headers, timeout=10) as answer:
                lines = answer.iter_lines()
                assert next(lines).startswith("retry")
                server.handle_exit(signal.SIGTERM, None)
                assert [line for line in lines if line.startswith("id")]
        thread.join(10)
        assert not thread.is_alive()


def test_the_documentation_needs_nobody_else(books: Books) -> None:
    http = books.firm.owner.http
    page = http.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon.png"):
        assert f"/docs-assets/{name}" in page.text
        asset = http.get(f"/docs-assets/{name}")
        assert asset.status_code == 200
        assert len(asset.content) > 100
    problem(http.get("/docs-assets/..%2Fcore.py"), 404, "not_found")
    problem(http.get("/docs-assets/core.py"), 404, "not_found")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400, "malformed_request"),
        (b"GARBAGE\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * 100_000, 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2_000_000, 431, "headers_too_large"),
    ],
    ids=["length", "garbage", "one header", "many headers", "a header without end"],
)
def test_a_connection_that_says_no_http_is_told_so_and_does_no_harm(
    books: Books, sent: bytes, status: int, code: str
) -> None:
    port = int(books.firm.base.rpartition(":")[2])
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, suppress(ConnectionError):
        with suppress(ConnectionError):  # it may hang up before all is sent
            raw.sendall(sent)
        while part := raw.recv(4096):
            answer += part
    if answer:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert answer.count(b"HTTP/1.1") == 1
        assert json.loads(body)["code"] == code
        for name in (b"x-content-type-options", b"content-security-policy", b"x-request-id"):
            assert name in head
    else:
        assert status == 431, "a hang-up may overtake the answer only where the client is still sending"
    assert books.receive("1.00", **{k: v for k, v in RECEIPT.items() if k == "payer"}).status_code == 200


def _asked(books: Books, name: str, *, chunked: bool = False) -> tuple[bytes, bytes]:
    """Headers and body of a new contact."""
    body = json.dumps({"name": name}).encode()
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(body)
    head = (
        f"POST /v1/contacts HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {books.firm.owner.token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: {uuid4()}\r\n"
    )
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    return head.encode() + length + b"\r\n\r\n", sent


def _answers(books: Books, parts: list[bytes], count: int) -> list[dict[str, Any]]:
    """What is answered on one connection, each part sent a moment after the one before."""
    port = int(books.firm.base.rpartition(":")[2])
    told: list[dict[str, Any]] = []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, line.makefile("rb") as answer:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            line.sendall(part)
            time.sleep(0.05)
        for _ in range(count):
            status = answer.readline()
            headers = dict(one.strip().lower().split(b": ", 1) for one in iter(answer.readline, b"\r\n"))
            assert status.startswith(b"HTTP/1.1 201"), status
            told.append(json.loads(answer.read(int(headers[b"content-length"]))))
    return told


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_is_read_to_its_end_however_it_arrives(books: Books, chunked: bool) -> None:
    for number, cut in enumerate([(), ("head",), ("head", 5), (5,), ("head", 1, 9)]):
        head, body = _asked(books, f"Piece by piece {number} {chunked}", chunked=chunked)
        at = [len(head) if one == "head" else len(head) + int(one) for one in cut]
        whole = head + body
        parts = [whole[begin:end] for begin, end in zip([0, *at], [*at, len(whole)], strict=True)]
        (told,) = _answers(books, parts, 1)
        found = books.firm.owner.read(f"/v1/contacts/{told['contact_id']}", min_position=told["position"])
        assert found["facts"]["name"] == f"Piece by piece {number} {chunked}"


def test_requests_that_come_in_one_go_are_answered_in_their_order(books: Books) -> None:
    asked = b"".join(part for number in range(3) for part in _asked(books, f"Of three {number}"))
    told = _answers(books, [asked], 3)
    for number, one in enumerate(told):
        found = books.firm.owner.read(f"/v1/contacts/{one['contact_id']}", min_position=one["position"])
        assert found["facts"]["name"] == f"Of three {number}"


def test_who_waits_for_leave_to_send_a_body_gets_it_at_once(books: Books) -> None:
    head, body = _asked(books, "Asks first")
    head = head.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    port = int(books.firm.base.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head)
        assert line.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(body)
        assert line.recv(65_536).startswith(b"HTTP/1.1 201")
