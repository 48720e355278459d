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
