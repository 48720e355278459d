"""Work and receivables summed by day, work in progress by month: a firm's month is read in a moment however long its log is.

The same movements as in `work_movements` and `receivable_movements`, which stay the facts behind every sum here.
"""

from collections.abc import Iterable
from typing import Any

from aggregates.logged_event import LoggedEvent
from projections import receivables, work_in_progress
from projections.projection import Add, Change, Insert, Projection, Table, Upsert

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for the timekeeper of a cost, which has none."""
WORK = Table(
    "work_days",
    {
        "day": "date",
        "kind": "text",
        "charge": "text",
        "timekeeper_id": "uuid",
        "worked_seconds": "bigint NOT NULL DEFAULT 0",
        "rounded_seconds": "bigint NOT NULL DEFAULT 0",
        "billed_seconds": "bigint NOT NULL DEFAULT 0",
        "recorded_minor": "bigint NOT NULL DEFAULT 0",
        "billed_minor": "bigint NOT NULL DEFAULT 0",
        "written_down_minor": "bigint NOT NULL DEFAULT 0",
    },
    key=("day", "kind", "charge", "timekeeper_id"),
)
COHORTS = Table(
    "work_cohorts",
    {
        "worked_on": "date",
        "day": "date",
        "kind": "text",
        "charge": "text",
        **{name: WORK.columns[name] for name in WORK.columns if name not in WORK.key},
    },
    key=("worked_on", "day", "kind", "charge"),
)
"""The same, by the day worked and the day counted from: what became of the work of some days."""
MONTHS = Table(
    "work_months",
    {"month": "date", "in_progress_minor": "bigint NOT NULL DEFAULT 0"},
    key=("month",),
)
"""What each month did to work in progress; named by its first day."""
RECEIVABLES = Table(
    "receivable_days",
    {
        "day": "date",
        "cause": "text",
        "tax_minor": "bigint NOT NULL DEFAULT 0",
        "hard_cost_minor": "bigint NOT NULL DEFAULT 0",
        "soft_cost_minor": "bigint NOT NULL DEFAULT 0",
        "fee_minor": "bigint NOT NULL DEFAULT 0",
        "interest_minor": "bigint NOT NULL DEFAULT 0",
    },
    key=("day", "cause"),
)
BALANCES = Table(
    "bill_balances",
    {
        "bill_id": "uuid",
        "client_id": "uuid",
        "matter_id": "uuid",
        "due_on": "date",
        "billing_reference_id": "uuid",
        "fees_minor": "bigint",
        "open_minor": "bigint NOT NULL DEFAULT 0",
    },
    key=("bill_id",),
    indexes=(
        "billing_reference_id",
        "USING btree (due_on) WHERE open_minor <> 0",
    ),
)
"""`fees_minor` is what the lines of the bill charge for work, before the courtesy discount."""
_WORK_SUMS = tuple(name for name in WORK.columns if name not in WORK.key)
_OWED_SUMS = ("tax_minor", "hard_cost_minor", "soft_cost_minor", "fee_minor", "interest_minor")
_OF_WORK, _OF_OWED = work_in_progress.PROJECTION, receivables.PROJECTION


def project(event: LoggedEvent) -> Iterable[Change]:
    """The event's movements, added to their days."""
    if event.topic in (_OF_WORK.topics or ()):
        for row in _rows(_OF_WORK, work_in_progress.MOVEMENTS, event):
            key = (row["day"], row["kind"], row["charge"], row["timekeeper_id"] or NOBODY)
            amounts = {name: row[name] for name in _WORK_SUMS}
            yield Add("work_days", key, amounts)
            yield Add("work_cohorts", (row["worked_on"], row["day"], row["kind"], row["charge"]), amounts)
            in_progress = row["recorded_minor"] - row["billed_minor"] - row["written_down_minor"]
            yield Add("work_months", (f"{row['day'][:7]}-01",), {"in_progress_minor": in_progress})
    else:
        if event.topic == "bill/finalized":
            kin = {name: event.data[name] for name in ("client_id", "matter_id", "due_on", "billing_reference_id")}
            fees = event.data["totals"]["fees_minor"]
            yield Upsert("bill_balances", (event.stream_id,), {**kin, "fees_minor": fees})
        for row in _rows(_OF_OWED, receivables.MOVEMENTS, event):
            yield Add("receivable_days", (row["day"], row["cause"]), {name: row[name] for name in _OWED_SUMS})
            yield Add("bill_balances", (event.stream_id,), {"open_minor": sum(row[name] for name in _OWED_SUMS)})


def _rows(of: Projection, table: Table, event: LoggedEvent) -> Iterable[dict[str, Any]]:
    for change in of.project(event):
        assert isinstance(change, Insert), "movements are facts"
        yield dict(zip(table.columns, change.row, strict=True))


_TOPICS = (_OF_WORK.topics or frozenset()) | (_OF_OWED.topics or frozenset())
PROJECTION = Projection("practice_days", 7, (WORK, COHORTS, MONTHS, RECEIVABLES, BALANCES), project, _TOPICS)
