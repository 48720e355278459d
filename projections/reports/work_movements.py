"""The movements of recorded value behind work in progress, realization and utilization, one by one."""

from datetime import date
from typing import Any, Literal

from aggregates.errors import BadRequest
from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, page_size, table

_SHAPE = columns(
    "day:date worked_on:date kind cause charge matter timekeeper worked_seconds:count rounded_seconds:count "
    "billed_seconds:count recorded_minor:money billed_minor:money written_down_minor:money entry_id bill_id matter_id "
    "client_id timekeeper_id position:count"
)
_SUMS = ("worked_seconds", "rounded_seconds", "billed_seconds", "recorded_minor", "billed_minor", "written_down_minor")
_WHERE = """
 WHERE day BETWEEN %(from_day)s AND %(as_of)s AND position <= %(known_at)s
   AND worked_on BETWEEN %(worked_from)s AND %(worked_to)s
   AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s)) AND (%(charge)s::text IS NULL OR charge = %(charge)s)
   AND (%(matter_id)s::uuid IS NULL OR matter_id = %(matter_id)s::uuid)
   AND (%(client_id)s::uuid IS NULL OR client_id = %(client_id)s::uuid)
   AND (%(timekeeper_id)s::uuid IS NULL OR timekeeper_id = %(timekeeper_id)s::uuid)
   AND (%(entry_id)s::uuid IS NULL OR entry_id = %(entry_id)s::uuid)
   AND (%(bill_id)s::uuid IS NULL OR bill_id = %(bill_id)s::uuid)
   AND (NOT %(of_nobody)s OR timekeeper_id IS NULL) AND (NOT %(of_bills)s OR bill_id IS NOT NULL)
"""
_KINDS = {"fees": ["time", "flat_fee"]}


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    from_day: date | None = None,
    worked_from: date | None = None,
    worked_to: date | None = None,
    kind: Literal["time", "flat_fee", "cost", "fees"] | None = None,
    charge: Literal["billable", "no_charge", "non_billable"] | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    timekeeper_id: str | None = None,
    of_nobody: bool = False,
    of_bills: bool = False,
    entry_id: str | None = None,
    bill_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """By the day each counts from; `fees` are time and flat fees, `of_nobody` what has no timekeeper.

    `of_bills` is what bills did that were issued or voided. Totals are over all.

    Raises BadRequest.
    """
    size = page_size(limit)
    chosen: dict[str, Any] = {
        "from_day": from_day or date.min, "worked_from": worked_from or date.min, "worked_to": worked_to or date.max,
        "kinds": _KINDS.get(kind, [kind]) if kind is not None else None, "charge": charge, "matter_id": matter_id,
        "client_id": client_id, "timekeeper_id": timekeeper_id, "of_nobody": of_nobody, "entry_id": entry_id,
        "bill_id": bill_id, "of_bills": of_bills, **bounds(as_of, known_at),
    }  # fmt: skip
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in _SUMS)
    with reader.snapshot():
        whole = reader.row(f"SELECT count(*) AS movements, {sums} FROM {{s}}.work_movements {_WHERE}", **chosen)
        found = reader.rows(
            f"SELECT * FROM {{s}}.work_movements {_WHERE} AND (day, position, n) > (%(day)s, %(position)s, %(n)s) "
            "ORDER BY day, position, n LIMIT %(limit)s",
            **chosen,
            **after(cursor),
            limit=size + 1,
        )
        more, found = found[size:], found[:size]
        matters = card_states(reader, "matter", {str(row["matter_id"]) for row in found}, known_at=known_at)
        people = {str(row["timekeeper_id"]) for row in found if row["timekeeper_id"]}
        users = card_states(reader, "user", people, known_at=known_at)
    assert whole is not None, "a sum is always there"
    for row in found:
        row["matter"] = matters.get(str(row["matter_id"]), {}).get("number")
        row["timekeeper"] = users.get(str(row["timekeeper_id"]), {}).get("name")
    in_progress = whole["recorded_minor"] - whole["billed_minor"] - whole["written_down_minor"]
    return Report(
        "Movements of work",
        _SHAPE,
        table(_SHAPE, found),
        as_of,
        known_at,
        totals={
            "recorded": whole["recorded_minor"],
            "billed": whole["billed_minor"],
            "written_down": whole["written_down_minor"],
            "billed_and_written_down": whole["billed_minor"] + whole["written_down_minor"],
            "in_progress": in_progress,
        },
        counts={name: whole[name] for name in ("movements", *_SUMS[:3])},
        next_cursor=following(found) if more else None,
    )


def following(rows: list[dict[str, Any]]) -> str:
    """Where the page after these rows begins."""
    last = rows[-1]
    return f"{last['day']}.{last['position']}.{last['n']}"


def after(cursor: str | None) -> dict[str, Any]:
    """The day, position and number after which a page begins. Raises BadRequest for what is no cursor."""
    if cursor is None:
        return {"day": date.min, "position": 0, "n": 0}
    day, _, rest = cursor.partition(".")
    position, _, n = rest.partition(".")
    try:
        return {"day": date.fromisoformat(day), "position": int(position), "n": int(n)}
    except ValueError:
        raise BadRequest(f"{cursor!r} is not a cursor of this report") from None
