"""What was agreed about fees, over HTTP: blended rates and caps."""

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
