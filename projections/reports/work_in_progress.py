"""Work in progress: what was recorded and is not billed yet, by matter, client or timekeeper, and by how old it is.

Ages are counted in days from the day worked (domain reference, section 3). Every figure opens to its entries by
`time-entries`.
"""

from datetime import date, timedelta
from typing import Literal

from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "name to_30_days:money to_60_days:money to_90_days:money older:money in_progress_minor:money "
    "recorded_minor:money billed_minor:money written_down_minor:money rounded_seconds:count id"
)
_IN_PROGRESS = "recorded_minor - billed_minor - written_down_minor"
_AGES = (("to_30", 0, 30), ("to_60", 31, 60), ("to_90", 61, 90), ("older", 91, None))
By = Literal["matter", "client", "timekeeper"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    by: By = "matter",
    matter_id: str | None = None,
) -> Report:
    """One row for each matter, client or timekeeper with work in progress, the largest first. Seconds are those charged."""
    on = as_of or reader.today
    ages = ", ".join(
        f"sum({_IN_PROGRESS}) FILTER (WHERE worked_on <= %({name}_from)s"
        f"{'' if last is None else f' AND worked_on >= %({name}_to)s'}) AS {name}"
        for name, _, last in _AGES
    )
    days = {f"{name}_from": on - timedelta(days=first) for name, first, _ in _AGES}
    days |= {f"{name}_to": on - timedelta(days=last) for name, _, last in _AGES if last is not None}
    with reader.snapshot():
        found = reader.rows(
            f"SELECT {by}_id::text AS id, {ages}, sum({_IN_PROGRESS}) AS in_progress, sum(recorded_minor) AS recorded, "
            "sum(billed_minor) AS billed, sum(written_down_minor) AS down, sum(rounded_seconds) AS seconds "
            "FROM {s}.work_movements WHERE day <= %(as_of)s AND position <= %(known_at)s "
            "AND (%(matter)s::uuid IS NULL OR matter_id = %(matter)s::uuid) "
            f"GROUP BY {by}_id HAVING sum({_IN_PROGRESS}) <> 0 ORDER BY sum({_IN_PROGRESS}) DESC, {by}_id",
            matter=matter_id,
            **days,
            **bounds(on, known_at),
        )
        names = _names(reader, by, [row["id"] for row in found if row["id"] is not None], known_at)
    rows = tuple(
        (
            names.get(row["id"], row["id"] or "nobody: flat fees and costs"),
            *(int(row[name] or 0) for name, _, _ in _AGES),
            int(row["in_progress"]),
            int(row["recorded"]),
            int(row["billed"]),
            int(row["down"]),
            int(row["seconds"]),
            row["id"],
        )
        for row in found
    )
    total = sum(int(row["in_progress"]) for row in found)
    return Report(
        f"Work in progress by {by}",
        _SHAPE,
        rows,
        on,
        known_at,
        totals={"in_progress": total},
        counts={"rows": len(rows)},
    )


def _names(reader: Reader, by: By, ids: list[str], known_at: int | None) -> dict[str, str]:
    kind = {"matter": "matter", "client": "contact", "timekeeper": "user"}[by]
    word = "number" if by == "matter" else "name"
    return {key: card[word] for key, card in card_states(reader, kind, ids, known_at=known_at).items() if card.get(word)}
