"""The firm's card and payments to vendors over HTTP: statements, suggestions, and what each line was for."""

import base64
from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books

CARD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260916<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTRS><CURDEF>USD
<CCACCTFROM><ACCTID>4111111111114242</CCACCTFROM><BANKTRANLIST><DTSTART>20260901<DTEND>20260915
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260902<TRNAMT>-405.00<FITID>1<NAME>NC EFILING 8812</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260903<TRNAMT>-120.50<FITID>2<NAME>PAPER AND PENS</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260904<TRNAMT>-75.00<FITID>3<NAME>SHERIFF OF WAKE</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>-600.50<DTASOF>20260915</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""


def statement(name: str, content: str, **more: Any) -> dict[str, Any]:
    return {"filename": name, "content": base64.b64encode(content.encode()).decode(), **more}


def lines(books: Books, account_id: str, **asked: Any) -> list[dict[str, Any]]:
    at = books.firm.application.log(books.firm.slug).size()
    found = books.firm[Role.BOOKKEEPER].read("/v1/reports/firm-lines", min_position=at, account_id=account_id, **asked)
    rows: list[dict[str, Any]] = found["rows"]
    return rows


@pytest.fixture
def card(books: Books) -> str:
    opened = {"kind": "credit_card", "name": "Firm card", "number": "4242"}
    account_id: str = books.firm[Role.BOOKKEEPER].done("/v1/firm-accounts", opened)["account_id"]
    return account_id


def test_every_charge_on_the_card_is_a_cost_overhead_or_linked(books: Books, card: str) -> None:
    clerk = books.firm[Role.BOOKKEEPER]
    _, matter_id, _ = books.client("Carda Crane", clerk)
    rule = {"contains": "nc efiling", "payee": "N.C. Courts", "matter_id": matter_id, "expense_code": "E112"}
    clerk.done("/v1/line-rules", rule)
    clerk.done("/v1/line-rules", {"contains": "paper and pens", "payee": "Paper & Pens", "overhead": "Office supplies"})
    cost = {
        "matter_id": matter_id, "nature": "hard", "incurred_on": "2026-09-04", "expense_code": "E113", "unit_cost": "75.00",
        "description": "Service of process", "payee": "Sheriff", "paid_from": "card",
    }  # fmt: skip
    before = clerk.done("/v1/costs", cost)["cost_id"]
    told = clerk.done(f"/v1/firm-accounts/{card}/statements", statement("card.qfx", CARD))
    assert (told["lines"], told["closing"], told["already_imported"]) == (3, "-600.50", False)
    assert clerk.done(f"/v1/firm-accounts/{card}/statements", statement("card.qfx", CARD))["already_imported"]

    first, second, third = lines(books, card)
    assert (first["suggested_payee"], first["suggested_expense_code"], first["suggested_matter_id"]) == (
        "N.C. Courts", "E112", matter_id,
    )  # fmt: skip
    assert (second["suggested_overhead"], third["suggested_link"], third["suggested_link_id"]) == (
        "Office supplies", "cost", before,
    )  # fmt: skip

    base = f"/v1/firm-accounts/{card}/lines"
    parts = [{"amount": "405.00", "matter_id": matter_id, "expense_code": "E112", "description": "E-filing"}]
    short = clerk.post(
        f"{base}/{first['line_id']}/acceptance", {"payee": "N.C. Courts", "parts": [{**parts[0], "amount": "400.00"}]}
    )
    assert (short.status_code, short.json()["parts"], short.json()["amount"]) == (422, "400.00", "405.00")
    clerk.done(f"{base}/{first['line_id']}/acceptance", {"payee": "N.C. Courts", "parts": parts})
    overhead = {"payee": "Paper & Pens", "parts": [{"amount": "120.50", "overhead": "Office supplies"}]}
    clerk.done(f"{base}/{second['line_id']}/acceptance", overhead)
    clerk.done(f"{base}/{third['line_id']}/links", {"things": [{"kind": "cost", "id": before}]})
    assert lines(books, card) == []
    assert [row["standing"] for row in lines(books, card, standing="all")] == ["accepted", "accepted", "linked"]

    at = books.firm.application.log(books.firm.slug).size()
    costs = clerk.read("/v1/reports/costs", min_position=at, matter_id=matter_id)
    assert [(row["incurred_on"], row["cost"], row["paid_from"]) for row in costs["rows"]] == [
        ("2026-09-02", "405.00", "card"), ("2026-09-04", "75.00", "card"),
    ]  # fmt: skip
    clerk.done(f"{base}/{third['line_id']}/reopening", {"why": "Another sheriff's"})
    assert [row["line_id"] for row in lines(books, card)] == [third["line_id"]]
    shown = clerk.read(f"/v1/firm-accounts/{card}", min_position=at)
    assert (shown["statement_balance"], shown["statement_to"]) == ("-600.50", "2026-09-15")


def test_a_vendors_cheque_for_two_matters_and_the_office_is_one_payment(books: Books) -> None:
    clerk = books.firm[Role.BOOKKEEPER]
    _, one, _ = books.client("Vera Vance", clerk)
    _, two, _ = books.client("Vito Vance", clerk)
    cost = {"expense_code": "E119", "description": "Expert's report"}
    body = {
        "paid_on": "2026-09-15", "payee": "Imogen Falk", "amount": "1000.00", "method": "cheque", "reference": "1188",
        "parts": [
            {"amount": "333.33", "matter_id": one, **cost},
            {"amount": "333.33", "matter_id": two, **cost},
            {"amount": "333.34", "overhead": "Training"},
        ],
    }  # fmt: skip
    told = clerk.done("/v1/vendor-payments", body)
    at = books.firm.application.log(books.firm.slug).size()
    shown = clerk.read(f"/v1/vendor-payments/{told['payment_id']}", min_position=at)
    assert (shown["amount"], len(shown["parts"]), shown["status"]) == ("1000.00", 3, "made")
    clerk.done(f"/v1/vendor-payments/{told['payment_id']}/reversal", {"effective_date": "2026-09-16", "why": "Never sent"})
    at = books.firm.application.log(books.firm.slug).size()
    assert clerk.read("/v1/reports/costs", min_position=at, matter_id=one)["rows"] == []


def test_a_file_of_another_account_or_of_none_is_refused(books: Books, card: str) -> None:
    clerk = books.firm[Role.BOOKKEEPER]
    size = books.firm.application.log(books.firm.slug).size()
    other = clerk.post(f"/v1/firm-accounts/{card}/statements", statement("a.qfx", CARD.replace("4242<", "4243<")))
    assert other.status_code == 422
    none = clerk.post(f"/v1/firm-accounts/{card}/statements", statement("a.pdf", "%PDF-1.7"))
    assert (none.status_code, none.json()["code"]) == (422, "statement.refused")
    assert books.firm.application.log(books.firm.slug).size() == size
    whole = clerk.post("/v1/firm-accounts", {"kind": "credit_card", "name": "Card", "number": "4111111111111111"})
    assert whole.status_code == 422
