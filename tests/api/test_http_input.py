"""What a body may not say: one thing twice, hidden signs, no address, a day of no calendar; and how each mistake is told."""

import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_commands import RECEIPT, problem


def sent(books: Books, path: str, body: str, reason: bytes = b"") -> Any:
    asked: dict[Any, Any] = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json", b"Muniment-Reason": reason}
    return books.firm[Role.BOOKKEEPER].http.post(path, content=body.encode(), headers=asked)


def told(books: Books, path: str, body: Any, role: Role = Role.BOOKKEEPER, *, named: bool = True) -> dict[str, str]:
    """Pointers and sentences of a body that is refused, and changes nothing."""
    before = books.firm.application.log("ashby").size()
    found = problem(books.firm[role].post(path, body), 422, "invalid_request")
    errors = found["errors"] if named else []
    assert books.firm.application.log("ashby").size() == before
    return {one["pointer"]: one["detail"] for one in errors}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/contacts", '{"name": "Nora", "name": "Eve"}'),
        ("/v1/contacts", '{"name": "Nora", "n\\u0061me": "Nora"}'),
        ("/v1/contacts", '{"na:me": "No:ra", "na:me": "No:ra"}'),
        ("/v1/contacts", '{"name": "Nora", "addresses": [{"city": "Raleigh", "country": "US", "country": "GB"}]}'),
        ("/v1/bulk", '{"commands": [{"command": "add-contact", "idempotency_key": "k", "fields": {"a": 1, "a": 2}}]}'),
    ],
)  # fmt: skip
def test_a_name_that_stands_twice_is_refused(books: Books, path: str, body: str) -> None:
    before = books.firm.application.log("ashby").size()
    assert "stands twice" in problem(sent(books, path, body), 400, "malformed_json")["detail"]
    assert books.firm.application.log("ashby").size() == before


def test_a_body_that_is_nested_without_end_is_refused(books: Books) -> None:
    for deep in (300, 1000, 1020, 5000):
        answer = sent(books, "/v1/contacts", '{"name": ' + "[" * deep + "]" * deep + "}")
        assert answer.status_code in {400, 422}, (deep, answer.text)


def test_an_amount_that_is_missing_or_too_large_is_told_as_such(books: Books) -> None:
    path = f"/v1/ledgers/{books.ledger_id}/receipts"
    assert "an amount is text" in told(books, path, RECEIPT | {"amount": None})["/amount"]
    for amount in ("10000000000000.00", "1" * 40, "99999999999999"):
        assert told(books, path, RECEIPT | {"amount": amount}) == {
            "/amount": "the amount is too large: at most 9,999,999,999,999.99 is taken"
        }
    assert "two decimals" in told(books, path, RECEIPT | {"amount": "1.234"})["/amount"]


@pytest.mark.parametrize("value", ["7", None, 1.5, {"a": 1}, [1], [["partner"]]])
def test_the_pointer_of_a_setting_names_what_was_sent(books: Books, value: object) -> None:
    partner = books.firm[Role.PARTNER]
    tag = partner.get("/v1/firm").headers["etag"]
    answer = partner.post("/v1/firm/policy", {"setting": "cheque_hold_days", "value": value}, If_Match=tag)
    pointers = [one["pointer"] for one in problem(answer, 422, "invalid_request")["errors"]]
    assert set(pointers) <= {"/value", "/value/0"}, pointers
    assert "tuple" not in str(pointers)


def test_hidden_signs_and_junk_are_pointed_at(books: Books) -> None:
    body = {
        "name": "Nora\u202eybhsA",
        "emails": ["b"],
        "phones": ["none"],
        "addresses": [{"lines": ["\u200b1"], "country": "US"}],
    }
    errors = told(books, "/v1/contacts", body)
    assert errors.keys() == {"/name", "/emails/0", "/phones/0", "/addresses/0/lines/0"}
    assert errors["/name"].startswith("an invisible character stands at place 5 (U+202E")
    assert "tell" not in errors["/emails/0"]
    assert told(books, "/v1/users", {"name": "Eve", "email": "b", "roles": ["partner"]}, Role.PARTNER).keys() == {"/email"}
    taken = books.firm[Role.BOOKKEEPER].done("/v1/contacts", {"name": "م\u0649\u200cخواهم"})
    assert taken["contact_id"]


@pytest.mark.parametrize("day", ["1757462400", "1757462400000", "0", "-1", "1.0", "20260902"])
def test_seconds_since_1970_are_no_day(books: Books, day: str) -> None:
    path = f"/v1/ledgers/{books.ledger_id}/receipts"
    assert told(books, path, RECEIPT | {"amount": "1.00", "effective_date": day}).keys() == {"/effective_date"}
    assert told(books, path, RECEIPT | {"amount": "1.00", "available_on": day}).keys() == {"/available_on"}
    me = books.firm[Role.PARTNER].read("/v1/session")["user_id"]
    body = {"label": "web", "expires_at": day}
    assert told(books, f"/v1/users/{me}/tokens", body, Role.PARTNER).keys() == {"/expires_at"}


def test_days_of_no_calendar_are_refused_in_a_sentence(books: Books) -> None:
    path = f"/v1/ledgers/{books.ledger_id}/receipts"
    for name, day in (("available_on", "9999-12-31"), ("effective_date", "0001-01-01")):
        answer = books.firm[Role.BOOKKEEPER].post(path, RECEIPT | {"amount": "1.00", name: day})
        assert day in problem(answer, 422, "bad_request")["detail"]


@pytest.mark.parametrize("asked", ["dry_run=true&dry_run=false", "dry_run=false&dry_run=true", "dry_run=yes", "dry_run="])
def test_a_dry_run_is_asked_for_once_or_nothing_is_done(books: Books, asked: str) -> None:
    told(books, f"/v1/contacts?{asked}", {"name": "A"}, named=False)


@pytest.mark.parametrize("name", ["Authorization", "If-Match", "Muniment-Reason", "Content-Type"])
def test_a_header_that_stands_twice_is_refused(books: Books, name: str) -> None:
    client = books.firm[Role.BOOKKEEPER]
    once = {"Authorization": f"Bearer {client.token}", "Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    with httpx2.Client(base_url=books.firm.base) as http:
        answer = http.post("/v1/contacts", content=b'{"name": "A"}', headers=[*once.items(), (name, "x"), (name, "y")])
    assert name.lower() in problem(answer, 400, "malformed_request")["detail"]


def test_a_reason_is_read_as_it_is_kept(books: Books) -> None:
    answer = sent(books, "/v1/contacts", json.dumps({"name": "A"}), reason="a\u202eb".encode())
    assert "U+202E" in problem(answer, 422, "invalid_request")["detail"]


def test_what_the_server_completes_is_held_to_the_same(books: Books) -> None:
    me = books.firm[Role.PARTNER].read("/v1/session")["user_id"]
    hidden = "a\u202eb"
    assert told(books, f"/v1/users/{me}/tokens", {"label": hidden}, Role.PARTNER).keys() == {"/label"}
    assert told(books, "/v1/conflict-searches", {"names": [hidden]}, Role.PARTNER).keys() == {"/names"}
