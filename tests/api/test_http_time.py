"""Time over HTTP: recorded, split, listed, rerated with a preview, and folded into work in progress at two clocks."""

from typing import Any, NamedTuple

import pytest

from aggregates.permissions import Role
from tests.api.http_firm import Books, Firm
from tests.api.test_http_commands import problem

WORKED = {"worked_on": "2026-09-15", "narrative": "Drafted the complaint", "task_code": "L210", "activity_code": "A103"}


class Rated(NamedTuple):
    firm: Firm
    matter_id: str


@pytest.fixture
def rated(books: Books) -> Rated:
    """A new matter; the timekeeper of the firm costs 250.00 an hour."""
    who = books.firm[Role.TIMEKEEPER].read("/v1/session")["user_id"]
    rate = {"timekeeper_id": who, "effective_from": "2026-09-01", "rate": "250.00"}
    books.firm[Role.PARTNER].done("/v1/billing-rates", rate)
    return Rated(books.firm, books.client("Rada Reed", books.firm[Role.BOOKKEEPER])[1])


def record(rated: Rated, seconds: int = 3600, **more: Any) -> dict[str, Any]:
    body = {"matter_id": rated.matter_id, "worked_seconds": seconds, **WORKED, **more}
    return rated.firm[Role.TIMEKEEPER].done("/v1/time-entries", body)


def in_progress(rated: Rated, **clocks: Any) -> list[tuple[str, str]]:
    found = rated.firm[Role.BOOKKEEPER].read("/v1/work-in-progress", matter_id=rated.matter_id, **clocks)
    rows = found["rows"]
    return [(row["in_progress"], row["to_30_days"]) for row in rows]


def test_time_is_recorded_split_and_shows_in_work_in_progress(rated: Rated) -> None:
    told = record(rated, 1000)
    assert (told["value"], told["rate"], told["rounded_seconds"]) == ("75.00", "250.00", 1080)
    keeper, keeps = rated.firm[Role.TIMEKEEPER], rated.firm[Role.BOOKKEEPER]
    path = f"/v1/time-entries/{told['entry_id']}"
    shown = keeper.get(path, min_position=told["position"])
    split = keeper.post(f"{path}/split", {"worked_seconds": 333, "why": "two calls"}, If_Match=shown.headers["etag"])
    assert split.status_code == 200, split.text

    rows = keeps.read("/v1/reports/time-entries", min_position=split.json()["position"], matter_id=rated.matter_id)["rows"]

    assert sorted((row["worked_seconds"], row["value"]) for row in rows) == [(333, "24.97"), (667, "50.03")]
    assert in_progress(rated, as_of="2026-10-01") == [("75.00", "75.00")]
    assert in_progress(rated, as_of="2026-09-14") == []
    assert in_progress(rated, as_of="2026-12-31") == [("75.00", "0.00")]
    assert in_progress(rated, known_at=told["position"] - 1, as_of="2026-10-01") == []
    assert problem(keeps.get("/v1/work-in-progress", by="payee"), 422, "bad_request")["detail"].startswith("by is one of")


def test_a_period_is_rerated_after_a_preview(rated: Rated) -> None:
    partner, entry = rated.firm[Role.PARTNER], record(rated)["entry_id"]
    partner.done("/v1/billing-rates", {"matter_id": rated.matter_id, "effective_from": "2026-09-10", "rate": "300.00"})
    body = {"from_day": "2026-09-01", "to_day": "2026-09-30", "matter_id": rated.matter_id}

    preview = partner.http.post("/v1/time-entries/rerating?dry_run=true", json=body).json()
    told = partner.done("/v1/time-entries/rerating", body)

    assert preview["changed"] == told["changed"]
    assert [one["entry_id"] for one in told["changed"]] == [entry]
    backwards = partner.post("/v1/time-entries/rerating", {**body, "from_day": "2026-10-01"})
    assert problem(backwards, 422, "bad_request")
    assert [(one["value_before"], one["value_after"]) for one in told["changed"]] == [("250.00", "300.00")]


def test_a_timekeeper_reads_their_own_time_and_no_other(rated: Rated) -> None:
    entry, keeper = record(rated), rated.firm[Role.TIMEKEEPER]
    me = keeper.read("/v1/session")["user_id"]

    mine = keeper.read(f"/v1/timekeepers/{me}/time-entries", min_position=entry["position"], matter_id=rated.matter_id)

    assert [row["entry_id"] for row in mine["rows"]] == [entry["entry_id"]]
    other = rated.firm.owner_id
    assert keeper.get(f"/v1/timekeepers/{other}/time-entries").status_code == 403
    assert keeper.get("/v1/reports/time-entries").status_code == 403


def test_a_timer_runs_pauses_and_becomes_an_entry(rated: Rated) -> None:
    keeper = rated.firm[Role.TIMEKEEPER]
    start = {"matter_id": rated.matter_id, "note": "Calls", "at": "2026-09-15T09:00:00Z"}
    timer = keeper.done("/v1/timers", start)["timer_id"]
    keeper.done(f"/v1/timers/{timer}/pause", {"at": "2026-09-15T09:10:00Z"})
    me = keeper.read("/v1/session")["user_id"]
    at = rated.firm.application.log(rated.firm.slug).size()
    (row,) = keeper.read(f"/v1/timekeepers/{me}/timers", min_position=at)["rows"]
    assert (row["status"], row["counted_seconds"], row["timer_id"]) == ("paused", 600, timer)
    told = keeper.done(f"/v1/timers/{timer}/stop", {"at": "2026-09-15T10:00:00Z"})

    assert (told["worked_seconds"], told["value"]) == (600, "50.00")
    card = keeper.read(f"/v1/timers/{timer}", min_position=told["position"])
    assert (card["status"], card["entry_id"]) == ("stopped", told["entry_id"])


@pytest.mark.parametrize("wrong", [{"worked_seconds": -60}, {"worked_on": "2999-01-01"}, {"task_code": "X1"}])
def test_bad_time_is_refused_and_changes_nothing(rated: Rated, wrong: dict[str, Any]) -> None:
    log = rated.firm.application.log(rated.firm.slug)
    size = log.size()
    body = {"matter_id": rated.matter_id, "worked_seconds": 60, **WORKED, **wrong}
    assert rated.firm[Role.TIMEKEEPER].post("/v1/time-entries", body).status_code == 422
    assert log.size() == size


def test_a_budget_raises_a_notice_at_its_share(rated: Rated) -> None:
    partner = rated.firm[Role.PARTNER]
    budget = {"fees": "1000.00", "seconds": 36000, "notices_at_percent": [50, 80]}
    partner.done(f"/v1/matters/{rated.matter_id}/budget", budget)
    at = record(rated, 3 * 3600)["position"]

    rows = partner.read("/v1/budgets", matter_id=rated.matter_id, min_position=at)["rows"]

    assert [(row["of"], row["percent"], row["notice"]) for row in rows] == [("fees", 75, 50), ("hours", 30, None)]
    assert problem(partner.post(f"/v1/matters/{rated.matter_id}/budget", {"fees": "0.00"}), 422, "invalid_request")
