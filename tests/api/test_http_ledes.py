"""LEDES over HTTP: issued bills handed out in both formats, and files that somebody was sent, checked and read."""

from decimal import Decimal
from typing import Any

import pytest

from aggregates.permissions import Role
from replay.ledes.reading import read_1998b, read_1998bi
from tests.api.http_firm import Books, Client
from tests.api.test_http_bills import Worked, four_hours, issue
from tests.replay.ledes.files import GOLDEN_1998B, GOLDEN_1998BI

FIRM = {"law_firm_id": "12-3456789"}


@pytest.fixture
def coded(books: Books) -> Worked:
    """Four hours of approved time with their codes."""
    return four_hours(books, task_code="L210", activity_code="A103")


def checked(client: Client, content: bytes, media: str = "text/plain", **query: str) -> Any:
    """The answer to a file that is sent as it is."""
    return client.http.post("/v1/ledes/check", content=content, headers={"Content-Type": media}, params=query)


def test_a_bill_is_handed_out_in_1998b(coded: Worked) -> None:
    keeps, bill = coded.firm[Role.BOOKKEEPER], issue(coded)
    path = f"/v1/bills/{bill['bill_id']}/ledes"
    found = keeps.get(path, **FIRM)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/plain; charset=us-ascii"), found.text
    (invoice,) = read_1998b(found.content)
    (line,) = invoice.lines
    assert (invoice.number, invoice.total_minor) == (bill["number"], 1_000_00)
    assert (line.units, line.unit_cost) == (Decimal(4), Decimal(250))
    assert keeps.get(path, **FIRM, format="1998b").content == found.content
    for wrong in ({}, {**FIRM, "format": "xml"}, {**FIRM, "when": "now"}, {**FIRM, "client_id": ["a", "b"]}):
        refused = keeps.get(path, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_request"), wrong
    assert keeps.get(f"/v1/bills/{coded.matter_id}/ledes", **FIRM).status_code == 404
    assert keeps.get("/v1/bills/nothing/ledes", **FIRM).status_code == 404
    assert coded.firm[Role.TIMEKEEPER].get(path, **FIRM).status_code == 403


def test_a_taxed_bill_is_handed_out_in_1998bi(coded: Worked) -> None:
    keeps, bill = coded.firm[Role.BOOKKEEPER], issue(coded, taxes={"tax_1_millionths": 72_500})
    path = f"/v1/bills/{bill['bill_id']}/ledes"
    refused = keeps.get(path, **FIRM)
    assert (refused.status_code, "format=1998bi" in refused.json()["detail"]) == (422, True), refused.text
    lacking = keeps.get(path, **FIRM, format="1998bi").json()
    assert (lacking["status"], lacking["parameter"]) == (422, "client_tax_id")
    asked = {"format": "1998bi", "client_tax_id": "98-7654321", "law_firm_city": "Raleigh", "law_firm_country": "US"}
    found = keeps.get(path, **FIRM, **asked)
    assert found.status_code == 200, found.text
    (invoice,) = read_1998bi(found.content)
    assert (invoice.total_minor, invoice.tax_minor, invoice.lines[0].tax_rate) == (1_072_50, 72_50, Decimal("0.0725"))
    assert (invoice.law_firm.city, invoice.law_firm.country, invoice.client.name) == ("Raleigh", "US", "Wanda Webb")
    again = checked(keeps, found.content)
    assert (again.json()["format"], again.json()["invoices"][0]["total"]) == ("LEDES 1998BI V2", "1072.50")


def test_a_draft_and_time_without_codes_have_no_file(books: Books) -> None:
    worked = four_hours(books)
    keeps = worked.firm[Role.BOOKKEEPER]
    draft = {"matter_id": worked.matter_id, "entry_ids": worked.entries, "through": "2026-09-30"}
    bill_id = keeps.done("/v1/bills", draft)["bill_id"]
    refused = keeps.get(f"/v1/bills/{bill_id}/ledes", **FIRM)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    worked.edits(Role.PARTNER, f"/v1/bills/{bill_id}/approval", {})
    worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill_id}/finalization", {"issued_on": "2026-09-30", "due_on": "2026-10-15"})
    refused = keeps.get(f"/v1/bills/{bill_id}/ledes", **FIRM)
    assert (refused.status_code, "LINE_ITEM_TASK_CODE" in refused.json()["detail"]) == (422, True), refused.text


