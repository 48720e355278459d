"""Reads over HTTP: two clocks, waiting for a position, cursors, CSV, the log and its live stream, proofs, and who may."""

import base64
import csv
import hashlib
import io
import json
import threading
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from aggregates.permissions import Role
from api.http.report_routes import CARD_ROUTES
from api.places import Places
from api.proof import signer_of
from api.report_parameters import parameters_of
from projections.card_statuses import STATUSES
from projections.reports.catalogue import REPORTS
from replay.signed_note import Verifier
from replay.tlog_proof import check_proof
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import fresh_ledger, problem


def test_a_read_waits_for_the_position_of_a_command(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    for n in range(10):
        contact = client.done("/v1/contacts", {"name": f"Ida Ives {n}"})
        shown = client.get(f"/v1/contacts/{contact['contact_id']}", min_position=contact["position"])
        assert shown.status_code == 200
        assert int(shown.headers["muniment-position"]) >= contact["position"]


def test_the_books_are_read_as_of_a_day_and_as_known_at_a_position(books: Books) -> None:
    ledger, client = fresh_ledger(books), books.firm[Role.BOOKKEEPER]
    first = books.receive("10.00", ledger_id=ledger, effective_date="2026-09-02").json()["position"]
    last = books.receive("5.00", ledger_id=ledger, effective_date="2026-09-20").json()["position"]

    def closing(**clocks: Any) -> str:
        total: str = client.read(f"/v1/ledgers/{ledger}", min_position=last, **clocks)["totals"]["closing"]
        return total

    assert closing() == "15.00"
    assert closing(as_of="2026-09-19") == "10.00"
    assert closing(known_at=first) == "10.00"
    assert closing(known_at=first, as_of="2026-09-01") == "0.00"
    assert closing(known_at="2026-01-01T00:00:00Z") == "0.00"


def test_pages_never_shift_while_the_books_go_on(books: Books) -> None:
    ledger, client = fresh_ledger(books), books.firm[Role.BOOKKEEPER]
    for _ in range(5):
        last = books.receive("1.00", ledger_id=ledger).json()["position"]
    page = client.read(f"/v1/ledgers/{ledger}", limit=2, min_position=last)
    rows, known_at = page["rows"], page["known_at"]
    last = books.receive("100.00", ledger_id=ledger, effective_date="2026-09-01").json()["position"]
    while page["next_cursor"]:
        page = client.read(f"/v1/ledgers/{ledger}", limit=2, cursor=page["next_cursor"], min_position=last)
        assert page["known_at"] == known_at
        rows += page["rows"]
    assert [row["amount"] for row in rows] == ["1.00"] * 5
    assert [row["balance"] for row in rows] == [f"{n}.00" for n in range(1, 6)]


def test_a_cursor_is_of_one_list_with_its_filters(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    page = client.read("/v1/audit-trail", limit=2)
    cursor = page["next_cursor"]
    assert client.get("/v1/audit-trail", limit=2, cursor=cursor).status_code == 200
    problem(client.get("/v1/audit-trail", cursor=cursor, kind="contact"), 422, "bad_request")
    problem(client.get("/v1/audit-trail", cursor=cursor, known_at=page["known_at"] - 1), 422, "bad_request")
    for wrong in ("x", "", "e30", cursor[:-2], base64.urlsafe_b64encode(b"[1,2,3]").decode()):
        problem(client.get("/v1/audit-trail", cursor=wrong), 422, "bad_request")


def test_lists_of_things_go_page_by_page_through_all_of_them(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    added = [client.done("/v1/contacts", {"name": f"Lou Long {n}"}) for n in range(5)]
    found: list[str] = []
    page = client.read("/v1/contacts", limit=2, min_position=added[-1]["position"])
    found += [item["contact_id"] for item in page["items"]]
    client.done("/v1/contacts", {"name": "Too late"})
    while page["next_cursor"]:
        page = client.read("/v1/contacts", limit=2, cursor=page["next_cursor"])
        found += [item["contact_id"] for item in page["items"]]
    assert len(found) == len(set(found))
    assert {one["contact_id"] for one in added} <= set(found)


def test_a_report_comes_as_csv_too(books: Books) -> None:
    client, ledger = books.firm[Role.BOOKKEEPER], fresh_ledger(books)
    position = books.receive("12.34", ledger_id=ledger, description="=1+1").json()["position"]
    wanted = {"min_position": position}
    by_format = client.get(f"/v1/ledgers/{ledger}", format="csv", **wanted)
    by_header = client.http.get(f"/v1/ledgers/{ledger}", params=wanted, headers={"Accept": "text/csv"})
    assert by_format.text == by_header.text
    assert by_format.headers["content-type"].startswith("text/csv")
    entries, totals, _ = by_format.text.split("\r\n\r\n")
    (row,) = list(csv.DictReader(io.StringIO(entries)))
    assert row["description"] == "'=1+1"
    assert "12.34" in row.values()
    figures = {one["figure"]: one["amount"] for one in csv.DictReader(io.StringIO(totals.removeprefix("Totals\r\n")))}
    assert figures == client.get(f"/v1/ledgers/{ledger}", **wanted).json()["totals"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_can_be_read_by_its_name(books: Books, name: str) -> None:
    asked = {
        "trust_account_id": books.account_id,
        "ledger_id": books.ledger_id,
        "matter_id": books.matter_id,
        "contact_id": books.contact_id,
        "names": "Archer",
        "account": "1000",
        "timekeeper_id": str(books.firm.owner_id),
    }
    known = parameters_of(REPORTS[name])
    query = {key: value for key, value in asked.items() if key in known and known[key][1]}
    if name == "open-balance":
        query["ledger_id"] = books.ledger_id
    client = books.firm[Role.AUDITOR]
    if name == "reconciliation":
        found = problem(client.get(f"/v1/reports/{name}", **query), 404, "not_found")
        assert "no bank statement yet" in found["detail"]
        return
    document = client.read(f"/v1/reports/{name}", **query)
    assert document["title"]
    assert isinstance(document["known_at"], int)
    assert "_minor" not in json.dumps(document)
    assert client.get(f"/v1/reports/{name}", format="csv", **query).status_code == 200
    problem(client.get(f"/v1/reports/{name}", **query, colour="blue"), 422, "bad_request")
    problem(books.firm[Role.ADMIN].get(f"/v1/reports/{name}", **query), 403, "not_allowed")
    if name != "utbms-codes":
        problem(books.firm[Role.TIMEKEEPER].get(f"/v1/reports/{name}", **query), 403, "not_allowed")


def test_whoever_enters_time_reads_the_codes_it_may_carry(books: Books) -> None:
    found = books.firm[Role.TIMEKEEPER].read("/v1/utbms-codes", code_set="activity")
    assert [row["code"] for row in found["rows"]] == [f"A{number}" for number in range(101, 112)]
    assert found["rows"][0] == {
        "code": "A101", "title": "Plan and prepare for", "code_set": "activity", "kind": "activity", "phase": None,
    }  # fmt: skip
    assert found["notes"] == ["activity: American Bar Association, UTBMS activities A101 to A111"]
    whole = books.firm[Role.TIMEKEEPER].read("/v1/utbms-codes")["rows"]
    assert {row["kind"] for row in whole} == {"task", "activity", "expense", "timekeeper"}
    assert next(row for row in whole if row["code"] == "P220")["phase"] == "P200"
    assert next(row for row in whole if row["code"] == "L653")["phase"] == "L650"
    found = books.firm[Role.TIMEKEEPER].read("/v1/utbms-codes", code_set="timekeeper")
    assert {"code": "PARTNR", "title": "Partner", "code_set": "timekeeper", "kind": "timekeeper", "phase": None} in found[
        "rows"
    ]
    problem(books.firm[Role.TIMEKEEPER].get("/v1/utbms-codes", code_set="patents"), 422, "bad_request")


def test_a_thing_that_is_not_there_is_not_found(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    nobody = "019a3d6e-5f00-7000-8000-000000000009"
    for path in (
        "ledgers",
        "contacts",
        "matters",
        "trust-accounts",
        "disbursements",
        "reconciliations",
        "billing-references",
    ):
        problem(client.get(f"/v1/{path}/{nobody}"), 404, "not_found")
        problem(client.get(f"/v1/{path}/no-id"), 404, "not_found")
    problem(client.get(f"/v1/trust-accounts/{nobody}/trial-balance"), 404, "not_found")


def test_an_event_is_told_with_its_exact_bytes_and_leaf(books: Books) -> None:
    document = books.firm[Role.AUDITOR].read("/v1/events/1")
    state = base64.b64decode(document["state_base64"])
    assert hashlib.sha256(b"\x00" + state).hexdigest() == document["leaf_hash"]
    assert document["event"] == json.loads(state)
    assert books.firm.application.log("ashby").raw(1) == (state, bytes.fromhex(document["leaf_hash"]))
    for nothing in ("0", "1000000000", "x", "-1"):
        problem(books.firm[Role.AUDITOR].get(f"/v1/events/{nothing}"), 404, "not_found")


def test_events_are_read_by_position_and_filtered(books: Books) -> None:
    client = books.firm[Role.AUDITOR]
    everything = client.read("/v1/events", limit=1000)
    assert [item["position"] for item in everything["items"]] == list(range(1, everything["size"] + 1))
    receipts = client.read("/v1/events", topic="trust-ledger/funds-received")["items"]
    assert {item["topic"] for item in receipts} <= {"trust-ledger/funds-received"}
    of_account = client.read("/v1/events", trust_account_id=books.account_id, limit=1000)["items"]
    assert {item["trust_account_id"] for item in of_account} == {books.account_id}
    assert len(of_account) < everything["size"]
    assert "token_sha256" not in json.dumps(everything)


@pytest.mark.parametrize("number", ["9" * 5000, "1_000", "-1", "1.0", "\u0663", " 1", ""])
def test_a_number_that_is_none_is_told_as_such_wherever_it_stands(books: Books, number: str) -> None:
    client = books.firm[Role.AUDITOR]
    for path, name in (
        ("/v1/events", "after"),
        ("/v1/events", "limit"),
        ("/v1/contacts", "min_position"),
        ("/v1/contacts", "limit"),
        ("/v1/reports/ledgers", "known_at"),
        ("/v1/reports/audit-trail", "limit"),
        ("/v1/events/stream", "after"),
    ):
        answer = client.get(path, **{name: number})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request"), (path, name, answer.text)
    assert client.http.get(f"/v1/events/{'9' * 5000}").status_code == 404
    cheque = f"/v1/trust-accounts/{books.account_id}/cheques/{'9' * 5000}/printing"
    assert books.firm[Role.BOOKKEEPER].post(cheque).status_code == 404


@pytest.mark.parametrize(
    "day", ["20260930", "2026-W40-3", "2026-09-31", "30.09.2026", "\u0662026-09-30", "0001-01-01", "9999-12-31"]
)
def test_a_day_is_written_in_one_way(books: Books, day: str) -> None:
    for report in ("ledgers", "duties", "work-in-progress"):
        answer = books.firm[Role.AUDITOR].get(f"/v1/reports/{report}", as_of=day)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request"), answer.text


def test_a_stream_that_saw_more_than_the_log_holds_is_told_so(books: Books) -> None:
    size = books.firm.application.log("ashby").size()
    http = books.firm[Role.AUDITOR].http
    answer = http.get("/v1/events/stream", headers={"Last-Event-ID": str(size + 1000)})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert "another log" in answer.json()["detail"]


def stream_of(client_token: str, base: str, after: int, count: int, **query: Any) -> list[tuple[int, str]]:
    """The ids and topics of so many events of the live stream."""
    headers = {"Authorization": f"Bearer {client_token}", "Last-Event-ID": str(after)}
    found: list[tuple[int, str]] = []
    number, topic = 0, ""
    with httpx2.stream("GET", f"{base}/v1/events/stream", headers=headers, params=query, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = int(value)
            elif name == "event":
                topic = value
            elif name == "data":
                assert json.loads(value)["position"] == number
                found.append((number, topic))
                if len(found) == count:
                    break
    return found


def test_the_live_stream_goes_on_exactly_after_the_last_event_received(books: Books, firms: tuple[Firm, Firm]) -> None:
    size = books.firm.application.log("ashby").size()
    listened: list[tuple[int, str]] = []
    listener = threading.Thread(
        target=lambda: listened.extend(stream_of(books.firm[Role.AUDITOR].token, books.firm.base, size - 3, 6))
    )
    listener.start()
    for n in range(3):
        firms[1][Role.BOOKKEEPER].done("/v1/contacts", {"name": f"Of the other firm {n}"})
        books.firm[Role.BOOKKEEPER].done("/v1/contacts", {"name": f"Mia May {n}"})
    listener.join(20)
    assert [number for number, _ in listened] == list(range(size - 2, size + 4))
    assert [topic for _, topic in listened[3:]] == ["contact/added"] * 3


def test_the_head_is_signed_and_an_event_is_proven_in_it(books: Books, firms: tuple[Firm, Firm]) -> None:
    client = books.firm[Role.AUDITOR]
    head = client.read("/v1/log/checkpoint")
    assert head["size"] == books.firm.application.log("ashby").size()
    proof = client.get("/v1/events/2/proof")
    assert proof.status_code == 200, proof.text
    state = base64.b64decode(client.read("/v1/events/2")["state_base64"])
    origin, _, key = head["note"].partition("\n")
    assert (origin, bool(key)) == (head["origin"], True)
    verifier = Verifier.parse(signer_of(books.firm.application, Places(firms[0].places), "ashby").verifier.vkey)
    position, checkpoint = check_proof(proof.text, state, [verifier])
    assert (position, checkpoint.size, checkpoint.root.hex()) == (2, head["size"], head["root"])


def test_a_token_tells_who_it_stands_for(books: Books) -> None:
    shown = books.firm[Role.AUDITOR].read("/v1/session")
    assert (shown["firm"], shown["roles"]) == ("ashby", ["auditor"])
    assert {"read_audit_trail", "read_books", "verify"} <= set(shown["permissions"])
    assert "post_receipt" not in shown["permissions"]


def test_a_timekeeper_reads_their_own_matters_and_no_others(books: Books) -> None:
    timekeeper, partner = books.firm[Role.TIMEKEEPER], books.firm[Role.PARTNER]
    user_id = timekeeper.read("/v1/session")["user_id"]
    matter = {"client_id": books.contact_id, "description": "Their own", "responsible_attorney_id": user_id}
    own = partner.done("/v1/matters", matter)["matter_id"]
    path = f"/v1/trust-accounts/{books.account_id}/ledgers"
    ledger = books.firm[Role.BOOKKEEPER].done(path, {"matter_id": own})
    assert timekeeper.read(f"/v1/matters/{own}", min_position=ledger["position"])["facts"]["description"] == "Their own"
    assert timekeeper.read(f"/v1/ledgers/{ledger['ledger_id']}")["totals"]["closing"] == "0.00"
    for other in (f"matters/{books.matter_id}", f"ledgers/{books.ledger_id}", "ledgers", "reports/ledgers", "matters"):
        problem(timekeeper.get(f"/v1/{other}"), 403, "not_allowed")
    problem(books.firm[Role.ADMIN].get(f"/v1/matters/{own}"), 403, "not_allowed")


def test_who_may_read_the_log_and_the_people(books: Books) -> None:
    for role in (Role.ADMIN, Role.TIMEKEEPER):
        for path in ("/v1/events", "/v1/events/1", "/v1/events/stream", "/v1/log/checkpoint", "/v1/audit-trail"):
            problem(books.firm[role].get(path), 403, "not_allowed")
    assert books.firm[Role.ADMIN].read("/v1/users")["items"]
    problem(books.firm[Role.AUDITOR].get("/v1/users"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/reports/exceptions?status=shut", "open, cured"),
        ("/v1/reports/exceptions?cause=nonsense", "reserve_short, bank_error"),
        ("/v1/audit-trail?kind=nonsense", "matter"),
        ("/v1/trust-accounts/{account}/cheques?status=lost", "stale, missing"),
        ("/v1/reports/write-downs?kind=nonsense", "write_down"),
        ("/v1/events?topic=nonsense", "matter"),
        *(
            (f"{route.path}?status=nonsense", ", ".join(STATUSES[route.kind]))
            for route in CARD_ROUTES
            if "status" in route.filters
        ),
    ],
)
def test_a_word_that_no_filter_has_is_refused_with_those_it_has(books: Books, path: str, words: str) -> None:
    name, _, query = path.format(account=books.account_id).partition("?")
    answer = books.firm[Role.PARTNER].get(name, **dict([query.split("=")]))
    assert words in problem(answer, 422, "bad_request")["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [(route.path, name) for route in CARD_ROUTES for name in route.filters if name.endswith("_id")],
)
def test_every_list_takes_the_filters_that_it_offers(books: Books, path: str, name: str) -> None:
    answer = books.firm[Role.PARTNER].get(path, **{name: str(uuid4())})
    if answer.status_code == 404:  # what never was: no empty list says that it has nothing
        assert "there is no" in answer.json()["detail"]
    else:
        assert (answer.status_code, answer.json()["items"]) == (200, []), (path, name, answer.text)


@pytest.mark.parametrize(
    ("name", "given", "said"), [("least", "5e2", "least cannot be"), ("least_minor", "5", "no least_minor")]
)
def test_a_parameter_that_is_money_is_decimal_text(books: Books, name: str, given: str, said: str) -> None:
    client = books.firm[Role.BOOKKEEPER]
    assert client.get("/v1/ready-to-bill", least="500.00").status_code == 200
    assert said in problem(client.get("/v1/ready-to-bill", **{name: given}), 422, "bad_request")["detail"]
