"""What was agreed about fees, over HTTP: blended rates, caps, interest, retainers, subscriptions."""

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_bills import Worked, four_hours, issue


@pytest.fixture
def worked(books: Books) -> Worked:
    return four_hours(books)


def test_a_capped_matter_is_billed_up_to_its_cap(worked: Worked) -> None:
    partner = worked.firm[Role.PARTNER]
    capped = partner.done(
        f"/v1/matters/{worked.matter_id}/fee-cap",
        {"cap": "800.00", "billed_before": "0.00", "authority": "Engagement letter"},
    )
    assert (capped["cap"], capped["room"]) == ("800.00", "800.00")
    bill = issue(worked)

    assert bill["total"] == "800.00"
    at = worked.firm.application.log(worked.firm.slug).size()
    card = partner.read(f"/v1/fee-caps/{worked.matter_id}", min_position=at)
    assert (card["status"], card["cap"], card["billed"]) == ("agreed", "800.00", "800.00")
    reasons = partner.read("/v1/write-downs", min_position=at, matter_id=worked.matter_id)["rows"]
    assert [(row["name"], row["kind"], row["amount"]) for row in reasons] == [("cap", "write_down", "200.00")]


def test_a_blended_rate_is_a_card_among_the_rates(worked: Worked) -> None:
    partner = worked.firm[Role.PARTNER]
    body = {"effective_from": "2026-09-01", "rate": "180.00", "authority": "Letter of 1 September"}
    told = partner.done(f"/v1/matters/{worked.matter_id}/blended-rate", body)
    card = partner.read(f"/v1/billing-rates/{told['rate_id']}", min_position=told["position"])
    assert (card["rate"], card["rule"], card["timekeeper_id"]) == ("180.00", "blended", None)
    entry = {"matter_id": worked.matter_id, "worked_seconds": 3600, "worked_on": "2026-09-16", "narrative": "Read"}
    assert worked.firm[Role.TIMEKEEPER].done("/v1/time-entries", entry)["rate_rule"] == "blended"


def test_interest_is_a_receivable_of_its_own_and_income_of_its_own(worked: Worked) -> None:
    bookkeeper, partner = worked.firm[Role.BOOKKEEPER], worked.firm[Role.PARTNER]
    terms = {"matter_id": worked.matter_id, "binds_from": "2026-09-01", "yearly_percent": "18", "late_fee": "20.00"}
    told = partner.done("/v1/late-terms", {**terms, "authority": "Engagement letter"})
    assert partner.read(f"/v1/late-terms/{told['terms_id']}", min_position=told["position"])["late_fee"] == "20.00"
    bill = issue(worked)
    charged = worked.edits(Role.BOOKKEEPER, f"/v1/bills/{bill['bill_id']}/interest", {"through": "2026-10-25"})

    assert (charged["interest"], charged["late_fee"], charged["open"]) == ("4.93", "20.00", "1024.93")
    asked = {"client_id": worked.client_id, "as_of": "2026-10-31", "min_position": charged["position"]}
    (row,) = bookkeeper.read("/v1/accounts-receivable", **asked)["rows"]
    assert (row["open"], row["interest"], row["fee"]) == ("1024.93", "24.93", "1000.00")
    (moved,) = bookkeeper.read("/v1/reports/receivable-movements", cause="interest_charged", **asked)["rows"]
    assert (moved["day"], moved["amount"], moved["interest"]) == ("2026-10-25", "24.93", "24.93")
    card = bookkeeper.read(f"/v1/bills/{bill['bill_id']}", min_position=charged["position"])
    assert [(one["through"], one["interest"], one["late_fee"]) for one in card["interest"]] == [
        ("2026-10-25", "4.93", "20.00")
    ]
    balances = {
        row["account"]: row for row in bookkeeper.read("/v1/reports/operating-trial-balance", as_of="2026-10-31")["rows"]
    }
    assert balances["1230"]["debit"] == balances["4200"]["credit"] == "24.93"
    path = f"/v1/bills/{bill['bill_id']}/interest/{charged['charge_id']}/reversal"
    back = worked.edits(Role.PARTNER, path, {"effective_date": "2026-10-26", "why": "Agreed by telephone"})
    assert back["open"] == "1000.00"
    card = bookkeeper.read(f"/v1/bills/{bill['bill_id']}", min_position=back["position"])
    assert card.get("interest", []) == []


def test_a_retainer_lists_what_came_in(worked: Worked) -> None:
    partner, bookkeeper = worked.firm[Role.PARTNER], worked.firm[Role.BOOKKEEPER]
    body = {"matter_id": worked.matter_id, "nature": "security", "amount": "500.00", "purpose": "Security for bills"}
    agreed = partner.done("/v1/fee-retainers", body | {"authority": "Engagement letter"})
    assert agreed["goes_to"] == "trust"
    money = {"amount": "200.00", "effective_date": "2026-10-01", "method": "wire", "payer": "Wanda Webb"}
    path = f"/v1/fee-retainers/{agreed['retainer_id']}"
    refused = bookkeeper.post(f"{path}/receipts", money)
    assert (refused.status_code, refused.json()["code"]) == (422, "billing.unearned_to_operating")
    told = bookkeeper.done(f"{path}/receipts", money | {"ledger_id": worked.ledger_id})
    assert (told["place"], told["to_come"]) == ("trust", "300.00")
    card = bookkeeper.read(path, min_position=told["position"])
    assert [(one["amount"], one["received_on"], one["place"]) for one in card["receipts"]] == [
        ("200.00", "2026-10-01", "trust")
    ]


def test_a_subscription_lists_the_periods_it_charged(worked: Worked) -> None:
    partner, bookkeeper = worked.firm[Role.PARTNER], worked.firm[Role.BOOKKEEPER]
    body = {"title": "General counsel", "amount": "300.00", "starts_on": "2026-08-16"}
    path = f"/v1/matters/{worked.matter_id}/subscription"
    agreed = partner.done(path, body | {"authority": "Letter"})
    assert (agreed["first_through"], agreed["first"]) == ("2026-08-31", "154.84")
    told = bookkeeper.done(f"{path}/charges", {"through": "2026-09-30"})
    assert [one["amount"] for one in told["charged"]] == ["154.84", "300.00"]
    card = bookkeeper.read(f"/v1/subscriptions/{agreed['subscription_id']}", min_position=told["position"])
    assert [(one["from_day"], one["amount"]) for one in card["charged"]] == [
        ("2026-08-16", "154.84"), ("2026-09-01", "300.00"),
    ]  # fmt: skip
    fee = bookkeeper.read(f"/v1/flat-fees/{told['charged'][1]['fee_id']}", min_position=told["position"])
    assert (fee["status"], fee["earned_on"], fee["stage"]) == (
        "earned", "2026-09-30", "General counsel, 2026-09-01 to 2026-09-30",
    )  # fmt: skip
