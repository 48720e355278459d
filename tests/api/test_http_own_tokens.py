"""T15 over HTTP: what two people must do between them is not done with a token that somebody else issued."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books, Client

SAME = "trust.t15.same_person"


@contextmanager
def issued(books: Books, user_id: str, **how: Any) -> Iterator[Client]:
    """Somebody with the token that the owner issued to them."""
    body = {"label": "web app", **how}
    token = books.firm.owner.done(f"/v1/users/{user_id}/tokens", body)["token"]
    client = Client(books.firm.base, token)
    try:
        yield client
    finally:
        client.http.close()


def added(books: Books, *roles: str) -> str:
    body = {"name": "Mo Reyes", "email": f"{uuid4().hex}@example.com", "roles": roles}
    user_id: str = books.firm.owner.done("/v1/users", body)["user_id"]
    return user_id


def asked_for(books: Books, by: Client) -> Any:
    """A payment out of a ledger that holds enough."""
    books.receive("100.00")
    body = {
        "ledger_id": books.ledger_id,
        "amount": "5.00",
        "effective_date": "2026-09-03",
        "payee": "Clerk of Court",
        "method": "cheque",
        "purpose": "Filing fee",
    }
    return by.post("/v1/disbursements", body)


def taken_up(client: Client, **how: Any) -> Client:
    return Client(client.base, client.done("/v1/own-tokens", how)["token"])


def test_who_issued_a_token_in_a_partner_s_name_is_no_second_approver(books: Books) -> None:
    owner = books.firm.owner
    disbursement_id = asked_for(books, owner).json()["disbursement_id"]
    path = f"/v1/disbursements/{disbursement_id}/approval"
    partner_id = added(books, "partner")

    with issued(books, partner_id) as kept_by_the_owner:
        refused = kept_by_the_owner.post(path).json()
        assert (refused["code"], refused["rule"]) == (SAME, "T15")
        assert "/v1/own-tokens" in refused["detail"]
        partner = taken_up(kept_by_the_owner)
        assert kept_by_the_owner.post(path).status_code == 401
    approved = partner.done(path)
    trail = owner.read("/v1/audit-trail", user_id=partner_id, min_position=approved["position"])["rows"]
    partner.http.close()

    assert [row["topic"] for row in trail] == [
        "disbursement/approved", "user/access-token-issued", "user/access-token-revoked",
    ]  # fmt: skip
    assert trail[1]["after"]["issued_by"] == partner_id


def test_nor_does_anybody_ask_in_another_s_name_and_approve_in_their_own(books: Books) -> None:
    with issued(books, added(books, "bookkeeper")) as client:
        refused = asked_for(books, client)
        assert (refused.status_code, refused.json()["code"]) == (422, SAME)
        bookkeeper = taken_up(client)
    assert asked_for(books, bookkeeper).status_code == 201
    bookkeeper.http.close()


def test_everything_else_is_done_with_a_token_that_the_owner_issued(books: Books) -> None:
    with issued(books, added(books, "bookkeeper", "partner")) as client:
        assert client.done("/v1/contacts", {"name": "Pat Poe"})["contact_id"]
        assert client.read("/v1/ledgers")["rows"]


@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        ("partner", "/v1/reconciliations/{id}/review", {}),
        ("partner", "/v1/reconciliations/{id}/reopening", {"why": "again"}),
        ("bookkeeper", "/v1/disbursements/{id}/release", {"effective_date": "2026-09-03", "cheque_number": 1}),
        ("partner", "/v1/users", {"name": "Zed", "email": "zed@example.com", "roles": ["partner"]}),
        ("partner", "/v1/users/{id}/tokens", {"label": "for themself"}),
    ],
)
def test_no_other_step_of_two_people_is_done_with_it(books: Books, role: str, path: str, body: dict[str, Any]) -> None:
    user_id = added(books, role)
    with issued(books, user_id) as client:
        answer = client.post(path.replace("{id}", user_id), body)
        assert (answer.status_code, answer.json()["code"]) == (422, SAME), answer.text


def test_whoever_takes_up_a_token_in_a_person_s_name_locks_that_person_out(books: Books) -> None:
    partner_id = added(books, "partner")
    with issued(books, partner_id) as first:
        partner = taken_up(first)
    with issued(books, partner_id) as second:
        assert partner.get("/v1/ledgers").status_code == 200
        thief = taken_up(second)
    assert partner.get("/v1/ledgers").status_code == 401
    for client in (partner, thief):
        client.http.close()


def test_a_program_gets_its_token_from_the_person_it_acts_for(books: Books) -> None:
    user_id = added(books, "bookkeeper")
    with issued(books, user_id, holder="program", label="import") as program:
        assert program.post("/v1/own-tokens", {}).json()["code"] == "bad_request"
        assert asked_for(books, program).json()["code"] == SAME
    with issued(books, user_id) as client:
        person = taken_up(client)
    program = taken_up(person, holder="program", label="import")
    assert asked_for(books, program).status_code == 201
    assert person.get("/v1/ledgers").status_code == 200
    for each in (person, program):
        each.http.close()


def test_a_token_of_one_s_own_is_told_once_and_made_once(books: Books) -> None:
    with issued(books, added(books, "auditor")) as client:
        person = taken_up(client)
    first = person.post("/v1/own-tokens", {"label": "laptop"}, key="laptop")
    again = person.post("/v1/own-tokens", {"label": "laptop"}, key="laptop")
    person.http.close()

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == {name: value for name, value in first.json().items() if name != "token"}


def test_the_owner_s_first_token_is_the_owner_s_own(books: Books) -> None:
    assert asked_for(books, books.firm.owner).status_code == 201
    assert books.firm[Role.PARTNER].done("/v1/own-tokens", {"role": "partner"})["token"]