def test_a_file_is_read_and_nothing_is_recorded(books: Books) -> None:
    reads = books.firm[Role.AUDITOR]
    size = books.firm.application.log(books.firm.slug).size()
    answer = checked(reads, GOLDEN_1998B)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    (invoice,) = document["invoices"]
    assert (document["format"], document["notices"], invoice["currency"]) == ("LEDES 1998B", [], "USD")
    assert [invoice[name] for name in ("number", "fees", "expenses", "tax", "total")] == [
        "2026-17", "715.00", "50.50", "0.00", "765.50",
    ]  # fmt: skip
    assert [(line["kind"], line["units"], line["unit_cost"], line["total"]) for line in invoice["lines"]] == [
        ("F", "2.5", "300.00", "725.00"),
        ("E", "10", "5.05", "50.50"),
        ("IF", "0", "0.00", "-10.00"),
    ]
    assert checked(reads, GOLDEN_1998B, currency="EUR").json()["invoices"][0]["currency"] == "EUR"
    assert checked(reads, GOLDEN_1998BI, "application/octet-stream").json()["invoices"][0]["currency"] == "GBP"
    coded = checked(reads, GOLDEN_1998B.replace(b"L210", b"ZZ9")).json()["notices"]
    assert [(one["invoice"], one["line"], one["field"]) for one in coded] == [("2026-17", "1", "task_code")]
    assert books.firm.application.log(books.firm.slug).size() == size


def test_what_is_wrong_with_a_file_is_named_by_line_field_and_reason(books: Books) -> None:
    reads = books.firm[Role.BOOKKEEPER]
    wrong = GOLDEN_1998B.replace(b"|725.00|", b"|725.01|").replace(b"|E101|", b"||")
    answer = checked(reads, wrong)
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["code"], problem["format"], problem["found"]) == ("ledes.refused", "LEDES 1998B", 3)
    assert [(one["line"], one["field"]) for one in problem["findings"]] == [
        (3, "LINE_ITEM_TOTAL"),
        (3, "INVOICE_TOTAL"),
        (4, "LINE_ITEM_EXPENSE_CODE"),
    ]
    assert all(one["reason"] for one in problem["findings"])
    many = checked(reads, GOLDEN_1998B.split(b"\r\n", 2)[0] + b"\n" + b"x\n" * 3_000).json()
    assert (many["found"], len(many["findings"])) == (3_000, 1_000)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"A|B[]", "neither LEDES1998B[] nor LEDES98BI V2[]"),
        (b"\x00\xff", "neither LEDES1998B[]"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "LEDES XML, which is not read here"),
        (b"\xef\xbb\xbf" + GOLDEN_1998B, "byte order mark"),
        (GOLDEN_1998BI.replace(b"LEDES98BI V2", b"LEDES1998BI V2"), "the first line is not LEDES98BI V2[]"),
    ],
)
def test_what_is_no_ledes_file_is_refused(books: Books, content: bytes, says: str) -> None:
    answer = checked(books.firm[Role.BOOKKEEPER], content)
    assert (answer.status_code, answer.json()["code"]) == (422, "ledes.refused"), answer.text
    assert says in answer.json()["detail"]


def test_the_check_takes_a_file_of_bounded_size_from_those_who_may_read_the_books(books: Books) -> None:
    reads = books.firm[Role.BOOKKEEPER]
    assert checked(reads, b"x" * 5_000_001).status_code == 413
    assert checked(reads, b"{}", "application/json").status_code == 415
    assert checked(reads, b"--x", "multipart/form-data; boundary=x").status_code == 415
    assert checked(reads, GOLDEN_1998B, currency="JPY").status_code == 422
    assert checked(reads, GOLDEN_1998B, filename="x.txt").status_code == 422
    assert checked(books.firm[Role.TIMEKEEPER], GOLDEN_1998B).status_code == 403
