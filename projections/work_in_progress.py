"""Every movement of recorded value, as facts: into work in progress, onto bills, written down (issue 3, sections F and G).

Of each entry, at every position: recorded = in progress + billed + written down.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MOVEMENTS = Table(
    "work_movements",
    {
        "entry_id": "uuid NOT NULL",
        "kind": "text NOT NULL",
        "cause": "text NOT NULL",
        "matter_id": "uuid NOT NULL",
        "client_id": "uuid NOT NULL",
        "timekeeper_id": "uuid",
        "charge": "text NOT NULL",
        "day": "date NOT NULL",
        "worked_on": "date NOT NULL",
        "worked_seconds": "bigint NOT NULL",
        "rounded_seconds": "bigint NOT NULL",
        "billed_seconds": "bigint NOT NULL",
        "recorded_minor": "bigint NOT NULL",
        "billed_minor": "bigint NOT NULL",
        "written_down_minor": "bigint NOT NULL",
        "bill_id": "uuid",
    },
    indexes=(
        "matter_id",
        "entry_id",
        "timekeeper_id, day",
        "USING btree (bill_id) WHERE bill_id IS NOT NULL",
        "USING btree (worked_on) WHERE bill_id IS NOT NULL",
    ),
)
"""`kind` is time, flat_fee or cost; the last two have no timekeeper and no time.

`day` is when the movement counts from: the day worked, earned or incurred, or the day of the bill. A change takes back
what was and puts what is. A write-up is written down below nothing. `billed_seconds` are those of `rounded_seconds` for
which a bill charges anything.
"""

_CHANGES = {
    "time-entry/amended": "amended",
    "time-entry/moved": "moved",
    "time-entry/rerated": "rerated",
    "time-entry/split": "split",
}
_FLAT = {"flat-fee/earned": 1, "flat-fee/unearned": -1, "flat-fee/billed": 1, "flat-fee/unbilled": -1}
_COST = frozenset(f"matter-cost/{cause}" for cause in ("recorded", "amended", "discarded", "billed", "unbilled"))
_TOPICS = frozenset(
    {*_COST, *_FLAT, "time-entry/recorded", "time-entry/discarded", "time-entry/billed", "time-entry/unbilled", *_CHANGES}
)
Data = Mapping[str, Any]


def project(event: LoggedEvent) -> Iterable[Change]:
    """What the event moved."""
    data = event.data
    match event.topic:
        case "time-entry/recorded":
            yield _recorded(event, data["work"], "recorded", 1)
        case "time-entry/discarded":
            yield _recorded(event, data["before"], "discarded", -1)
        case "time-entry/billed":
            yield _billed(event, data, "billed", 1)
        case "time-entry/unbilled":
            yield _billed(event, data, "unbilled", -1)
        case topic if topic in _COST:
            yield from _cost_moved(event, topic.partition("/")[2])
        case "flat-fee/earned" | "flat-fee/unearned" | "flat-fee/billed" | "flat-fee/unbilled":
            yield _flat(event, data, _FLAT[event.topic])
        case _:
            cause = _CHANGES[event.topic]
            yield _recorded(event, data["before"], cause, -1)
            yield _recorded(event, data["after"], cause, 1)


def _recorded(event: LoggedEvent, work: Data, cause: str, sign: int) -> Insert:
    seconds = (sign * work["worked_seconds"], sign * work["rounded_seconds"])
    return Insert(
        "work_movements",
        (event.stream_id, "time", cause, *_of(work), work["worked_on"], work["worked_on"], *seconds, 0,
         sign * work["value_minor"], 0, 0, None),
    )  # fmt: skip


def _billed(event: LoggedEvent, data: Data, cause: str, sign: int) -> Insert:
    work, billed = data["work"], data["billed_minor"]
    down, seconds = work["value_minor"] - billed, work["rounded_seconds"] if billed else 0
    return Insert(
        "work_movements",
        (event.stream_id, "time", cause, *_of(work), event.effective_date, work["worked_on"], 0, 0, sign * seconds,
         0, sign * billed, sign * down, data["bill_id"]),
    )  # fmt: skip


def _flat(event: LoggedEvent, data: Data, sign: int) -> Insert:
    """A stage that was earned is recorded at its amount, and billed by what the bill charges for it."""
    cause = event.topic.partition("/")[2]
    amount, billed = data["amount_minor"], data.get("billed_minor")
    moved = (amount, 0, 0) if billed is None else (0, billed, amount - billed)
    kin = (data["matter_id"], data["client_id"], None, "billable")
    earned_on = data.get("earned_on", event.effective_date)
    return Insert(
        "work_movements",
        (event.stream_id, "flat_fee", cause, *kin, event.effective_date, earned_on, 0, 0, 0,
         *(sign * one for one in moved), data.get("bill_id")),
    )  # fmt: skip


def _cost_moved(event: LoggedEvent, cause: str) -> Iterable[Insert]:
    """A cost is recorded at what the client is to be charged for it, and billed by what the bill charges."""
    data = event.data
    match cause:
        case "billed" | "unbilled":
            cost, billed = data["cost"], data["billed_minor"]
            sign = 1 if cause == "billed" else -1
            moved = (0, sign * billed, sign * (cost["value_minor"] - billed))
            yield _cost(event, cost, event.effective_date, cause, moved, data["bill_id"])
        case _:
            for part, sign in (("before", -1), ("cost", 1), ("after", 1)):
                if part in data:
                    cost = data[part]
                    yield _cost(event, cost, cost["incurred_on"], cause, (sign * cost["value_minor"], 0, 0), None)


def _cost(
    event: LoggedEvent, cost: Data, day: str | None, cause: str, moved: tuple[int, int, int], bill_id: str | None
) -> Insert:
    kin = (cost["matter_id"], cost["client_id"], None, cost["charge"])
    return Insert(
        "work_movements",
        (event.stream_id, "cost", cause, *kin, day, cost["incurred_on"], 0, 0, 0, *moved, bill_id),
    )


def _of(work: Data) -> tuple[Any, ...]:
    return work["matter_id"], work["client_id"], work["timekeeper_id"], work["charge"]


PROJECTION = Projection("work_in_progress", 4, (MOVEMENTS,), project, _TOPICS)
