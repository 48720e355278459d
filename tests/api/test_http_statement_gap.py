"""A statement that was left out, over HTTP: the days are told, and the statement is taken in when it comes."""

from datetime import date
from typing import Any

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from aggregates.permissions import Role
from commands.bank_statements.ofx_writer import write_ofx
from tests.api.http_firm import Books


def imported(books: Books, first: int, last: int, opening_minor: int, *amounts: int) -> dict[str, Any]:
    """A statement of some days of September."""
    lines = tuple(
        ParsedLine(number, date(2026, 9, first), amount, "deposit", bank_reference=f"{first}-{number}")
        for number, amount in enumerate(amounts, 1)
    )
    statement = ParsedStatement(
        account_number="IOLTA-1",
        currency="USD",
        from_date=date(2026, 9, first),
        to_date=date(2026, 9, last),
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(amounts),
        lines=lines,
    )
    sent = books.firm[Role.BOOKKEEPER].http.post(
        f"/v1/trust-accounts/{books.account_id}/statements?filename={first}.ofx",
        content=write_ofx(statement),
        headers={"Content-Type": "application/octet-stream", "Idempotency-Key": f"days-{first}"},
    )
    assert sent.status_code == 200, sent.text
    found: dict[str, Any] = sent.json()
    return found


def test_days_that_no_statement_covers_are_told_until_the_statement_comes(books: Books) -> None:
    client = books.firm[Role.BOOKKEEPER]
    path = f"/v1/trust-accounts/{books.account_id}/reconciliation"

    assert imported(books, 1, 5, 0, 100_00)["uncovered"] == []
    later = imported(books, 20, 30, 100_00, 5_00)
    (gap,) = later["uncovered"]
    assert (gap["from_date"], gap["to_date"], gap["days"]) == ("2026-09-06", "2026-09-19", 14)
    assert gap["note"].startswith("no statement covers 2026-09-06 to 2026-09-19 (14 days)")
    shown = client.read(path, as_of="2026-09-30", min_position=later["position"])
    assert gap["note"] in shown["notes"]

    late = imported(books, 6, 19, 100_00)
    assert (late["already_imported"], late["lines"]) == (False, 0)
    shown = client.read(path, as_of="2026-09-30", min_position=late["position"])
    assert gap["note"] not in shown["notes"]
    assert imported(books, 6, 19, 100_00)["statement_id"] == late["statement_id"]
