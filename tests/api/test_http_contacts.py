"""Contacts over HTTP: addresses in their parts, shown as they were before and after, and found again."""

from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books

HOME = {
    "kind": "home",
    "lines": ["12 Fayetteville Street", "Apartment 4"],
    "city": "Raleigh",
    "region": "NC",
    "postal_code": "27601",
    "country": "US",
}
WORK: dict[str, Any] = {"kind": "work", "lines": [], "city": "Köln", "region": None, "postal_code": "50667", "country": "DE"}


def test_addresses_are_kept_in_their_parts_and_every_change_shows_both_sides(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    added = client.post("/v1/contacts", {"name": "Gil Gray", "addresses": [HOME], "emails": ["gil@example.com"]})
    assert added.status_code == 201, added.text
    path = f"/v1/contacts/{added.json()['contact_id']}"
    moved = client.post(f"{path}/addresses", {"addresses": [HOME, WORK]}, If_Match=added.headers["etag"])
    assert moved.status_code == 200, moved.text
    same = client.post(f"{path}/addresses", {"addresses": [HOME, WORK]}, If_Match=moved.headers["etag"])
    assert (same.status_code, same.json()["code"]) == (422, "bad_request")

    card = client.read(path, min_position=moved.json()["position"])
    assert card["facts"]["addresses"] == [HOME, WORK]
    rows = [row["value"] for row in card["rows"] if row["field"] == "addresses"]
    assert rows == ["12 Fayetteville Street, Apartment 4, Raleigh, NC 27601, US (home)", "Köln, 50667, DE (work)"]
    before = client.read(path, known_at=added.json()["position"])
    assert before["facts"]["addresses"] == [HOME]
    (entry,) = client.read("/v1/audit-trail", text="Köln")["rows"]
    assert (entry["before"], entry["after"]) == ({"addresses": [HOME]}, {"addresses": [HOME, WORK]})
    (found,) = client.read("/v1/audit-trail", text='"gil@example.com"')["rows"]
    assert found["position"] == added.json()["position"]


@pytest.mark.parametrize(
    "wrong",
    [
        "12 Fayetteville Street, Raleigh",
        {"country": "US"},
        {"country": "US", "lines": [" "]},
        {"country": "UK", "city": "Leeds"},
        {"country": "us", "city": "Raleigh"},
        {"city": "Raleigh"},
        {"country": "US", "city": "Raleigh", "kind": "castle"},
        {"country": "US", "lines": ["12 Main St\nRaleigh"]},
        {"country": "US", "lines": ["a"] * 7},
        {"country": "US", "city": "Raleigh", "zip": "27601"},
    ],
)
def test_what_is_no_address_is_refused(books: Books, wrong: Any) -> None:
    answer = books.firm[Role.BOOKKEEPER].post("/v1/contacts", {"name": "Hal Hart", "addresses": [wrong]})
    assert answer.status_code in {400, 422}
    assert "addresses" in answer.text


def test_a_form_that_changed_is_not_called_a_role(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    added = client.post("/v1/contacts", {"name": "Ivy Iron Works", "form": "person"})
    path = f"/v1/contacts/{added.json()['contact_id']}"
    changed = client.post(f"{path}/roles", {"form": "organisation"}, If_Match=added.headers["etag"])
    trail = client.read("/v1/audit-trail", kind="contact/form-changed", min_position=changed.json()["position"])
    assert (trail["rows"][0]["before"], trail["rows"][0]["after"]) == ({"form": "person"}, {"form": "organisation"})


def test_what_was_entered_under_a_duplicate_is_the_survivor_s(books: Books) -> None:
    client, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    survivor = client.post("/v1/contacts", {"name": "Jo June"})
    kept = survivor.json()["contact_id"]
    twin, matter_id, ledger_id = books.client("Joanna June", client)
    receipt = {"amount": "75.00", "effective_date": "2026-09-01", "instrument": "wire", "payer": "J", "description": "d"}
    received = client.done(f"/v1/ledgers/{ledger_id}/receipts", receipt)
    trail = client.read("/v1/audit-trail", contact_id=kept, min_position=received["position"])
    assert [row["topic"] for row in trail["rows"]] == ["contact/added"]
    etag = survivor.headers["etag"]
    merged = client.post(f"/v1/contacts/{kept}/merges", {"duplicate_id": twin}, If_Match=etag)
    assert merged.status_code == 200, merged.text
    at = merged.json()["position"]

    card = client.read(f"/v1/contacts/{kept}", min_position=at)
    parts = {part["title"]: part["rows"] for part in card["parts"]}
    assert [row["matter_id"] for row in parts["Roles"]] == [matter_id]
    assert [row["balance"] for row in parts["Ledgers with balances"]] == ["75.00"]
    assert [row["name"] for row in parts["Duplicates"]] == ["Joanna June"]
    assert card["totals"]["balance"] == "75.00"
    for either in (kept, twin):
        assert [one["matter_id"] for one in client.read("/v1/matters", client_id=either)["items"]] == [matter_id]
        assert client.read("/v1/ledgers", client_id=either)["totals"]["balance"] == "75.00"
    assert client.read("/v1/ledgers", client_id=kept, known_at=received["position"])["rows"] == []
    topics = [row["topic"] for row in client.read("/v1/audit-trail", contact_id=kept)["rows"]]
    assert {"trust-ledger/funds-received", "matter/opened", "contact/merged-into"} <= set(topics)
    party = {"contact_id": kept, "role": "witness"}
    added = partner.post(
        f"/v1/matters/{books.matter_id}/parties",
        party,
        If_Match=partner.get(f"/v1/matters/{books.matter_id}").headers["etag"],
    )
    trail = client.read("/v1/audit-trail", contact_id=twin, min_position=added.json()["position"])
    assert trail["rows"][0]["topic"] == "matter/party-added"


def test_a_client_whom_nobody_knows_has_no_empty_report(books: Books) -> None:
    answer = books.firm[Role.BOOKKEEPER].get("/v1/ledgers", client_id="019a3d6e-5f00-7000-8000-000000000001")
    assert answer.status_code == 404


def test_every_step_of_a_thing_shows_what_it_changed(books: Books) -> None:
    client, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    contact_id = client.done("/v1/contacts", {"name": "Kit Kay"})["contact_id"]
    matter = {"client_id": contact_id, "description": "A will", "status": "pending"}
    opened = partner.post("/v1/matters", matter)
    path, etag = f"/v1/matters/{opened.json()['matter_id']}", opened.headers["etag"]
    accepted = partner.post(f"{path}/acceptance", If_Match=etag)
    added = partner.post(
        f"{path}/parties", {"contact_id": books.contact_id, "role": "witness"}, If_Match=accepted.headers["etag"]
    )
    closed = partner.post(f"{path}/closing", {"why": "done"}, If_Match=added.headers["etag"])
    issued = partner.done(f"/v1/users/{books.firm.owner_id}/tokens", {"holder": "person", "label": "t"})
    position = max(closed.json()["position"], issued["position"])
    rows = client.read("/v1/audit-trail", contact_id=contact_id, min_position=position)["rows"]
    told = {row["topic"]: (row["before"], row["after"]) for row in rows}

    assert told["matter/accepted"][0] == {"status": "pending", "accepted_on": None}
    assert told["matter/accepted"][1]["status"] == "open"
    assert told["matter/closed"][0]["status"] == "open"
    assert told["matter/closed"][1]["status"] == "closed"
    before, after = told["matter/opened"]
    assert (before, after["description"], after["status"]) == (None, "A will", "pending")
    assert list(told["matter/party-added"][1]) == [f"party/{books.contact_id}/witness"]
    (token,) = client.read("/v1/audit-trail", kind="user/access-token-issued", limit=1)["rows"]
    assert token["position"] == issued["position"]
    assert token["after"]["label"] == "t"
    assert "token_sha256" not in token["after"]


def test_an_entry_says_in_the_audit_trail_what_it_was_and_why_it_was_reversed(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    _, _, ledger_id = books.client("Lea Lane", client)
    receipt = {
        "amount": "31.00",
        "effective_date": "2026-09-01",
        "instrument": "wire",
        "payer": "Uncle Bob",
        "description": "d",
    }
    entry_id = client.done(f"/v1/ledgers/{ledger_id}/receipts", receipt)["entry_id"]
    undone = {"effective_date": "2026-09-02", "why": "Keyed on the wrong ledger"}
    position = client.done(f"/v1/ledgers/{ledger_id}/receipts/{entry_id}/reversal", undone)["position"]
    back, received, *_ = client.read("/v1/audit-trail", ledger_id=ledger_id, min_position=position)["rows"]
    assert (received["after"]["payer"], received["after"]["amount"]) == ("Uncle Bob", "31.00")
    assert (back["reason"], back["reverses_entry_id"]) == ("Keyed on the wrong ledger", entry_id)
    assert received["reversed_by_entry_id"] == back["after"]["entry_id"]


def test_a_kind_or_a_person_that_never_was_has_no_empty_trail(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    assert client.get("/v1/audit-trail", kind="nonsense").status_code == 422
    assert client.get("/v1/audit-trail", user_id="019a3d6e-5f00-7000-8000-000000000001").status_code == 404
    assert client.get("/v1/audit-trail", kind="contact/added", user_id=str(books.firm.owner_id)).status_code == 200
