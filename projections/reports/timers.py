"""A person's timers that are not over: which one runs, and what each has counted."""

from datetime import date, datetime

from projections.reports.card_states import card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns("status started_at:instant running_since:instant counted_seconds:count matter note timer_id matter_id")


def report(reader: Reader, *, timekeeper_id: str, as_of: date | None = None, known_at: int | None = None) -> Report:
    """Running first. `counted_seconds` is what was counted until it was last paused; a running one counts on from then."""
    with reader.snapshot():
        found = reader.rows(
            "SELECT id::text AS id FROM {s}.cards WHERE kind = 'timer' AND data ->> 'timekeeper_id' = %(who)s",
            who=timekeeper_id,
        )
        timers = card_states(reader, "timer", [row["id"] for row in found], as_of=as_of, known_at=known_at)
        matters = {card["matter_id"] for card in timers.values() if card["matter_id"] is not None}
        numbers = card_states(reader, "matter", matters, known_at=known_at)
    going = {key: card for key, card in timers.items() if card["status"] in {"running", "paused"}}
    rows = tuple(
        (
            card["status"],
            datetime.fromisoformat(card["started_at"]),
            datetime.fromisoformat(card["running_since"]) if card["running_since"] is not None else None,
            card["counted_seconds"],
            numbers.get(card["matter_id"], {}).get("number"),
            card["note"],
            key,
            card["matter_id"],
        )
        for key, card in sorted(going.items(), key=lambda one: (one[1]["status"] != "running", one[1]["started_at"]))
    )
    return Report("Timers", _SHAPE, rows, as_of, known_at, counts={"timers": len(rows)})
