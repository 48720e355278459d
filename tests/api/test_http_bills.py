"""Bills and payments over HTTP: drafted, approved, finalized, paid from both books, and folded into receivables."""

import hashlib
import io
from typing import Any, NamedTuple

import pytest
from pypdf import PdfReader

from aggregates.permissions import Role
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import problem


class Worked(NamedTuple):
    firm: Firm
    client_id: str
    matter_id: str
    ledger_id: str
    entries: list[str]

    def edits(self, role: Role, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command to a thing as it stands now."""
        client = self.firm[role]
        thing = "/".join(path.split("/")[:4])
        at = self.firm.application.log(self.firm.slug).size()
        shown = self.firm[Role.PARTNER].get(thing, min_position=at)
        answer = client.post(path, body, If_Match=shown.headers["etag"])
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def worked(books: Books) -> Worked:
    return four_hours(books)


def four_hours(books: Books, **more: Any) -> Worked:
    """Four hours of approved time at 250.00 on a new matter."""
    firm = books.firm
    client_id, matter_id, ledger_id = books.client("Wanda Webb", firm[Role.BOOKKEEPER])
    firm[Role.PARTNER].done("/v1/billing-rates", {"matter_id": matter_id, "effective_from": "2026-01-01", "rate": "250.00"})
    body = {"matter_id": matter_id, "worked_seconds": 14400, "worked_on": "2026-09-15", "narrative": "Drafted"} | more
    entry = firm[Role.TIMEKEEPER].done("/v1/time-entries", body)["entry_id"]
    firm[Role.TIMEKEEPER].done("/v1/time-entries/submissions", {"entry_ids": [entry]})
    firm[Role.PARTNER].done("/v1/time-entries/approvals", {"entry_ids": [entry]})
    return Worked(firm, client_id, matter_id, ledger_id, [entry])


def issue(worked: Worked, **more: Any) -> dict[str, Any]:
    draft = {"matter_id": worked.matter_id, "entry_ids": worked.entries, "through": "2026-09-30"} | more
    bill_id = worked.firm[Role.BOOKKEEPER].done("/v1/bills", draft)["bill_id"]
    worked.edits(Role.PARTNER, f"/v1/bills/{bill_id}/approval", {})
    body = {"issued_on": "2026-09-30", "due_on": "2026-10-15"}
    return worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill_id}/finalization", body)


def receivable(worked: Worked, **asked: Any) -> list[tuple[str, ...]]:
    at = worked.firm.application.log(worked.firm.slug).size()
    found = worked.firm[Role.BOOKKEEPER].read(
        "/v1/accounts-receivable", min_position=at, client_id=worked.client_id, **asked
    )
    return [(row["not_due"], row["to_30_days"], row["open"]) for row in found["rows"]]


def test_a_bill_is_paid_in_part_and_ages(worked: Worked) -> None:
    bill = issue(worked)
    assert (bill["status"], bill["total"], bill["open"]) == ("finalized", "1000.00", "1000.00")
    payment = {
        "client_id": worked.client_id, "amount": "400.00", "effective_date": "2026-10-20", "method": "cheque",
        "payer": "Wanda Webb", "allocations": [{"bill_id": bill["bill_id"], "amount": "400.00"}],
    }  # fmt: skip
    paid = worked.firm[Role.BOOKKEEPER].done("/v1/payments", payment)

    assert paid["unapplied"] == "0.00"
    assert receivable(worked, as_of="2026-10-15") == [("1000.00", "0.00", "1000.00")]
    assert receivable(worked, as_of="2026-10-31") == [("0.00", "600.00", "600.00")]
    assert receivable(worked, as_of="2026-10-31", by="client") == [("0.00", "600.00", "600.00")]
    card = worked.firm[Role.BOOKKEEPER].read(f"/v1/bills/{bill['bill_id']}", min_position=paid["position"])
    assert (card["number"], card["due_on"], len(card["lines"]), card["lines"][0]["charged"]) == (
        bill["number"], "2026-10-15", 1, "1000.00",
    )  # fmt: skip


def test_a_payment_that_names_no_bill_goes_to_the_oldest_due(worked: Worked) -> None:
    bill = issue(worked)
    payment = {
        "client_id": worked.client_id, "amount": "1200.00", "effective_date": "2026-10-20", "method": "wire", "payer": "W",
    }  # fmt: skip
    keeps = worked.firm[Role.BOOKKEEPER]
    kept = keeps.done("/v1/payments", {**payment, "keep_as_credit": True})
    one = {**payment, "amount": "600.00"}
    first, again = (keeps.post("/v1/payments", one, key=f"paid-{worked.matter_id}") for _ in range(2))
    paid = keeps.done("/v1/payments", payment)

    assert (kept["unapplied"], kept["allocations"]) == ("1200.00", [])
    assert first.json()["payment_id"] == again.json()["payment_id"]
    assert (paid["unapplied"], [(part["bill_id"], part["amount"]) for part in paid["allocations"]]) == (
        "800.00", [(bill["bill_id"], "400.00")],
    )  # fmt: skip
    assert receivable(worked, as_of="2026-10-31") == []


def test_what_no_bill_took_is_told_until_it_is_refunded_or_in_trust(worked: Worked) -> None:
    keeps, day = worked.firm[Role.BOOKKEEPER], "2026-10-20"
    money = {"client_id": worked.client_id, "amount": "300.00", "effective_date": day, "method": "wire", "payer": "W"}
    paid = keeps.done("/v1/payments", money)
    path = f"/v1/payments/{paid['payment_id']}"
    etag = keeps.get(path, min_position=paid["position"]).headers["etag"]
    refused = keeps.post(f"{path}/refunds", {"amount": "300.01", "effective_date": day, "why": "x"}, If_Match=etag)
    assert problem(refused, 422, "bad_request")["unapplied"] == "300.00"
    worked.edits(Role.BOOKKEEPER, f"{path}/refunds", {"amount": "50.00", "effective_date": day, "why": "Paid twice"})
    to_trust = {"ledger_id": worked.ledger_id, "amount": "100.00", "effective_date": day}
    left = worked.edits(Role.BOOKKEEPER, f"{path}/trust", to_trust)

    asked = {"client_id": worked.client_id, "min_position": left["position"]}
    (row,) = keeps.read("/v1/client-credits", as_of="2026-10-31", **asked)["rows"]
    assert (left["unapplied"], row["unapplied"], row["amount"], row["days"]) == ("150.00", "150.00", "300.00", 11)
    moved = keeps.http.get(f"/v1/reports/{row['opens']}").json()
    assert [(one["cause"], one["amount"], one["why"]) for one in moved["rows"]] == [
        ("received", "300.00", None), ("refunded", "-50.00", "Paid twice"), ("moved_to_trust", "-100.00", None),
    ]  # fmt: skip
    assert moved["totals"]["unapplied"] == "150.00"
    (before,) = keeps.read("/v1/client-credits", known_at=paid["position"], client_id=worked.client_id)["rows"]
    assert before["unapplied"] == "300.00"
    card = keeps.read(path)
    assert [(one["cause"], one["amount"]) for one in card["gone"]] == [("refunded", "50.00"), ("moved_to_trust", "100.00")]
    worked.edits(Role.BOOKKEEPER, f"{path}/refunds", {"amount": "150.00", "effective_date": day, "why": "Asked for it"})
    at = {**asked, "min_position": worked.firm.application.log(worked.firm.slug).size()}
    assert keeps.read("/v1/client-credits", **at)["rows"] == []


def test_a_bill_stands_among_those_that_trust_may_be_drawn_against(worked: Worked) -> None:
    bill = issue(worked)
    found = worked.firm[Role.BOOKKEEPER].read(
        "/v1/billing-references", matter_id=worked.matter_id, min_position=bill["position"]
    )

    assert [(one["number"], one["amount"]) for one in found["items"]] == [(bill["number"], "1000.00")]
    which = found["items"][0]["billing_reference_id"]
    dispute = {"amount": "150.00", "why": "too long"}
    disputed = worked.firm[Role.BOOKKEEPER].done(f"/v1/billing-references/{which}/disputes", dispute)
    card = worked.firm[Role.BOOKKEEPER].read(f"/v1/billing-references/{which}", min_position=disputed["position"])
    assert (card["open"], card["drawn"], card["disputed"]) == ("850.00", "0.00", "150.00")
    assert (disputed["held"], card["held"], card["disputed_paid"]) == ("150.00", "150.00", "0.00")
    (row,) = worked.firm[Role.BOOKKEEPER].read("/v1/reports/disputed-bills", min_position=disputed["position"])["rows"]
    assert (row["number"], row["held"], row["owed_back"]) == (bill["number"], "150.00", "0.00")


def test_work_in_progress_becomes_billed_and_written_down(worked: Worked) -> None:
    keeps, draft = worked.firm[Role.BOOKKEEPER], {"matter_id": worked.matter_id, "through": "2026-09-30"}
    bill_id = keeps.done("/v1/bills", {**draft, "entry_ids": worked.entries})["bill_id"]
    line_id = keeps.read(f"/v1/bills/{bill_id}", min_position=worked.firm.application.log(worked.firm.slug).size())["lines"][
        0
    ]["line_id"]
    down = {"adjustment": "write_down", "charged": "900.00", "why": "training"}
    worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill_id}/lines/{line_id}/adjustment", down)
    worked.edits(Role.PARTNER, f"/v1/bills/{bill_id}/approval", {})
    last = worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill_id}/finalization", {"issued_on": "2026-09-30"})

    (row,) = keeps.read("/v1/reports/time-entries", min_position=last["position"], matter_id=worked.matter_id)["rows"]

    assert [row[name] for name in ("value", "in_progress", "billed", "written_down")] == [
        "1000.00", "0.00", "900.00", "100.00",
    ]  # fmt: skip
    assert keeps.read("/v1/work-in-progress", matter_id=worked.matter_id)["rows"] == []
    before = keeps.read("/v1/work-in-progress", matter_id=worked.matter_id, as_of="2026-09-29")["rows"]
    assert [row["in_progress"] for row in before] == ["1000.00"]


def test_a_bill_is_handed_out_as_a_document(worked: Worked) -> None:
    keeps = worked.firm[Role.BOOKKEEPER]
    bill = issue(worked)
    path = f"/v1/bills/{bill['bill_id']}/document"

    first = keeps.get(path)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf"), first.text
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert bill["number"] in PdfReader(io.BytesIO(first.content)).pages[0].extract_text()
    payment = {
        "client_id": worked.client_id, "amount": "400.00", "effective_date": "2026-10-20", "method": "cheque",
        "payer": "Wanda Webb", "allocations": [{"bill_id": bill["bill_id"], "amount": "400.00"}],
    }  # fmt: skip
    paid = keeps.done("/v1/payments", payment)
    again = keeps.get(path)
    assert again.content == first.content
    account = PdfReader(io.BytesIO(keeps.get(path, known_at=paid["position"]).content))
    words = " ".join(" ".join(page.extract_text() for page in account.pages).split())
    assert "2026-10-20 Payment by cheque -400.00 600.00" in words
    for tag in (first.headers["etag"], f'W/{first.headers["etag"]}, "other"', "*"):
        unchanged = keeps.http.get(path, headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", first.headers["etag"])
    for wrong in ("x", "-1", "0", "1", "99999999"):
        assert keeps.get(path, known_at=wrong).status_code == 422, wrong
    assert keeps.get(path, when="now").status_code == 422
    assert keeps.get(f"/v1/bills/{worked.matter_id}/document").status_code == 404
    assert keeps.get("/v1/bills/nothing/document").status_code == 404


def test_a_draft_is_handed_out_as_a_draft(worked: Worked) -> None:
    keeps = worked.firm[Role.BOOKKEEPER]
    draft = {"matter_id": worked.matter_id, "entry_ids": worked.entries, "through": "2026-09-30"}
    bill_id = keeps.done("/v1/bills", draft)["bill_id"]
    found = keeps.get(f"/v1/bills/{bill_id}/document")
    assert "draft" in found.headers["content-disposition"]
    assert "DRAFT" in PdfReader(io.BytesIO(found.content)).pages[0].extract_text()
    worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill_id}/dropping", {"why": "no"})
    assert keeps.get(f"/v1/bills/{bill_id}/document").status_code == 409


def test_the_letterhead_is_agreed_over_http(worked: Worked) -> None:
    partner = worked.firm[Role.PARTNER]
    before = partner.get("/v1/firm", min_position=worked.firm.application.log(worked.firm.slug).size())
    head = {"lines": ["12 Fayetteville Street", "Raleigh, NC 27601"], "how_to_pay": "By ACH.\nName the number."}
    answer = partner.post("/v1/firm/letterhead", head, If_Match=before.headers["etag"])
    assert answer.status_code == 200, answer.text
    found = partner.read("/v1/firm", min_position=worked.firm.application.log(worked.firm.slug).size())
    assert found["letterhead"] == head
    assert partner.post("/v1/firm/letterhead", head).status_code == 428
    for wrong in ({"lines": ["a\nb"]}, {"lines": ["x"] * 9}, {"lines": [], "how_to_pay": " "}, {}):
        refused = partner.post("/v1/firm/letterhead", wrong, If_Match=answer.headers["etag"])
        assert refused.status_code == 422, wrong
