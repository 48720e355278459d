"""Costs over HTTP: entered with their receipts, billed in their classes, and folded into work in progress."""

import base64
import hashlib
from typing import Any

from aggregates.permissions import Role
from tests.api.http_firm import Books

RECEIPT = b"%PDF-1.7\n of the clerk of court"


def edit(books: Books, role: Role, path: str, body: dict[str, Any]) -> dict[str, Any]:
    client = books.firm[role]
    at = books.firm.application.log(books.firm.slug).size()
    shown = books.firm[Role.PARTNER].get("/".join(path.split("/")[:4]), min_position=at)
    answer = client.post(path, body, If_Match=shown.headers["etag"])
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_filing_fee_and_copies_go_from_the_receipt_to_the_bill(books: Books) -> None:
    firm = books.firm
    client_id, matter_id, _ = books.client("Costa Coe", firm[Role.BOOKKEEPER])
    of = {"matter_id": matter_id, "incurred_on": "2026-09-15"}
    fee = of | {
        "nature": "hard", "expense_code": "E112", "description": "Filing fee", "unit_cost": "405.00",
        "payee": "Clerk of Court", "paid_from": "operating",
    }  # fmt: skip
    told = firm[Role.TIMEKEEPER].done("/v1/costs", fee)
    assert (told["cost"], told["markup"], told["value"]) == ("405.00", "0.00", "405.00")
    miles = {"nature": "soft", "expense_code": "E109", "description": "To court", "quantity": "12.5", "unit_cost": "0.725"}
    soft = firm[Role.BOOKKEEPER].done("/v1/costs", of | miles)["cost_id"]
    hard = told["cost_id"]

    body = {"filename": "fee.pdf", "media": "application/pdf", "content": base64.b64encode(RECEIPT).decode()}
    sha256 = firm[Role.TIMEKEEPER].done(f"/v1/costs/{hard}/receipts", body)["sha256"]
    assert sha256 == hashlib.sha256(RECEIPT).hexdigest()
    assert firm[Role.BOOKKEEPER].get(f"/v1/documents/{sha256}").content == RECEIPT

    edit(books, Role.BOOKKEEPER, f"/v1/costs/{hard}/amendments", {"unit_cost": "400.00", "why": "As the receipt says"})
    at = firm.application.log(firm.slug).size()
    card = firm[Role.BOOKKEEPER].read(f"/v1/costs/{hard}", min_position=at)
    assert (card["value"], card["quantity"], card["unit_cost"], card["status"]) == ("400.00", "1", "400", "recorded")
    (ready,) = firm[Role.BOOKKEEPER].read("/v1/ready-to-bill", min_position=at, client_id=client_id)["rows"]
    assert ready["value"] == "409.06"

    draft = {"matter_id": matter_id, "entry_ids": [hard, soft], "through": "2026-09-30"}
    bill_id = firm[Role.BOOKKEEPER].done("/v1/bills", draft)["bill_id"]
    edit(books, Role.PARTNER, f"/v1/bills/{bill_id}/approval", {})
    edit(books, Role.BOOKKEEPER, f"/v1/bills/{bill_id}/finalization", {"issued_on": "2026-09-30", "due_on": "2026-10-30"})
    at = firm.application.log(firm.slug).size()
    asked = {"min_position": at, "matter_id": matter_id}
    costs = firm[Role.BOOKKEEPER].read("/v1/reports/costs", **asked)
    assert [(row["status"], row["billed"], row["receipts"]) for row in costs["rows"]] == [
        ("billed", "400.00", 1), ("billed", "9.06", 0),
    ]  # fmt: skip
    earlier = firm[Role.BOOKKEEPER].read("/v1/reports/costs", **asked, as_of="2026-09-29")
    assert {row["status"] for row in earlier["rows"]} == {"unbilled"}
    wip = firm[Role.BOOKKEEPER].read("/v1/work-in-progress", **asked, as_of="2026-09-29")
    assert wip["totals"]["in_progress"] == "409.06"
    assert firm[Role.BOOKKEEPER].read("/v1/work-in-progress", **asked)["rows"] == []


def test_a_markup_nobody_agreed_to_is_refused_with_its_code(books: Books) -> None:
    firm = books.firm
    _, matter_id, _ = books.client("Mara Meek", firm[Role.BOOKKEEPER])
    size = firm.application.log(firm.slug).size()
    body = {
        "matter_id": matter_id, "incurred_on": "2026-09-15", "nature": "soft", "expense_code": "E101",
        "description": "Copies", "quantity": "10", "unit_cost": "0.25", "markup_percent": "10",
    }  # fmt: skip
    answer = firm[Role.BOOKKEEPER].post("/v1/costs", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "billing.markup-not-agreed")
    assert firm.application.log(firm.slug).size() == size
