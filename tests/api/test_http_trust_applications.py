"""Trust applied to many bills over HTTP and at the prompt: proposed, asked for with an outcome each, never twice."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_command_line import Terminal, terminal
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued
from tests.commands.trust_practice import practising

DAY = "2026-09-20"
HOW = {"effective_date": DAY, "method": "ach", "recipient_account": "021000021 / 4711"}


def billed(books: Books, trust: str, *amounts: str) -> tuple[str, list[str]]:
    """A client with so much in trust and invoices of these amounts: the client, and the billing references."""
    keeps = books.firm[Role.BOOKKEEPER]
    client_id, matter_id, ledger_id = books.client(f"Client {uuid4()}", keeps)
    assert books.receive(trust, ledger_id=ledger_id).status_code == 200
    found = []
    for amount in amounts:
        body = {"client_id": client_id, "matter_id": matter_id, "amount": amount, "issued_on": "2026-09-10"}
        made = keeps.done("/v1/billing-references", {**body, "number": f"X-{uuid4()}"})
        found.append(made["billing_reference_id"])
    return client_id, found


def size(books: Books) -> int:
    return books.firm.application.log(books.firm.slug).size()


def test_bills_are_proposed_and_asked_for_each_with_its_outcome(books: Books) -> None:
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    client_id, (first, second, third) = billed(books, "500.00", "200.00", "200.00", "200.00")

    def proposed() -> list[tuple[str, str]]:
        rows = keeps.read("/v1/trust-applications", client_id=client_id, as_of=DAY, min_position=size(books))["rows"]
        return [(row["billing_reference_id"], row["amount"]) for row in rows]

    before = proposed()
    assert [one for _, one in before] == ["200.00", "200.00", "100.00"]
    asked = [{"billing_reference_id": key, "amount": amount} for key, amount in before]
    bad = {"billing_reference_id": str(uuid4())}
    body: dict[str, Any] = {"idempotency_key": str(uuid4()), **HOW, "applications": [asked[0], bad, asked[1], asked[2]]}
    told = keeps.done("/v1/trust-applications", body)
    assert [one["status"] for one in told["results"]] == [201, 404, 201, 201]
    assert (told["refused"], proposed()) == (1, [])
    again = keeps.done("/v1/trust-applications", body)
    assert [one["replayed"] for one in again["results"] if "result" in one] == [True, True, True]

    paths = [f"/v1/disbursements/{one['result']['disbursement_id']}" for one in told["results"] if "result" in one]
    for path in paths:
        partner.done(f"{path}/approval")
        keeps.done(f"{path}/release", {"effective_date": DAY})
    known = size(books)
    left = [keeps.read(f"/v1/billing-references/{key}", min_position=known)["open"] for key in (first, second, third)]
    assert sorted(left) == ["0.00", "0.00", "100.00"]
    passage = keeps.read("/v1/reports/transfers-in-passage", min_position=known)["rows"]
    assert {path.rpartition("/")[2] for path in paths} <= {row["disbursement_id"] for row in passage}


@pytest.fixture
def prompt(migrated_database_url: str, tmp_path: Path) -> Terminal:
    """A prompt on a firm with a bill of 1,000.00, 2026-00001, and 600.00 in trust for it."""
    with practising(migrated_database_url) as practice:
        firm = BillingPractice(practice)
        practice.receive("A", 600_00)
        issued(firm, 4)
    return terminal(migrated_database_url, tmp_path)


def test_at_the_prompt_it_is_shown_first_and_asked_for_when_told_to(prompt: Terminal) -> None:
    how = ("--day", "2026-09-20", "--recipient-account", "021000021 / 4711")
    shown = prompt.run("apply-trust", *how)
    assert (shown.returncode, shown.stdout) == (0, "2026-00001  Adeline Archer, 2026-0001  600.00  can be applied\n")
    unknown = prompt.run("apply-trust", "2026-00009", *how)
    assert (unknown.returncode, "2026-00009" in unknown.stderr) == (3, True)
    nobody = prompt.run("apply-trust", "--ask", *how)
    assert (nobody.returncode, "who are you" in nobody.stderr) == (3, True)
    owner = prompt.json("user", "list")[0]["user_id"]
    token = prompt.json("user", "token", owner, "--recover")["token"]
    (asked,) = prompt.json("apply-trust", "--ask", *how, token=token)
    assert (asked["number"], asked["amount"], "disbursement_id" in asked) == ("2026-00001", "600.00", True)
    assert prompt.json("apply-trust", "--ask", *how, token=token) == []
