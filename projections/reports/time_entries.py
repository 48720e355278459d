"""Time entries: what was worked, what is charged, and whether its value is in progress, billed or written down."""

from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest
from projections.reports.card_states import card_states
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns, page_size, table

_SHAPE = columns(
    "worked_on:date matter timekeeper narrative task_code activity_code charge status worked_seconds:count "
    "rounded_seconds:count rate_minor:money rate_rule value_minor:money in_progress_minor:money billed_minor:money "
    "written_down_minor:money bill_id matter_id client_id timekeeper_id entry_id"
)
_FIND = """
SELECT entry_id::text AS entry_id, worked_on, sum(recorded_minor)::bigint AS value_minor,
       sum(recorded_minor - billed_minor - written_down_minor)::bigint AS in_progress_minor,
       sum(billed_minor)::bigint AS billed_minor, sum(written_down_minor)::bigint AS written_down_minor
  FROM {s}.work_movements
 WHERE kind = 'time' AND day <= %(as_of)s AND position <= %(known_at)s
   AND (%(matter_id)s::uuid IS NULL OR matter_id = %(matter_id)s::uuid)
   AND (%(client_id)s::uuid IS NULL OR client_id = %(client_id)s::uuid)
   AND (%(timekeeper_id)s::uuid IS NULL OR timekeeper_id = %(timekeeper_id)s::uuid)
   AND worked_on BETWEEN %(from_day)s AND %(to_day)s
 GROUP BY entry_id, worked_on
HAVING sum(worked_seconds) > 0 AND (NOT %(in_progress)s OR sum(recorded_minor - billed_minor - written_down_minor) <> 0)
   AND (worked_on, entry_id) > (%(after_day)s, %(after_id)s::uuid)
 ORDER BY worked_on, entry_id
 LIMIT %(limit)s
"""


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    matter_id: str | None = None,
    client_id: str | None = None,
    timekeeper_id: str | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    in_progress: bool = False,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Oldest first. Discarded entries count no longer and are in the audit trail. Raises BadRequest."""
    size = page_size(limit)
    after_day, after_id = _after(cursor)
    with reader.snapshot():
        found = reader.rows(
            _FIND,
            matter_id=matter_id,
            client_id=client_id,
            timekeeper_id=timekeeper_id,
            from_day=from_day or date.min,
            to_day=to_day or date.max,
            in_progress=in_progress,
            after_day=after_day,
            after_id=after_id,
            limit=size + 1,
            **bounds(as_of, known_at),
        )
        more, found = found[size:], found[:size]
        entries = card_states(reader, "time_entry", [row["entry_id"] for row in found], known_at=known_at)
        matters = card_states(reader, "matter", {one["matter_id"] for one in entries.values()}, known_at=known_at)
        people = card_states(reader, "user", {one["timekeeper_id"] for one in entries.values()}, known_at=known_at)
    rows = []
    for row in found:
        entry = entries[row["entry_id"]]
        titles = {
            "matter": matters.get(entry["matter_id"], {}).get("number"),
            "timekeeper": people.get(entry["timekeeper_id"], {}).get("name"),
        }
        rows.append({**entry, **titles, **row})
    following = f"{found[-1]['worked_on']}.{found[-1]['entry_id']}" if more else None
    return Report(
        "Time entries",
        _SHAPE,
        table(_SHAPE, rows),
        as_of,
        known_at,
        totals={name: sum(row[f"{name}_minor"] for row in found) for name in ("value", "in_progress", "billed")},
        counts={"entries": len(rows)},
        next_cursor=following,
    )


def _after(cursor: str | None) -> tuple[date, UUID]:
    if cursor is None:
        return date.min, UUID(int=0)
    day, _, entry_id = cursor.partition(".")
    try:
        return date.fromisoformat(day), UUID(entry_id)
    except ValueError:
        raise BadRequest(f"{cursor!r} is not a cursor of this report") from None
