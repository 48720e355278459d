"""Bad input about time, costs, bills and payments: each is refused with its code, in a sentence, and changes nothing.

Unknown codes, closed matters, days to come, negative hours, stale versions, finalized invoices (issue 3, section G).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import problem

NOBODY = "00000000-0000-0000-0000-0000000000aa"
TO_COME = "2999-01-01"
ON = "2026-09-30"
TIME = {"worked_seconds": 3600, "worked_on": "2026-09-15", "narrative": "Drafted the complaint"}
COST = {
    "nature": "soft", "incurred_on": "2026-09-15", "expense_code": "E101", "description": "Copies", "quantity": "10",
    "unit_cost": "0.25",
}  # fmt: skip
PAYMENT = {"amount": "100.00", "effective_date": ON, "method": "wire", "payer": "Bea Birch"}


class Desk(NamedTuple):
    """A matter at work, a closed one, and the ids that paths and bodies name in braces."""

    firm: Firm
    ids: Mapping[str, str]

    def etag(self, path: str) -> str:
        """Of the thing a path begins with, as it stands now."""
        at = self.firm.application.log(self.firm.slug).size()
        shown = self.firm[Role.PARTNER].get("/".join(path.split("/")[:4]), min_position=at)
        return str(shown.headers["etag"])

    def filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        return value.format_map(self.ids) if isinstance(value, str) else value

    def refused(self, path: str, body: Mapping[str, Any], status: int, code: str, *, stale: bool = False) -> dict[str, Any]:
        """By whoever may do such things; nothing is recorded."""
        path, log = self.filled(path), self.firm.application.log(self.firm.slug)
        headers = {"If_Match": self.etag(path)} if _edits(path) else {}
        if stale:
            thing, _, version = headers["If_Match"].strip('"').partition("@")
            headers["If_Match"] = f'"{thing}@{int(version) - 1}"'
        size = log.size()
        asks = self.firm[Role.BOOKKEEPER if path.startswith("/v1/payments") else Role.PARTNER]
        told = problem(asks.post(path, self.filled(dict(body)), **headers), status, code)
        assert log.size() == size
        return told


def _edits(path: str) -> bool:
    """Whether a path names a thing and what is done to it."""
    thing = path.split("/")
    return len(thing) > 4 and thing[2] in {"time-entries", "costs", "bills", "payments"} and thing[3].count("-") == 4


@pytest.fixture(scope="module")
def desk(books: Books) -> Desk:
    firm = books.firm
    partner, keeper, bookkeeper = firm[Role.PARTNER], firm[Role.TIMEKEEPER], firm[Role.BOOKKEEPER]
    client, matter, _ = books.client("Bea Birch", bookkeeper)
    closed = partner.done("/v1/matters", {"client_id": client, "description": "Over"})["matter_id"]
    partner.done("/v1/billing-rates", {"matter_id": matter, "effective_from": "2026-01-01", "rate": "250.00"})

    def time() -> str:
        entry = str(keeper.done("/v1/time-entries", {"matter_id": matter, **TIME})["entry_id"])
        keeper.done("/v1/time-entries/submissions", {"entry_ids": [entry]})
        partner.done("/v1/time-entries/approvals", {"entry_ids": [entry]})
        return entry

    def cost() -> str:
        return str(keeper.done("/v1/costs", {"matter_id": matter, **COST})["cost_id"])

    ids = {"client": client, "matter": matter, "closed": closed, "free": time(), "nobody": NOBODY}
    ids |= {"entry": time(), "cost": cost(), "drafted": time()}
    ids["payment"] = bookkeeper.done("/v1/payments", {"client_id": client, **PAYMENT})["payment_id"]  # nothing is owed yet
    bill = bookkeeper.done("/v1/bills", {"matter_id": matter, "entry_ids": [ids["entry"], ids["cost"]], "through": ON})
    draft = bookkeeper.done("/v1/bills", {"matter_id": matter, "entry_ids": [ids["drafted"]], "through": ON})
    ids |= {"bill": bill["bill_id"], "draft": draft["bill_id"]}
    found = Desk(firm, ids)
    for done, body in (("approval", {}), ("finalization", {"issued_on": ON, "due_on": "2026-10-15"})):
        path = f"/v1/bills/{ids['bill']}/{done}"
        assert partner.post(path, body, If_Match=found.etag(path)).status_code == 200
    for name in ("bill", "draft"):
        at = firm.application.log(firm.slug).size()
        ids[f"{name}_line"] = partner.read(f"/v1/bills/{ids[name]}", min_position=at)["lines"][0]["line_id"]
    closing = f"/v1/matters/{closed}/closing"
    assert partner.post(closing, {"why": "done"}, If_Match=found.etag(closing)).status_code == 200
    return found


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "task_code": "X999"}, 422, "bad_request"),
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "activity_code": "A999"}, 422, "bad_request"),
        ("/v1/time-entries/{free}/amendments", {"task_code": "X999", "why": "recoded"}, 422, "bad_request"),
        ("/v1/costs", {"matter_id": "{matter}", **COST, "expense_code": "E999"}, 422, "bad_request"),
        ("/v1/time-entries", {"matter_id": "{nobody}", **TIME}, 404, "not_found"),
        ("/v1/costs", {"matter_id": "{nobody}", **COST}, 404, "not_found"),
        ("/v1/bills", {"matter_id": "{nobody}", "entry_ids": ["{free}"], "through": ON}, 404, "not_found"),
        ("/v1/bills", {"matter_id": "{matter}", "entry_ids": ["{nobody}"], "through": ON}, 404, "not_found"),
        ("/v1/payments", {"client_id": "{nobody}", **PAYMENT}, 404, "not_found"),
    ],
)
def test_an_unknown_code_or_thing(desk: Desk, path: str, body: dict[str, Any], status: int, code: str) -> None:
    desk.refused(path, body, status, code)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/time-entries", {"matter_id": "{closed}", **TIME}),
        ("/v1/timers", {"matter_id": "{closed}", "note": "Calls"}),
        ("/v1/time-entries/{free}/move", {"matter_id": "{closed}", "why": "wrong matter"}),
        ("/v1/costs", {"matter_id": "{closed}", **COST}),
        ("/v1/flat-fees", {"matter_id": "{closed}", "stage": "Deed", "amount": "500.00", "authority": "Letter"}),
        ("/v1/matters/{closed}/contingent-fee",
         {"tiers": [{"stage": "suit", "basis_points": 3000}], "fee_on": "gross", "authority": "Letter"}),
    ],
)  # fmt: skip
def test_a_closed_matter(desk: Desk, path: str, body: dict[str, Any]) -> None:
    told = desk.refused(path, body, 409, "wrong_state")
    assert "closed" in told["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "worked_on": TO_COME}),
        ("/v1/time-entries/{free}/amendments", {"worked_on": TO_COME, "why": "another day"}),
        ("/v1/costs", {"matter_id": "{matter}", **COST, "incurred_on": TO_COME}),
        ("/v1/payments", {"client_id": "{client}", **PAYMENT, "effective_date": TO_COME}),
        ("/v1/payments/{payment}/allocations", {"bill_id": "{bill}", "amount": "1.00", "effective_date": TO_COME}),
        ("/v1/bills/{bill}/credit-memos", {"amount": "1.00", "effective_date": TO_COME, "why": "agreed"}),
        ("/v1/bills/{bill}/write-offs", {"amount": "1.00", "effective_date": TO_COME, "why": "agreed"}),
        ("/v1/bills/{bill}/voiding", {"effective_date": TO_COME, "why": "agreed"}),
    ],
)
def test_a_day_to_come(desk: Desk, path: str, body: dict[str, Any]) -> None:
    told = desk.refused(path, body, 422, "bad_request")
    assert TO_COME in told["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "worked_seconds": -3600}),
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "worked_seconds": 0}),
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "worked_seconds": 86_401}),
        ("/v1/time-entries", {"matter_id": "{matter}", **TIME, "worked_seconds": 1.5}),
        ("/v1/time-entries/{free}/amendments", {"worked_seconds": -1, "why": "recounted"}),
        ("/v1/time-entries/{free}/split", {"worked_seconds": -1, "why": "two things"}),
        ("/v1/costs", {"matter_id": "{matter}", **COST, "quantity": "-1"}),
        ("/v1/costs", {"matter_id": "{matter}", **COST, "unit_cost": "-0.25"}),
        ("/v1/payments", {"client_id": "{client}", **PAYMENT, "amount": "-100.00"}),
        ("/v1/bills/{draft}/courtesy-discount", {"discount": "-1.00", "note": "thanks"}),
        ("/v1/bills/{draft}/lines/{draft_line}/adjustment",
         {"adjustment": "write_down", "charged": "-1.00", "why": "review"}),
        ("/v1/bills/{bill}/write-offs", {"amount": "-1.00", "effective_date": ON, "why": "agreed"}),
    ],
)  # fmt: skip
def test_what_is_below_nothing_or_more_than_a_day(desk: Desk, path: str, body: dict[str, Any]) -> None:
    told = desk.refused(path, body, 422, "invalid_request")
    assert told["errors"]


def test_an_amount_below_nothing_is_told_as_that(desk: Desk) -> None:
    told = desk.refused("/v1/time-entries", {"matter_id": "{matter}", **TIME, "rate": "-1.00"}, 422, "invalid_request")
    assert told["errors"] == [{"pointer": "/rate", "detail": "an amount may not be below zero"}]
    told = desk.refused("/v1/costs", {"matter_id": "{matter}", **COST, "unit_cost": "-0.25"}, 422, "invalid_request")
    says = 'a number of at most 9 digits is asked for, with at most 6 decimals, as text such as "12.5"'
    assert told["errors"] == [{"pointer": "/unit_cost", "detail": says}]


def test_more_than_there_is(desk: Desk) -> None:
    on = {"effective_date": ON}
    desk.refused("/v1/time-entries/{free}/split", {"worked_seconds": 3600, "why": "all of it"}, 422, "bad_request")
    desk.refused("/v1/bills/{bill}/write-offs", {"amount": "252.51", "why": "agreed", **on}, 422, "bad_request")
    desk.refused("/v1/bills/{bill}/credit-memos", {"amount": "252.51", "why": "agreed", **on}, 422, "bad_request")
    desk.refused("/v1/bills/{draft}/courtesy-discount", {"discount": "250.01", "note": "thanks"}, 422, "bad_request")
    put = {"bill_id": "{bill}", "amount": "100.01", **on}
    desk.refused("/v1/payments/{payment}/allocations", put, 422, "bad_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/time-entries/{free}/amendments", {"narrative": "Redrafted", "why": "clearer"}),
        ("/v1/time-entries/{free}/split", {"worked_seconds": 600, "why": "two things"}),
        ("/v1/bills/{draft}/approval", {}),
        ("/v1/bills/{draft}/courtesy-discount", {"discount": "10.00", "note": "thanks"}),
        ("/v1/bills/{draft}/dropping", {"why": "not now"}),
        ("/v1/bills/{bill}/voiding", {"effective_date": ON, "why": "mistake"}),
        ("/v1/payments/{payment}/allocations", {"bill_id": "{bill}", "amount": "1.00", "effective_date": ON}),
    ],
)
def test_a_version_that_is_not_the_newest(desk: Desk, path: str, body: dict[str, Any]) -> None:
    told = desk.refused(path, body, 412, "stale_version", stale=True)
    assert told["retryable"] is False


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/bills/{bill}/lines", {"entry_ids": ["{free}"]}),
        ("/v1/bills/{bill}/lines/{bill_line}/removal", {"why": "held"}),
        ("/v1/bills/{bill}/lines/{bill_line}/adjustment", {"adjustment": "no_charge", "charged": "0.00", "why": "review"}),
        ("/v1/bills/{bill}/lines/{bill_line}/narrative", {"narrative": "Something else"}),
        ("/v1/bills/{bill}/courtesy-discount", {"discount": "10.00", "note": "thanks"}),
        ("/v1/bills/{bill}/approval", {}),
        ("/v1/bills/{bill}/return", {"why": "once more"}),
        ("/v1/bills/{bill}/finalization", {"issued_on": ON, "due_on": "2026-10-15"}),
        ("/v1/bills/{bill}/dropping", {"why": "not now"}),
        ("/v1/bills", {"matter_id": "{matter}", "entry_ids": ["{entry}"], "through": ON}),
        ("/v1/time-entries/{entry}/amendments", {"worked_seconds": 600, "why": "recounted"}),
        ("/v1/time-entries/{entry}/split", {"worked_seconds": 600, "why": "two things"}),
        ("/v1/time-entries/{entry}/move", {"matter_id": "{matter}", "why": "wrong matter"}),
        ("/v1/time-entries/discardings", {"entry_ids": ["{entry}"], "why": "never was"}),
        ("/v1/time-entries/returns", {"entry_ids": ["{entry}"], "why": "once more"}),
        ("/v1/costs/{cost}/amendments", {"unit_cost": "0.30", "why": "dearer"}),
        ("/v1/costs/{cost}/discarding", {"why": "never was"}),
    ],
)
def test_a_finalized_invoice_and_what_stands_on_it(desk: Desk, path: str, body: dict[str, Any]) -> None:
    desk.refused(path, body, 409, "wrong_state")
