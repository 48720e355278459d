"""Billing runs over HTTP: chosen, drafted in steps, each matter with its own outcome, stopped and looked up."""

from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_commands import problem

THROUGH = "2026-09-30"


def approved(books: Books, matter_id: str, *hours: int) -> list[str]:
    keeper, partner = books.firm[Role.TIMEKEEPER], books.firm[Role.PARTNER]
    entries = []
    for each in hours:
        body = {"matter_id": matter_id, "worked_seconds": each * 3600, "worked_on": "2026-09-15", "narrative": "Advice"}
        body |= {"activity_code": "A106"}
        entries.append(keeper.done("/v1/time-entries", body)["entry_id"])
    keeper.done("/v1/time-entries/submissions", {"entry_ids": entries})
    partner.done("/v1/time-entries/approvals", {"entry_ids": entries})
    return entries


@pytest.fixture
def matters(books: Books) -> list[str]:
    """Three matters of a practice area of their own, with one, two and three hours at 100.00."""
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    client_id = keeps.done("/v1/contacts", {"name": "Runa Rowe"})["contact_id"]
    found = []
    for hours in (1, 2, 3):
        body = {"client_id": client_id, "description": f"Matter {hours}", "practice_area": f"Area {client_id}"}
        matter_id = partner.done("/v1/matters", body)["matter_id"]
        partner.done("/v1/billing-rates", {"matter_id": matter_id, "effective_from": "2026-01-01", "rate": "100.00"})
        approved(books, matter_id, *(1,) * hours)
        found.append(matter_id)
    return found


def started(books: Books, matters: list[str], **more: Any) -> dict[str, Any]:
    area = books.firm[Role.PARTNER].read(f"/v1/matters/{matters[0]}", min_position=size(books))["facts"]["practice_area"]
    body = {"through": THROUGH, "practice_area": area, **more}
    return books.firm[Role.BOOKKEEPER].done("/v1/billing-runs", body)


def size(books: Books) -> int:
    return books.firm.application.log(books.firm.slug).size()


def test_one_bad_matter_never_spoils_the_others(books: Books, matters: list[str]) -> None:
    keeps = books.firm[Role.BOOKKEEPER]
    run = started(books, matters)
    assert run["matters"] == 3
    ready = keeps.read("/v1/ready-to-bill", as_of=THROUGH, min_position=size(books))["rows"]
    assert {row["value"] for row in ready if row["matter_id"] in matters} == {"100.00", "200.00", "300.00"}
    path = f"/v1/billing-runs/{run['run_id']}"
    first = keeps.done(f"{path}/steps", {"at_most": 1})
    assert (first["left"], [one["total"] for one in first["outcomes"]]) == (2, ["100.00"])
    entries = [row["entry_id"] for row in keeps.read("/v1/reports/time-entries", matter_id=matters[1])["rows"]]
    keeps.done("/v1/bills", {"matter_id": matters[1], "entry_ids": entries, "through": THROUGH})

    rest = keeps.done(f"{path}/steps", {})

    assert [one.get("total", one.get("refused")) for one in rest["outcomes"]] == ["wrong_state", "300.00"]
    card = keeps.read(path, min_position=rest["position"])
    assert sorted(one["matter_id"] for one in card["outcomes"]) == sorted(matters)
    assert problem(keeps.post(f"{path}/steps", {}), 409, "wrong_state")


def test_a_step_that_is_sent_again_under_its_key_drafts_no_others(books: Books, matters: list[str]) -> None:
    keeps = books.firm[Role.BOOKKEEPER]
    path = f"/v1/billing-runs/{started(books, matters)['run_id']}/steps"
    first = keeps.post(path, {"at_most": 2}, key="october-1")
    before = size(books)

    again = keeps.post(path, {"at_most": 2}, key="october-1")

    assert [one["total"] for one in first.json()["outcomes"]] == ["100.00", "200.00"]
    assert (again.json()["outcomes"], again.json()["left"]) == (first.json()["outcomes"], 1)
    assert (again.headers["Idempotency-Replayed"], size(books)) == ("true", before)
    assert problem(keeps.post(path, {"at_most": 1}, key="october-1"), 422, "idempotency_key_reused")
    assert [one["total"] for one in keeps.done(path, {})["outcomes"]] == ["300.00"]
    assert keeps.post(path, {"at_most": 2}, key="october-1").json()["outcomes"] == first.json()["outcomes"]


