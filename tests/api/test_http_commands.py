"""Commands over HTTP: amounts, keys, versions, dry runs, bulks, and what is told of a refusal."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from aggregates.permissions import Role
from api.application import now_utc
from tests.api.http_firm import Books, Firm

RECEIPT = {"effective_date": "2026-09-02", "instrument": "wire", "payer": "Adeline Archer", "description": "Retainer"}


def fresh_ledger(books: Books) -> str:
    return books.client("Bella Bright", books.firm[Role.BOOKKEEPER])[2]


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, whose shape is looked at every time."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["code"] == code
    assert document["type"] == f"urn:muniment:problem:{code}"
    assert document["status"] == status
    assert document["request_id"] == answer.headers["x-request-id"]
    assert isinstance(document["retryable"], bool)
    assert document["title"]
    assert document["detail"]
    return document


def test_money_comes_in_as_decimal_text_and_is_read_back_so(books: Books) -> None:
    ledger = fresh_ledger(books)
    answer = books.receive("2500.5", ledger_id=ledger)
    assert answer.status_code == 200, answer.text
    position = answer.json()["position"]
    assert answer.headers["muniment-position"] == str(position)
    shown = books.firm[Role.BOOKKEEPER].read(f"/v1/ledgers/{ledger}", min_position=position)
    assert shown["totals"]["available"] == "2500.50"
    assert [row["amount"] for row in shown["rows"]] == ["2500.50"]
    assert "amount" in [column["name"] for column in shown["columns"]]


@pytest.mark.parametrize(
    "amount", [2500, 2500.5, "2500.555", "1e3", "", "-1.00", "0.00", "2,500.00", " 1.00", None, ["1.00"]]
)
def test_what_is_no_positive_amount_is_refused_with_its_pointer(books: Books, amount: object) -> None:
    body = {"amount": amount, **RECEIPT}
    answer = books.firm[Role.BOOKKEEPER].post(f"/v1/ledgers/{books.ledger_id}/receipts", body)
    assert [one["pointer"] for one in problem(answer, 422, "invalid_request")["errors"]] == ["/amount"]


def test_many_transfers_at_once_are_decimal_text_too_and_their_mistakes_are_pointed_at(books: Books) -> None:
    source, target = fresh_ledger(books), fresh_ledger(books)
    one = {
        "from_ledger_id": source, "to_ledger_id": target, "effective_date": "2026-09-03",
        "authority": "Letter of 2 September", "description": "To the other matter",
    }  # fmt: skip
    asked = {"transfers": [one | {"amount": "1.00"}, one | {"amount": 1}, one | {"amount": "1.00", "colour": "red"}]}
    wrong = problem(books.firm[Role.PARTNER].post("/v1/transfers", asked), 422, "invalid_request")
    assert [error["pointer"] for error in wrong["errors"]] == ["/transfers/1/amount", "/transfers/2/colour"]
    refused = books.firm[Role.PARTNER].post("/v1/transfers", {"transfers": [one | {"amount": "1.00"}]})
    assert problem(refused, 422, refused.json()["code"])["rule"] in {"T1", "T3", "T4"}


def test_every_mistake_of_a_body_is_named(books: Books) -> None:
    body = RECEIPT | {"amount": "1.00", "effective_date": "yesterday", "instrument": "shells"}
    errors = problem(
        books.firm[Role.BOOKKEEPER].post(f"/v1/ledgers/{books.ledger_id}/receipts", body), 422, "invalid_request"
    )
    assert {one["pointer"] for one in errors["errors"]} == {"/effective_date", "/instrument"}


def test_a_name_that_is_not_a_field_is_refused(books: Books) -> None:
    body = {"amount": "1.00", **RECEIPT, "a/b~c": 1}
    answer = books.firm[Role.BOOKKEEPER].post(f"/v1/ledgers/{books.ledger_id}/receipts", body)
    assert [one["pointer"] for one in problem(answer, 422, "invalid_request")["errors"]] == ["/a~1b~0c"]


def test_a_text_with_a_nul_never_reaches_the_log(books: Books) -> None:
    answer = books.receive("1.00", description="a\x00b")
    assert problem(answer, 422, "invalid_request")["errors"] == [{"pointer": "/description", "detail": "has a NUL"}]


def test_a_broken_trust_rule_names_itself_with_its_figures_in_decimal_text(books: Books) -> None:
    ledger = fresh_ledger(books)
    books.receive("100.00", ledger_id=ledger)
    body = {
        "ledger_id": ledger,
        "amount": "100.01",
        "effective_date": "2026-09-03",
        "payee": "Clerk of Court",
        "method": "cheque",
        "purpose": "Filing fee",
    }
    client = books.firm[Role.BOOKKEEPER]
    found = problem(client.post("/v1/disbursements", body), 422, "trust.t1.overdraft")
    assert found["rule"] == "T1"
    assert "1.15" in found["source"]
    assert not [name for name in found if name.endswith("_minor")]
    assert client.done("/v1/disbursements", body | {"amount": "100.00"})["disbursement_id"]


def test_a_command_without_a_key_is_refused_and_does_nothing(books: Books) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    before = books.firm.application.log("ashby").size()
    answer = http.post(f"/v1/ledgers/{books.ledger_id}/receipts", json={"amount": "1.00", **RECEIPT})
    problem(answer, 400, "idempotency_key_missing")
    assert books.firm.application.log("ashby").size() == before


@pytest.mark.parametrize("key", ["", "two words", "k" * 256, "naïve".encode()])
def test_a_key_is_one_word_of_visible_ascii(books: Books, key: Any) -> None:
    http = books.firm[Role.BOOKKEEPER].http
    answer = http.post(f"/v1/ledgers/{books.ledger_id}/receipts", json={}, headers={"Idempotency-Key": key})
    problem(answer, 400, "idempotency_key_invalid")


def test_the_same_request_with_the_same_key_is_answered_as_the_first_time(books: Books) -> None:
    ledger = fresh_ledger(books)
    first = books.receive("10.00", ledger_id=ledger, key="once")
    again = books.receive("10.00", ledger_id=ledger, key="once")
    assert again.json() == first.json()
    assert (again.status_code, again.headers["idempotency-replayed"]) == (first.status_code, "true")
    assert "idempotency-replayed" not in first.headers
    position = first.json()["position"]
    shown = books.firm[Role.BOOKKEEPER].read(f"/v1/ledgers/{ledger}", min_position=position)
    assert shown["totals"]["closing"] == "10.00"


def test_a_key_does_not_stand_for_another_request(books: Books) -> None:
    ledger = fresh_ledger(books)
    books.receive("10.00", ledger_id=ledger, key="mine")
    problem(books.receive("10.01", ledger_id=ledger, key="mine"), 422, "idempotency_key_reused")


def test_a_key_is_of_one_person(books: Books) -> None:
    contact = {"name": "Carl Cole"}
    first = books.firm[Role.BOOKKEEPER].post("/v1/contacts", contact, key="shared")
    second = books.firm[Role.PARTNER].post("/v1/contacts", contact, key="shared")
    assert first.json()["contact_id"] != second.json()["contact_id"]


def test_of_many_at_once_with_one_key_one_is_done_and_the_others_wait_or_repeat(books: Books) -> None:
    ledger, key = fresh_ledger(books), str(uuid4())

    def send(_: int) -> httpx2.Response:
        for _try in range(50):
            answer = books.receive("7.00", ledger_id=ledger, key=key)
            if answer.status_code != 409:
                return answer
            found = problem(answer, 409, "request_in_progress")
            assert found["retryable"]
            assert answer.headers["retry-after"] == "1"
            time.sleep(0.02)
        raise AssertionError

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(16)))
    assert len({answer.json()["entry_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


def test_what_was_made_is_named_in_location(books: Books) -> None:
    answer = books.firm[Role.BOOKKEEPER].post("/v1/contacts", {"name": "Dora Dunn"})
    assert answer.status_code == 201
    position = answer.json()["position"]
    shown = books.firm[Role.BOOKKEEPER].get(answer.headers["location"], min_position=position)
    assert shown.json()["facts"]["name"] == "Dora Dunn"
    assert shown.headers["etag"] == answer.headers["etag"]


def test_an_edit_needs_the_version_that_was_seen(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    added = client.post("/v1/contacts", {"name": "Eve Eden"})
    path = f"/v1/contacts/{added.json()['contact_id']}/amendments"
    change = {"field": "phones", "values": ["+1 919 555 0100"]}
    problem(client.post(path, change), 428, "if_match_missing")
    problem(client.post(path, change, If_Match='W/"x"'), 400, "if_match_invalid")
    changed = client.post(path, change, If_Match=added.headers["etag"])
    assert changed.status_code == 200
    assert changed.headers["etag"].endswith('@2"')
    stale = problem(
        client.post(path, change | {"values": ["+1 919 555 0101"]}, If_Match=added.headers["etag"]), 412, "stale_version"
    )
    assert (stale["expected"], stale["current"]) == (1, 2)
    assert stale["current_etag"] == changed.headers["etag"]


def test_an_edit_that_is_sent_again_is_answered_again_though_the_version_has_gone_on(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    added = client.post("/v1/contacts", {"name": "Finn Ford"})
    path = f"/v1/contacts/{added.json()['contact_id']}/amendments"
    change = {"field": "aliases", "values": ["Phinneas"]}
    first = client.post(path, change, key="edit-1", If_Match=added.headers["etag"])
    again = client.post(path, change, key="edit-1", If_Match=added.headers["etag"])
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]


def test_the_firm_s_policy_is_edited_by_its_etag_and_only_made_stricter(books: Books) -> None:
    owner = books.firm[Role.PARTNER]
    shown = owner.get("/v1/firm")
    stricter = {"setting": "second_approval_over_minor", "value": 5_000_00}
    answer = owner.post("/v1/firm/policy", stricter, If_Match=shown.headers["etag"])
    assert answer.status_code == 200, answer.text
    again = owner.get("/v1/firm", min_position=answer.json()["position"])
    assert again.headers["etag"] == answer.headers["etag"] != shown.headers["etag"]
    assert again.json()["policy"]["second_approval_over_minor"]["value"] == 5_000_00
    laxer = owner.post("/v1/firm/policy", stricter | {"value": 6_000_000_00}, If_Match=again.headers["etag"])
    assert problem(laxer, 422, "trust.t16.rule_relaxed")["rule"] == "T16"


def test_a_pack_to_come_shows_on_the_firm_from_its_day_on(books: Books) -> None:
    owner = books.firm[Role.PARTNER]
    soon = (now_utc() + timedelta(days=9)).date().isoformat()
    moves = {"jurisdiction": "us-wi", "binds_from": soon, "why": "The practice moves to Madison"}

    answer = owner.post("/v1/firm/jurisdiction-pack", moves, If_Match=owner.get("/v1/firm").headers["etag"])
    assert answer.status_code == 200, answer.text
    now = owner.get("/v1/firm", min_position=answer.json()["position"]).json()
    then = owner.get("/v1/firm", as_of=soon).json()

    assert (now["jurisdiction"], now["policy"]["fee_notice_days"]["value"]) == ("us-nc", 0)
    assert (then["jurisdiction"], then["policy"]["fee_notice_days"]["value"]) == ("us-wi", 5)


def test_a_dry_run_tells_what_would_be_recorded_and_records_nothing(books: Books) -> None:
    client, log = books.firm[Role.BOOKKEEPER], books.firm.application.log("ashby")
    before = log.size()
    answer = client.http.post(f"/v1/ledgers/{books.ledger_id}/receipts?dry_run=true", json={"amount": "5.00", **RECEIPT})
    assert answer.status_code == 200, answer.text
    (event,) = answer.json()["would_record"]
    assert (event["topic"], event["data"]["amount"]) == ("trust-ledger/funds-received", "5.00")
    assert log.size() == before


def test_a_bulk_gives_each_command_its_own_outcome(books: Books) -> None:
    ledger = fresh_ledger(books)

    def one(key: str, amount: object) -> dict[str, Any]:
        fields = {"ledger_id": ledger, "amount": amount, **RECEIPT}
        return {"command": "receive-funds", "idempotency_key": key, "fields": fields}

    commands = [
        one("b-1", "1.00"),
        one("b-2", 2),
        one("b-3", "3.00"),
        one("b-1", "1.00"),
        {**one("b-4", "1.00"), "command": "x"},
    ]
    answer = books.firm[Role.BOOKKEEPER].http.post("/v1/bulk", json={"commands": commands})
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [200, 422, 200, 200, 404]
    assert [result.get("replayed") for result in results] == [False, None, False, True, None]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/amount"
    position = int(answer.headers["muniment-position"])
    shown = books.firm[Role.BOOKKEEPER].read(f"/v1/ledgers/{ledger}", min_position=position)
    assert shown["totals"]["closing"] == "4.00"


def test_a_statement_is_sent_as_it_is_or_in_json_and_a_file_that_is_none_is_refused(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    path = f"/v1/trust-accounts/{books.account_id}/statements"
    raw = client.http.post(
        f"{path}?filename=x.ofx",
        content=b"not a statement",
        headers={"Content-Type": "application/octet-stream", "Idempotency-Key": str(uuid4())},
    )
    assert (raw.status_code, raw.json()["code"]) == (422, "statement.refused"), raw.text
    told = client.post(path, {"filename": "x.ofx", "content": "bm90IGEgc3RhdGVtZW50"})
    assert told.json()["detail"] == raw.json()["detail"]


def test_a_token_is_told_once_and_never_again(books: Books) -> None:
    owner = books.firm[Role.PARTNER]
    user_id = owner.done("/v1/users", {"name": "Gus Gray", "email": "gus@example.com", "roles": ["auditor"]})["user_id"]
    ask = {"label": "laptop"}
    first = owner.post(f"/v1/users/{user_id}/tokens", ask, key="token-1")
    assert first.status_code == 201, first.text
    token = first.json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx2.get(f"{books.firm.base}/v1/ledgers", headers=headers).status_code == 200
    again = owner.post(f"/v1/users/{user_id}/tokens", ask, key="token-1")
    assert again.status_code == 201, again.text
    assert again.headers["idempotency-replayed"] == "true"
    assert "token" not in again.json()
    problem(owner.post(f"/v1/users/{user_id}/tokens", {"label": "phone"}, key="token-1"), 422, "idempotency_key_reused")
    shown = owner.read(f"/v1/users/{user_id}", min_position=first.json()["position"])
    assert [one["token_id"] for one in shown["tokens"]] == [first.json()["token_id"]]
    assert "sha256" not in str(shown)
    revoked = owner.post(f"/v1/users/{user_id}/tokens/{first.json()['token_id']}/revocation", {"why": "Laptop lost"})
    assert revoked.status_code == 200, revoked.text
    problem(httpx2.get(f"{books.firm.base}/v1/ledgers", headers=headers), 401, "not_logged_in")


def test_nobody_does_what_no_role_of_theirs_allows(books: Books) -> None:
    for role in (Role.ADMIN, Role.AUDITOR, Role.TIMEKEEPER, Role.PARTNER):
        answer = books.firm[role].post(f"/v1/ledgers/{books.ledger_id}/receipts", {"amount": "1.00", **RECEIPT})
        assert problem(answer, 403, "not_allowed")["permission"] == "post_receipt"


def test_one_firm_sees_and_does_nothing_in_the_other(books: Books, firms: tuple[Firm, Firm]) -> None:
    stranger = firms[1][Role.BOOKKEEPER]
    body = {"amount": "1.00", **RECEIPT}
    problem(stranger.post(f"/v1/ledgers/{books.ledger_id}/receipts", body), 422, "trust.t10.no_ledger")
    for path in (f"/v1/ledgers/{books.ledger_id}", f"/v1/contacts/{books.contact_id}", f"/v1/matters/{books.matter_id}"):
        problem(stranger.get(path), 404, "not_found")
    assert stranger.read("/v1/ledgers")["rows"] == []
    assert "Archer" not in stranger.get("/v1/audit-trail").text
    assert "Archer" not in stranger.get("/v1/events", limit=1000).text


def test_a_conflict_search_is_made_by_the_server_and_kept_once_a_key(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    contact = client.done("/v1/contacts", {"name": "Zebulon Quisenberry"})["contact_id"]
    first = client.post("/v1/conflict-searches", {"names": ["Zebulon Quisenbery"]}, key="search")
    assert (first.status_code, first.json()["hits"]) == (201, 1), first.text
    client.done("/v1/contacts", {"name": "Zebulon Quisenberry junior"})
    again = client.post("/v1/conflict-searches", {"names": ["Zebulon Quisenbery"]}, key="search")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    problem(client.post("/v1/conflict-searches", {"names": ["Other"]}, key="search"), 422, "idempotency_key_reused")
    shown = client.read(first.headers["location"], min_position=first.json()["position"])
    assert [hit["contact_id"] for hit in shown["hits"]] == [contact]
    problem(client.post("/v1/conflict-searches", {"names": ["x"], "hits": []}), 422, "invalid_request")


def test_a_returned_deposit_recorded_by_a_slip_is_taken_back_on_the_record(books: Books) -> None:
    client, ledger = books.firm[Role.BOOKKEEPER], fresh_ledger(books)
    deposit = books.receive("100.00", ledger_id=ledger).json()["entry_id"]
    path = f"/v1/ledgers/{ledger}"
    slip = client.done(f"{path}/receipts/{deposit}/return", {"effective_date": "2026-09-04", "evidence": "advice"})
    body = {"effective_date": "2026-09-05", "why": "it was another account's"}
    undone = client.done(f"{path}/bank-facts/{slip['entry_id']}/reversal", body)

    assert undone["exception_id"] is None
    assert client.read(f"{path}/balance", min_position=undone["position"])["totals"]["balance"] == "100.00"
    (said,) = client.read("/v1/audit-trail", kind="trust-ledger/entry-reversed", ledger_id=ledger)["rows"]
    assert (said["reason"], said["reverses_entry_id"]) == ("it was another account's", slip["entry_id"])
    again = client.post(f"{path}/bank-facts/{slip['entry_id']}/reversal", body)
    problem(again, 422, "trust.t11.posted_entry")
