"""Payment plans over HTTP: agreed with even instalments, refused with the amounts, read as a card and as a report."""

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books
from tests.api.test_http_bills import Worked, four_hours, issue
from tests.api.test_http_commands import problem


@pytest.fixture
def worked(books: Books) -> Worked:
    return four_hours(books)


def test_a_plan_is_agreed_paid_and_ended(worked: Worked) -> None:
    keeps, bill = worked.firm[Role.BOOKKEEPER], issue(worked)
    even = {"count": 3, "first_due_on": "2030-01-31"}
    body = {"bill_ids": [bill["bill_id"]], "authority": "Letter of the client"}
    named = [{"due_on": "2030-01-31", "amount": "999.99"}]
    wrong = problem(keeps.post("/v1/payment-plans", body | {"instalments": named}), 422, "bad_request")
    assert (wrong["instalments"], wrong["open"]) == ("999.99", "1000.00")
    agreed = keeps.done("/v1/payment-plans", body | {"even": even})
    assert agreed["instalments"] == [
        {"due_on": "2030-01-31", "amount": "333.34"},
        {"due_on": "2030-02-28", "amount": "333.33"},
        {"due_on": "2030-03-31", "amount": "333.33"},
    ]
    problem(keeps.post("/v1/payment-plans", body | {"even": even}), 409, "wrong_state")
    path = f"/v1/payment-plans/{agreed['plan_id']}"
    card = keeps.read(path, min_position=agreed["position"])
    assert (card["status"], card["total"], card["instalments"]) == ("agreed", "1000.00", agreed["instalments"])

    payment = {
        "client_id": worked.client_id, "amount": "400.00", "effective_date": "2026-10-02", "method": "wire",
        "payer": "Wanda Webb", "allocations": [{"bill_id": bill["bill_id"], "amount": "400.00"}],
    }  # fmt: skip
    last = keeps.done("/v1/payments", payment)
    asked = {"client_id": worked.client_id, "min_position": last["position"]}
    (row,) = keeps.read("/v1/reports/payment-plans", **asked)["rows"]
    assert (row["paid"], row["next_due_on"], row["next_due"], row["arrears"]) == ("400.00", "2030-02-28", "266.67", "0.00")
    ended = keeps.done(f"{path}/ending", {"why": "paid otherwise"})
    found = keeps.read("/v1/payment-plans", status="ended", client_id=worked.client_id, min_position=ended["position"])
    assert [one["plan_id"] for one in found["items"]] == [agreed["plan_id"]]
    problem(keeps.post(f"{path}/ending", {"why": "again"}), 409, "wrong_state")