def test_a_run_chooses_by_amount_and_stops_until_it_is_resumed(books: Books, matters: list[str]) -> None:
    keeps = books.firm[Role.BOOKKEEPER]
    run = started(books, matters, least="200.00")
    assert run["matters"] == 2
    path = f"/v1/billing-runs/{run['run_id']}"
    assert problem(keeps.post(f"{path}/resumption", {}), 409, "wrong_state")
    keeps.done(f"{path}/steps", {"at_most": 1})
    keeps.done(f"{path}/stopping", {"why": "next week"})
    assert problem(keeps.post(f"{path}/steps", {}), 409, "wrong_state")
    assert problem(keeps.post(f"{path}/stopping", {"why": "again"}), 409, "wrong_state")
    assert keeps.read(path, min_position=size(books))["status"] == "stopped"

    assert keeps.done(f"{path}/resumption", {})["left"] == 1
    assert keeps.read(path, min_position=size(books))["status"] == "running"

    assert [one["total"] for one in keeps.done(f"{path}/steps", {})["outcomes"]] == ["300.00"]
    assert keeps.read(path, min_position=size(books))["status"] == "done"
    nothing = {"through": THROUGH, "practice_area": "no such area"}
    assert problem(keeps.post("/v1/billing-runs", nothing), 422, "bad_request")


def test_a_run_chooses_by_what_was_agreed_about_fees(books: Books, matters: list[str]) -> None:
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    flat, capped, hourly = matters
    partner.done("/v1/flat-fees", {"matter_id": flat, "stage": "Filing", "amount": "900.00", "authority": "Letter"})
    partner.done(f"/v1/matters/{capped}/fee-cap", {"cap": "5000.00", "authority": "Letter"})
    partner.done(
        f"/v1/matters/{hourly}/blended-rate", {"effective_from": "2026-01-01", "rate": "90.00", "authority": "Letter"}
    )

    def chosen(arrangement: str) -> list[str]:
        asked = {"as_of": THROUGH, "arrangement": arrangement, "min_position": size(books)}
        return [row["matter_id"] for row in keeps.read("/v1/ready-to-bill", **asked)["rows"] if row["matter_id"] in matters]

    assert {word: chosen(word) for word in ("flat", "capped", "blended", "hourly", "subscription")} == {
        "flat": [flat],
        "capped": [capped],
        "blended": [hourly],
        "hourly": [capped, hourly],
        "subscription": [],
    }
    assert started(books, matters, arrangement="capped")["matters"] == 1
    card = partner.read("/v1/ready-to-bill", as_of=THROUGH, arrangement="capped", min_position=size(books))
    assert [row["arrangement"] for row in card["rows"] if row["matter_id"] == capped] == ["capped, hourly"]


def test_a_run_for_client_bills_puts_the_drafts_of_a_client_together(books: Books, matters: list[str]) -> None:
    keeps = books.firm[Role.BOOKKEEPER]
    run = started(books, matters, client_bills=True)
    path = f"/v1/billing-runs/{run['run_id']}"
    first = keeps.done(f"{path}/steps", {"at_most": 2})
    assert "client_bills" not in keeps.read(path, min_position=first["position"])
    for entry in (row["entry_id"] for row in keeps.read("/v1/reports/time-entries", matter_id=matters[2])["rows"]):
        books.firm[Role.PARTNER].done("/v1/time-entries/returns", {"entry_ids": [entry], "why": "Not yet"})

    last = keeps.done(f"{path}/steps", {})

    assert [one.get("refused") for one in last["outcomes"]] == ["wrong_state"]
    (together,) = keeps.read(path, min_position=last["position"])["client_bills"]
    drafts = [one["bill_id"] for one in first["outcomes"]]
    assert together["bill_ids"] == drafts
    card = keeps.read(f"/v1/client-bills/{together['client_bill_id']}")
    assert (card["status"], sorted(one["bill_id"] for one in card["bills"])) == ("draft", sorted(drafts))
    assert {keeps.read(f"/v1/bills/{one}")["client_bill_id"] for one in drafts} == {together["client_bill_id"]}


