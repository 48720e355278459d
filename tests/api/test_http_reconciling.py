"""A month over HTTP: the statement comes in, matches are accepted together, three legs are prepared, signed and printed."""

from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from aggregates.permissions import Role
from commands.bank_statements.ofx_writer import write_ofx
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import problem


@pytest.fixture
def own_books(firms: tuple[Firm, Firm]) -> Books:
    return Books(firms[1])


def statement() -> bytes:
    lines = (
        ParsedLine(
            booked_on=date(2026, 9, 2),
            amount_minor=100_00,
            kind="deposit",
            memo="Wire in",
            bank_reference="1",
            line_number=1,
        ),
    )
    parsed = ParsedStatement(
        account_number="IOLTA-1",
        currency="USD",
        from_date=date(2026, 9, 1),
        to_date=date(2026, 9, 30),
        opening_minor=0,
        closing_minor=100_00,
        lines=lines,
    )
    return write_ofx(parsed)


def test_a_month_is_reconciled_signed_and_printed(own_books: Books) -> None:
    firm, account = own_books.firm, own_books.account_id
    bookkeeper, partner = firm[Role.BOOKKEEPER], firm.owner
    own_books.receive("100.00")
    path = f"/v1/trust-accounts/{account}"
    prepare = f"{path}/reconciliations"
    problem(bookkeeper.post(prepare, {}), 404, "not_found")
    sent = bookkeeper.http.post(
        f"{path}/statements?filename=september.ofx",
        content=statement(),
        headers={"Content-Type": "application/octet-stream", "Idempotency-Key": "september"},
    )
    assert sent.status_code == 200, sent.text
    assert sent.json()["closing"] == "100.00"
    suggested = bookkeeper.read(f"{path}/suggested-matches", min_position=sent.json()["position"])
    (row,) = suggested["rows"]
    one = {"idempotency_key": "m-1", "fields": {"line_ids": row["line_ids"], "entries": row["entry_ids"]}}
    wrong = {"idempotency_key": "m-2", "fields": {"line_ids": [own_books.ledger_id], "entries": row["entry_ids"]}}
    accepted = bookkeeper.http.post(f"{path}/matches/bulk", json={"matches": [one, wrong]}).json()
    assert [result["status"] for result in accepted["results"]] == [200, 404]

    prepared = bookkeeper.post(prepare, {"period_end": "2026-09-30"}, key="prepare")
    assert prepared.status_code == 201, prepared.text
    assert prepared.json()["problems"] == []
    assert bookkeeper.post(prepare, {"period_end": "2026-09-30"}, key="prepare").headers["idempotency-replayed"] == "true"
    shown = bookkeeper.get(prepared.headers["location"], min_position=prepared.json()["position"]).json()
    assert shown["status"] == "prepared"
    assert shown["figures"]["book"] == "100.00"

    which = f"/v1/reconciliations/{prepared.json()['reconciliation_id']}"
    problem(bookkeeper.post(f"{which}/signature"), 403, "not_allowed")
    signed = partner.post(f"{which}/signature", key="sign")
    assert signed.status_code == 200, signed.text
    assert partner.post(f"{which}/signature", key="sign").headers["idempotency-replayed"] == "true"
    form = bookkeeper.get(f"{which}/form")
    assert form.headers["content-type"] == "application/pdf"
    assert form.content.startswith(b"%PDF-")
    assert bookkeeper.get(f"{which}/form").content == form.content
    assert "100.00" in bookkeeper.get(f"{which}/form", format="csv").text
    problem(bookkeeper.get(f"{which}/form", format="cover"), 409, "wrong_state")
    assert "cover" in problem(bookkeeper.get(f"{which}/form", format="docx"), 422, "bad_request")["detail"]
    problem(firm[Role.TIMEKEEPER].get(f"{which}/form"), 403, "not_allowed")

    late = problem(own_books.receive("5.00", effective_date="2026-09-10"), 422, "trust.t12.period_signed")
    assert late["rule"] == "T12"
    kept = bookkeeper.get(f"/v1/documents/{shown['statement_sha256']}")
    assert kept.content == statement()
    problem(bookkeeper.get(f"/v1/documents/{'0' * 64}"), 404, "not_found")
