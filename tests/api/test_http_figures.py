"""Key figures over HTTP: terms are agreed, a bill is paid in part, and every figure opens to what is behind it."""

from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_commands import problem
from tests.api.test_http_costs import edit


@pytest.fixture
def lived(books: Books) -> tuple[Books, str, str, int]:
    """Three hours at 250.00, of which the bill takes 50.00 off and 350.00 are paid: the matter, who worked, the position."""
    firm, partner = books.firm, books.firm[Role.PARTNER]
    who = firm[Role.TIMEKEEPER].read("/v1/session")["user_id"]
    partner.done("/v1/billing-rates", {"timekeeper_id": who, "effective_from": "2026-09-01", "rate": "250.00"})
    client_id, matter_id, _ = books.client("Fig Ure", firm[Role.BOOKKEEPER])
    work = {
        "matter_id": matter_id,
        "worked_seconds": 10_800,
        "worked_on": "2026-09-10",
        "narrative": "Drafted the complaint",
    }
    entry_id = firm[Role.TIMEKEEPER].done("/v1/time-entries", work)["entry_id"]
    firm[Role.TIMEKEEPER].done("/v1/time-entries/submissions", {"entry_ids": [entry_id]})
    partner.done("/v1/time-entries/approvals", {"entry_ids": [entry_id]})
    drafted = firm[Role.BOOKKEEPER].done(
        "/v1/bills", {"matter_id": matter_id, "entry_ids": [entry_id], "through": "2026-09-30"}
    )
    bill_id = drafted["bill_id"]
    (line,) = firm[Role.BOOKKEEPER].read(f"/v1/bills/{bill_id}", min_position=drafted["position"])["lines"]
    less = {"adjustment": "write_down", "charged": "700.00", "why": "Two of us were there"}
    edit(books, Role.PARTNER, f"/v1/bills/{bill_id}/lines/{line['line_id']}/adjustment", less)
    edit(books, Role.PARTNER, f"/v1/bills/{bill_id}/approval", {})
    edit(books, Role.BOOKKEEPER, f"/v1/bills/{bill_id}/finalization", {"issued_on": "2026-09-20", "due_on": "2026-09-25"})
    money = {"client_id": client_id, "amount": "350.00", "effective_date": "2026-09-28", "method": "wire",
             "payer": "Fig Ure", "allocations": [{"bill_id": bill_id, "amount": "350.00"}]}  # fmt: skip
    position = firm[Role.BOOKKEEPER].done("/v1/payments", money)["position"]
    return books, matter_id, who, position


def test_fees_are_credited_and_a_matter_s_profit_told(lived: tuple[Books, str, str, int]) -> None:
    books, matter_id, who, _ = lived
    partner, keeps = books.firm[Role.PARTNER], books.firm[Role.BOOKKEEPER]
    cost = partner.done("/v1/time-costs", {"timekeeper_id": who, "effective_from": "2026-01-01", "hour": "100.00"})
    partner.done("/v1/time-costs", {"effective_from": "2026-01-01", "hour": "10.00"})
    shares = {"matter_id": matter_id, "binds_from": "2026-09-01", "originating_percent": "10", "originators": [who]}
    agreed = partner.done("/v1/fee-shares", shares)
    problem(partner.post("/v1/fee-shares", shares), 422, "bad_request")
    problem(partner.post("/v1/fee-shares", {**shares, "timekeeper_id": who}), 422, "bad_request")
    problem(partner.post("/v1/time-costs", {"effective_from": "2026-01-01", "hour": "10.00"}), 422, "bad_request")
    problem(books.firm[Role.TIMEKEEPER].get("/v1/time-costs"), 403, "not_allowed")

    at = {"min_position": agreed["position"]}
    assert keeps.read(f"/v1/time-costs/{cost['cost_id']}", **at)["hour"] == "100.00"
    told = keeps.read(f"/v1/fee-shares/{agreed['share_id']}", **at)
    assert (told["originating_percent"], told["working_percent"], told["originators"]) == ("10", "100", [who])
    asked = {"matter_id": matter_id, "as_of": "2026-09-30", "from_day": "2026-09-01"}
    (credit,) = keeps.read("/v1/fee-allocation", **asked)["rows"]
    assert [credit[name] for name in ("collected", "working", "originating", "credited")] == [
        "350.00", "350.00", "35.00", "385.00",
    ]  # fmt: skip
    (profit,) = keeps.read("/v1/matter-profitability", **asked)["rows"]
    assert [profit[name] for name in ("worked", "billed", "collected", "time_cost", "overhead", "profit_collected")] == [
        "750.00", "700.00", "350.00", "300.00", "30.00", "20.00",
    ]  # fmt: skip
    (given,) = keeps.read("/v1/write-downs", **asked)["rows"]
    assert (given["name"], given["kind"], given["amount"]) == ("Two of us were there", "write_down", "50.00")