def test_a_client_bill_goes_its_way_over_http(books: Books, matters: list[str]) -> None:
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    at = size(books)
    rows = {one: keeps.read("/v1/reports/time-entries", matter_id=one, min_position=at)["rows"] for one in matters}
    entries = [{"matter_id": one, "entry_ids": [row["entry_id"] for row in found]} for one, found in rows.items()]
    drafted = keeps.done("/v1/client-bills", {"matters": entries, "through": THROUGH})
    assert (drafted["total"], [one["total"] for one in drafted["bills"]]) == ("600.00", ["100.00", "200.00", "300.00"])
    path = f"/v1/client-bills/{drafted['client_bill_id']}"
    assert partner.get(f"{path}/document").headers["Content-Type"] == "application/pdf"
    tag = partner.get(path, min_position=drafted["position"]).headers["ETag"]
    approved_ = partner.done(f"{path}/approval", {}, **{"If-Match": tag})
    tag = partner.get(path, min_position=approved_["position"]).headers["ETag"]
    issued = keeps.done(f"{path}/finalization", {"issued_on": THROUGH}, **{"If-Match": tag})
    number = issued["number"]
    assert [one["number"] for one in issued["bills"]] == [f"{number}-1", f"{number}-2", f"{number}-3"]

    client_id = keeps.read(path, min_position=issued["position"])["client_id"]
    paid = {"client_id": client_id, "amount": "60.00", "effective_date": THROUGH, "method": "wire", "payer": "Runa Rowe"}
    told = keeps.done("/v1/payments", {**paid, "allocations": [{"bill_id": drafted["client_bill_id"], "amount": "60.00"}]})

    assert [one["amount"] for one in told["allocations"]] == ["10.00", "20.00", "30.00"]
    rows = keeps.read("/v1/reports/accounts-receivable", min_position=told["position"], client_id=client_id)["rows"]
    assert sorted(row["open"] for row in rows) == ["180.00", "270.00", "90.00"]
    ledes = keeps.get(f"{path}/ledes", law_firm_id="12-3456789")
    assert (ledes.status_code, ledes.text.count(number)) == (200, 6), ledes.text


def test_a_payment_goes_over_the_bills_in_the_order_it_says_and_past_what_is_disputed(
    books: Books, matters: list[str]
) -> None:
    keeps, partner = books.firm[Role.BOOKKEEPER], books.firm[Role.PARTNER]
    run = started(books, matters)
    drafts = keeps.done(f"/v1/billing-runs/{run['run_id']}/steps", {})["outcomes"]
    issued = []
    for day, one in enumerate(drafts, 1):
        path = f"/v1/bills/{one['bill_id']}"
        partner.done(f"{path}/approval", {}, **{"If-Match": tag(books, path)})
        body = {"issued_on": THROUGH, "due_on": f"2026-11-0{day}"}
        issued.append(keeps.done(f"{path}/finalization", body, **{"If-Match": tag(books, path)}))
    cards = [keeps.read(f"/v1/bills/{one['bill_id']}", min_position=size(books)) for one in issued]
    dispute = {"amount": "80.00", "why": "Not agreed"}
    keeps.done(f"/v1/billing-references/{cards[0]['billing_reference_id']}/disputes", dispute)
    body = {"client_id": cards[0]["client_id"], "effective_date": THROUGH, "method": "wire", "payer": "Runa Rowe"}

    def put(amount: str, **more: str) -> list[str]:
        told = keeps.done("/v1/payments", {**body, "amount": amount, **more})
        return [one["amount"] for one in told["allocations"]]

    # open and undisputed: 20, 200 and 300
    assert put("52.00", over_bills="in_proportion") == ["2.00", "20.00", "30.00"]
    assert put("280.00", over_bills="newest_due") == ["270.00", "10.00"]
    assert put("100.00") == ["18.00", "82.00"]
    assert put("100.00") == ["88.00"]


def tag(books: Books, path: str) -> str:
    return books.firm[Role.BOOKKEEPER].get(path, min_position=size(books)).headers["ETag"]
