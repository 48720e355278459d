"""Over HTTP: the steps of a payment in every wrong order, and interest from the bank to whose it is."""

from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_commands import fresh_ledger, problem


def asked(books: Books, ledger_id: str, **more: Any) -> str:
    """A payment by cheque that was asked for."""
    body = {
        "ledger_id": ledger_id,
        "amount": "10.00",
        "effective_date": "2026-09-05",
        "payee": "Imogen Falk",
        "method": "cheque",
        "purpose": "Expert's report",
    } | more
    disbursement_id: str = books.firm[Role.BOOKKEEPER].done("/v1/disbursements", body)["disbursement_id"]
    return disbursement_id


def released(books: Books, ledger_id: str, number: int | None, **more: Any) -> tuple[str, str]:
    """A payment that left: its id and its entry's."""
    key = asked(books, ledger_id, **more)
    books.firm[Role.PARTNER].done(f"/v1/disbursements/{key}/approval")
    release = {"effective_date": "2026-09-06"} | ({"cheque_number": number} if number else {})
    return key, books.firm[Role.BOOKKEEPER].done(f"/v1/disbursements/{key}/release", release)["entry_id"]


def funded(books: Books) -> str:
    ledger_id = fresh_ledger(books)
    assert books.receive("100.00", ledger_id=ledger_id).status_code == 200
    return ledger_id


def test_a_payment_takes_its_steps_in_order_only(books: Books) -> None:
    keeps, partner, ledger_id = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER], funded(books)
    key = asked(books, ledger_id)
    path, release = f"/v1/disbursements/{key}", {"effective_date": "2026-09-06", "cheque_number": 7001}
    problem(keeps.post(f"{path}/release", release), 409, "wrong_state")
    problem(keeps.post(f"{path}/undoing", {"why": "lost"}), 409, "wrong_state")
    partner.done(f"{path}/approval")
    problem(keeps.post(f"{path}/release", release | {"effective_date": "2026-09-04"}), 422, "bad_request")
    problem(keeps.post(f"{path}/release", {"effective_date": "2026-09-06"}), 422, "trust.t9.no_named_payee")
    entry_id = keeps.done(f"{path}/release", release)["entry_id"]
    for step, by, body in (("release", keeps, release), ("approval", partner, {}), ("rejection", partner, {"why": "no"})):
        problem(by.post(f"{path}/{step}", body), 409, "wrong_state")
    back = {"effective_date": "2026-09-10", "why": "x"}
    problem(keeps.post(f"/v1/ledgers/{ledger_id}/receipts/{entry_id}/reversal", back), 422, "bad_request")
    returned = {"effective_date": "2026-09-10", "evidence": "x"}
    problem(keeps.post(f"/v1/ledgers/{ledger_id}/receipts/{entry_id}/return", returned), 422, "bad_request")


@pytest.mark.parametrize("ending", ["void", "stopped"])
def test_a_cheque_that_ended_does_nothing_more_and_keeps_its_number(books: Books, ending: str) -> None:
    keeps, ledger_id = books.firm[Role.BOOKKEEPER], funded(books)
    number = {"void": 7011, "stopped": 7021}[ending]
    key, _ = released(books, ledger_id, number)
    cheque = f"/v1/trust-accounts/{books.account_id}/cheques/{number}"
    keeps.done(f"{cheque}/printing")
    keeps.done(f"/v1/disbursements/{key}/undoing", {"why": "lost", "ending": ending})

    for other in ("void", "stopped"):
        again = keeps.post(f"/v1/disbursements/{key}/undoing", {"why": "lost", "ending": other})
        problem(again, 409, "wrong_state")
    problem(keeps.post(f"{cheque}/printing"), 409, "wrong_state")
    problem(keeps.post(f"{cheque}/staleness", {"why": "old"}), 409, "wrong_state")
    other_key = asked(books, ledger_id)
    books.firm[Role.PARTNER].done(f"/v1/disbursements/{other_key}/approval")
    reused = keeps.post(f"/v1/disbursements/{other_key}/release", {"effective_date": "2026-09-06", "cheque_number": number})
    problem(reused, 422, "trust.t13.cheque_number_used")
    balance = keeps.read(f"/v1/ledgers/{ledger_id}", min_position=books.firm.application.log("ashby").size())
    assert balance["totals"]["closing"] == "100.00"


