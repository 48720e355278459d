"""Budgets against actuals: what each matter with a budget has used of it, and which notices that raises.

Used is what was recorded: time and costs in progress as well as billed, before what was written down.
"""

from datetime import date
from typing import Any

from projections.reports.card_states import card_states
from projections.reports.figure_rows import link
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_SHAPE = columns(
    "matter of used_minor:money budget_minor:money used_seconds:count budget_seconds:count percent:count notice:count "
    "raised_on:date matter_id opens"
)
_USED = """
SELECT matter_id::text AS matter_id, coalesce(sum(recorded_minor) FILTER (WHERE kind <> 'cost'), 0)::bigint AS time,
       coalesce(sum(recorded_minor) FILTER (WHERE kind = 'cost'), 0)::bigint AS cost,
       coalesce(sum(rounded_seconds) FILTER (WHERE charge = 'billable'), 0)::bigint AS seconds
  FROM {s}.work_movements
 WHERE matter_id = ANY(%(ids)s::uuid[]) AND day <= %(as_of)s AND position <= %(known_at)s GROUP BY matter_id
"""


def report(
    reader: Reader, *, as_of: date | None = None, known_at: int | None = None, matter_id: str | None = None
) -> Report:
    """A row for fees, costs and hours of each; `notice` is the highest percent that was reached, of those agreed.

    `raised_on` is the day on which a notice of it last went on record, and to the responsible attorney.
    """
    with reader.snapshot():
        cards = card_states(reader, "matter_budget", known_at=known_at).values()
        budgets = {
            card["matter_id"]: card
            for card in cards
            if card["budget"] is not None and matter_id in {None, card["matter_id"]}
        }
        used = _used(reader, list(budgets), as_of, known_at)
        matters = card_states(reader, "matter", list(budgets), known_at=known_at)
    rows = [
        row
        for key, card in budgets.items()
        for row in _rows(
            key, matters[key]["number"], card, used.get(key, {"time": 0, "cost": 0, "seconds": 0}), as_of, known_at
        )
    ]
    rows.sort(key=lambda row: (-row[6], str(row[0]), row[1]))
    notices = sum(row[7] is not None for row in rows)
    return Report(
        "Budgets", _SHAPE, tuple(rows), as_of or reader.today, known_at, counts={"rows": len(rows), "notices": notices}
    )


def _used(reader: Reader, ids: list[str], as_of: date | None, known_at: int | None) -> dict[str, dict[str, int]]:
    rows = reader.rows(_USED, ids=ids, **bounds(as_of, known_at))
    return {row["matter_id"]: row for row in rows}


def _rows(
    key: str, number: str, card: dict[str, Any], used: dict[str, int], as_of: date | None, known_at: int | None
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    budget = card["budget"]

    def behind(**asked: str) -> str:
        return link("work-movements", known_at, as_of=as_of, matter_id=key, **asked)

    for name, bound, so_far, kind in (
        ("fees", budget["fees_minor"], used["time"], "fees"),
        ("costs", budget["costs_minor"], used["cost"], "cost"),
    ):
        if bound is not None:
            reached = _reached(so_far, bound, card, name)
            found.append((number, name, so_far, bound, None, None, *reached, key, behind(kind=kind)))
    if budget["seconds"] is not None:
        bound, so_far = budget["seconds"], used["seconds"]
        hours = (so_far, bound, *_reached(so_far, bound, card, "hours"))
        found.append((number, "hours", None, None, *hours, key, behind(kind="time", charge="billable")))
    return found


def _reached(used: int, bound: int, card: dict[str, Any], of: str) -> tuple[int, int | None, date | None]:
    percent, raised = used * 100 // bound, card.get(f"notice/{of}")
    notice = max((one for one in card["budget"]["notices_at_percent"] if one <= percent), default=None)
    return percent, notice, date.fromisoformat(raised["raised_on"]) if raised is not None else None