def test_utilization_goes_by_the_time_that_was_agreed(lived: tuple[Books, str, str, int]) -> None:
    books, _, who, _ = lived
    partner, auditor = books.firm[Role.PARTNER], books.firm[Role.AUDITOR]
    asked = {"timekeeper_id": who, "effective_from": "2026-09-01", "seconds": 6 * 3600}
    agreed = partner.done("/v1/available-time", asked)
    problem(partner.post("/v1/available-time", asked), 422, "bad_request")
    problem(partner.post("/v1/available-time", {"effective_from": "2026-09-01", "seconds": 90_000}), 422, "bad_request")
    problem(books.firm[Role.TIMEKEEPER].post("/v1/available-time", asked), 403, "not_allowed")

    at = {"as_of": "2026-09-30", "min_position": agreed["position"]}
    (row,) = [row for row in auditor.read("/v1/timekeeper-figures", **at)["rows"] if row["timekeeper_id"] == who]
    assert row["available_seconds"] == 22 * 6 * 3600
    (listed,) = auditor.read("/v1/available-time", timekeeper_id=who)["items"]
    assert (listed["per"], listed["seconds"]) == ("day", 6 * 3600)
    before = auditor.read("/v1/timekeeper-figures", as_of="2026-09-30", known_at=agreed["position"] - 1)["rows"]
    assert [row["available_seconds"] for row in before if row["timekeeper_id"] == who] == [22 * 8 * 3600]


def test_every_figure_opens_where_it_says(lived: tuple[Books, str, str, int]) -> None:
    books, _, _, position = lived
    auditor = books.firm[Role.AUDITOR]
    asked: dict[str, Any] = {"as_of": "2026-09-30", "known_at": position}
    month = auditor.read("/v1/dashboard", **asked, min_position=position)
    links = {row[name] for row in month["parts"][0]["rows"] for name in ("opens", "of_opens") if row[name]}
    for path in ("/v1/work-in-progress", "/v1/accounts-receivable", "/v1/write-downs", "/v1/trust-health"):
        ways = {"by": "age"} if path.startswith(("/v1/work", "/v1/acc")) else {}
        links |= {row["opens"] for row in auditor.read(path, **asked, **ways)["rows"]}
    assert len(links) > 20
    for link in sorted(links):
        assert f"known_at={position}" in link
        shown = auditor.http.get(f"/v1/reports/{link}")
        if shown.status_code != 200:
            assert link.startswith("reconciliation?"), (link, shown.text)
            assert shown.status_code == 404, "no bank statement yet"


def test_what_no_report_answers_is_refused(books: Books) -> None:
    auditor = books.firm[Role.AUDITOR]
    for path, wrong in (
        ("/v1/key-figures", {"timekeepers": 1}),
        ("/v1/key-figures", {"hours_a_day": 25}),
        ("/v1/key-figures", {"from_day": "2026-10-02", "as_of": "2026-10-01"}),
        ("/v1/reports/work-movements", {"cursor": "x"}),
        ("/v1/reports/work-movements", {"limit": 0}),
        ("/v1/accounts-receivable", {"age": "yesterday"}),
    ):
        problem(auditor.get(path, **wrong), 422, "bad_request")
