"""What a bill's review took off or put on, with its reason, and the lines it fell on (domain reference, section 2.4).

An adjustment counts once its bill is issued, and unless its line was taken off the draft; a bill does not change after that.
"""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table, Upsert

LINES = Table(
    "bill_lines",
    {
        "bill_id": "uuid NOT NULL",
        "line_id": "uuid",
        "entry_id": "uuid NOT NULL",
        "line_class": "text NOT NULL",
        "timekeeper_id": "uuid",
        "removed": "boolean NOT NULL DEFAULT false",
    },
    key=("bill_id", "line_id"),
)
ADJUSTMENTS = Table(
    "bill_adjustments",
    {
        "bill_id": "uuid NOT NULL",
        "line_id": "uuid",
        "kind": "text NOT NULL",
        "why": "text NOT NULL",
        "amount_minor": "bigint NOT NULL",
    },
    indexes=("bill_id",),
)
"""`kind` is write_up, write_down, discount, no_charge or courtesy_discount, which is of no line; a write-up is negative."""


def project(event: LoggedEvent) -> Iterable[Change]:
    """A line put on or taken off, or what was taken off."""
    data = event.data
    match event.topic:
        case "bill/line-added":
            line = data["line"]
            of = {name: line[name] for name in ("entry_id", "line_class", "timekeeper_id")}
            yield Upsert("bill_lines", (event.stream_id, line["line_id"]), of)
        case "bill/line-removed":
            yield Upsert("bill_lines", (event.stream_id, data["line_id"]), {"removed": True})
        case "bill/line-adjusted":
            less = data["before_minor"] - data["after_minor"]
            yield Insert("bill_adjustments", (event.stream_id, data["line_id"], data["adjustment"], data["why"], less))
        case _:
            less = data["after_minor"] - data["before_minor"]
            yield Insert("bill_adjustments", (event.stream_id, None, "courtesy_discount", data["note"], less))


_TOPICS = frozenset({"bill/line-added", "bill/line-removed", "bill/line-adjusted", "bill/courtesy-discount-given"})
PROJECTION = Projection("bill_adjustments", 1, (LINES, ADJUSTMENTS), project, _TOPICS)
