"""Work in progress: what was recorded and is not billed yet, by matter, client, timekeeper or age.

Ages are counted in days from the day worked (domain reference, section 3): of the day itself, up to 30, 60, 90 days, and
older. Each row opens to its movements, which sum to it.
"""

from datetime import date, timedelta
from typing import Any, Literal

from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "name current:money to_30_days:money to_60_days:money to_90_days:money older:money in_progress_minor:money "
    "recorded_minor:money billed_minor:money written_down_minor:money rounded_seconds:count id opens"
)
_IN_PROGRESS = "recorded_minor - billed_minor - written_down_minor"
_AGES = (("current", 0, 0), ("to_30", 1, 30), ("to_60", 31, 60), ("to_90", 61, 90), ("older", 91, None))
_AGE = (
    f"CASE {' '.join(f'WHEN worked_on >= %({name}_to)s THEN {n}' for n, (name, _, _) in enumerate(_AGES[:-1]))} ELSE 4 END"
)
_CALLED = ("of the day", "1 to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days")
By = Literal["matter", "client", "timekeeper", "age"]


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    by: By = "matter",
    matter_id: str | None = None,
    client_id: str | None = None,
    timekeeper_id: str | None = None,
) -> Report:
    """One row for each matter, client or timekeeper with work in progress, the largest first, or each age.

    Seconds are those charged.
    """
    on = as_of or reader.today
    ages = ", ".join(
        f"sum({_IN_PROGRESS}) FILTER (WHERE worked_on <= %({name}_from)s"
        f"{'' if last is None else f' AND worked_on >= %({name}_to)s'}) AS {name}"
        for name, _, last in _AGES
    )
    days = {f"{name}_from": on - timedelta(days=first) for name, first, _ in _AGES}
    days |= {f"{name}_to": on - timedelta(days=last) for name, _, last in _AGES if last is not None}
    key = _AGE if by == "age" else f"{by}_id"
    with reader.snapshot():
        found = reader.rows(
            f"SELECT ({key})::text AS id, {ages}, sum({_IN_PROGRESS}) AS in_progress, sum(recorded_minor) AS recorded, "
            "sum(billed_minor) AS billed, sum(written_down_minor) AS down, sum(rounded_seconds) AS seconds "
            "FROM {s}.work_movements WHERE day <= %(as_of)s AND position <= %(known_at)s "
            "AND (%(matter)s::uuid IS NULL OR matter_id = %(matter)s::uuid) "
            "AND (%(client)s::uuid IS NULL OR client_id = %(client)s::uuid) "
            "AND (%(timekeeper)s::uuid IS NULL OR timekeeper_id = %(timekeeper)s::uuid) "
            f"GROUP BY {key} HAVING sum({_IN_PROGRESS}) <> 0 ORDER BY {_ORDER[by == 'age']}",
            matter=matter_id,
            client=client_id,
            timekeeper=timekeeper_id,
            **days,
            **bounds(on, known_at),
        )
        names = _names(reader, by, [row["id"] for row in found if row["id"] is not None], known_at)
    filters = {"matter_id": matter_id, "client_id": client_id, "timekeeper_id": timekeeper_id}
    filters = {name: one for name, one in filters.items() if one is not None and name != f"{by}_id"}
    rows = tuple(
        (
            names.get(row["id"], row["id"] or "nobody: flat fees and costs"),
            *(int(row[name] or 0) for name, _, _ in _AGES),
            int(row["in_progress"]),
            int(row["recorded"]),
            int(row["billed"]),
            int(row["down"]),
            int(row["seconds"]),
            None if by == "age" else row["id"],
            link("work-movements", known_at, as_of=on, **filters, **_behind(by, row["id"], on)),
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


_ORDER = (f"sum({_IN_PROGRESS}) DESC, id", "id")


def _behind(by: By, key: str | None, on: date) -> dict[str, Any]:
    """What to ask the movements of a row for."""
    if by != "age":
        return {"of_nobody": True} if key is None else {f"{by}_id": key}
    _, first, last = _AGES[int(key or 0)]
    since = {} if last is None else {"worked_from": on - timedelta(days=last)}
    return {"worked_to": on - timedelta(days=first), **since}


def _names(reader: Reader, by: By, ids: list[str], known_at: int | None) -> dict[str, str]:
    if by == "age":
        return {str(n): called for n, called in enumerate(_CALLED)}
    kind = {"matter": "matter", "client": "contact", "timekeeper": "user"}[by]
    word = "number" if by == "matter" else "name"
    return {key: card[word] for key, card in card_states(reader, kind, ids, known_at=known_at).items() if card.get(word)}