def test_a_refund_is_asked_for_approved_and_let_go_like_any_payment(books: Books) -> None:
    keeps, partner, ledger_id = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER], funded(books)
    refund = {"amount": "100.01", "effective_date": "2026-09-10", "method": "cheque"}
    problem(keeps.post(f"/v1/ledgers/{ledger_id}/refunds", refund), 422, "trust.t1.overdraft")
    key = keeps.done(f"/v1/ledgers/{ledger_id}/refunds", refund | {"amount": "100.00"})["disbursement_id"]
    problem(keeps.post(f"/v1/disbursements/{key}/approval"), 403, "not_allowed")
    partner.done(f"/v1/disbursements/{key}/approval")
    partner.done(f"/v1/disbursements/{key}/rejection", {"why": "wrong amount"})
    release = {"effective_date": "2026-09-10", "cheque_number": 7031}
    problem(keeps.post(f"/v1/disbursements/{key}/release", release), 409, "wrong_state")
    problem(partner.post(f"/v1/disbursements/{key}/approval"), 409, "wrong_state")


def test_interest_goes_to_whose_it_is_to_the_cent(books: Books) -> None:
    keeps, partner, contact_id = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER], books.contact_id
    own = {
        "name": "Archer", "bank": "First Example Bank", "account_number": "ARCHER-1", "opened_on": "2026-08-03",
        "ownership": "individual", "client_id": contact_id,
    }  # fmt: skip
    account = partner.done("/v1/trust-accounts", own)
    path, ledger_id = f"/v1/trust-accounts/{account['trust_account_id']}", account["interest_payable_ledger_id"]
    keeps.done(f"{path}/interest", {"amount": "9.99", "effective_date": "2026-09-30", "description": "September"})
    sweep = {"amount": "9.99", "effective_date": "2026-10-01", "foundation": "NC IOLTA", "description": "x"}
    problem(keeps.post(f"{path}/interest-sweeps", sweep), 422, "trust.t4.wrong_client")
    out = {
        "ledger_id": ledger_id,
        "amount": "9.99",
        "effective_date": "2026-10-01",
        "method": "cheque",
        "purpose": "Interest",
    }
    told = problem(keeps.post("/v1/disbursements", out | {"payee": "Adeline Archer"}), 422, "trust.t4.wrong_client")
    assert "choose their contact" in told["detail"]
    too_much = out | {"payee": "Adeline Archer", "payee_contact_id": contact_id, "amount": "10.00"}
    problem(keeps.post("/v1/disbursements", too_much), 422, "trust.t1.overdraft")
    key = keeps.done("/v1/disbursements", too_much | {"amount": "9.99"})["disbursement_id"]
    partner.done(f"/v1/disbursements/{key}/approval")
    last = keeps.done(f"/v1/disbursements/{key}/release", {"effective_date": "2026-10-02", "cheque_number": 1})
    assert keeps.read(f"/v1/ledgers/{ledger_id}", min_position=last["position"])["totals"]["closing"] == "0.00"


def test_interest_on_pooled_money_goes_to_the_foundation_only(books: Books) -> None:
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    account = {"name": "IOLTA-2", "bank": "First Example Bank", "account_number": "IOLTA-2", "opened_on": "2026-08-03"}
    opened = partner.done("/v1/trust-accounts", account)
    path, ledger_id = f"/v1/trust-accounts/{opened['trust_account_id']}", opened["interest_payable_ledger_id"]
    keeps.done(f"{path}/interest", {"amount": "7.31", "effective_date": "2026-09-30", "description": "September"})
    out = {
        "ledger_id": ledger_id,
        "amount": "7.31",
        "effective_date": "2026-10-01",
        "method": "cheque",
        "purpose": "Interest",
    }
    whose = {"payee": "Adeline Archer", "payee_contact_id": books.contact_id}
    problem(keeps.post("/v1/disbursements", out | whose), 422, "trust.t10.no_ledger")
    clients = keeps.done(f"{path}/ledgers", {"matter_id": books.matter_id})["ledger_id"]
    moved = {"to_ledger_id": clients, "amount": "7.31", "effective_date": "2026-10-01", "authority": "x"}
    transfer = partner.post(f"/v1/ledgers/{ledger_id}/transfers", moved | {"description": "x"})
    problem(transfer, 422, "trust.t4.wrong_client")
    sweep = {"amount": "7.31", "effective_date": "2026-10-01", "foundation": "Firm ashby", "description": "Sweep"}
    problem(keeps.post(f"{path}/interest-sweeps", sweep), 422, "trust.t7.not_billed")
    last = keeps.done(f"{path}/interest-sweeps", sweep | {"foundation": "NC IOLTA"})
    assert last["exception_id"] is None
    assert keeps.read(f"/v1/ledgers/{ledger_id}", min_position=last["position"])["totals"]["closing"] == "0.00"
    short = keeps.done(f"{path}/interest-sweeps", sweep | {"foundation": "NC IOLTA", "amount": "0.01"})
    assert short["exception_id"] is not None, "what the bank did is recorded all the same"
