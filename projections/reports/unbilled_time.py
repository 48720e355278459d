"""Time entries that stand on no bill, of a span of days: what a rerating may touch."""

from datetime import date

from projections.reports.reader import Reader

_FIND = """
SELECT DISTINCT m.entry_id::text AS entry_id
  FROM {s}.work_movements m JOIN {s}.cards c ON c.kind = 'time_entry' AND c.id = m.entry_id
 WHERE m.worked_on BETWEEN %(from_day)s AND %(to_day)s
   AND c.data ->> 'worked_on' BETWEEN %(from_day)s::date::text AND %(to_day)s::date::text
   AND c.data ->> 'status' = ANY('{draft,submitted,approved}') AND c.data ->> 'bill_id' IS NULL
   AND (%(matter_id)s::text IS NULL OR c.data ->> 'matter_id' = %(matter_id)s)
   AND (%(timekeeper_id)s::text IS NULL OR c.data ->> 'timekeeper_id' = %(timekeeper_id)s)
 ORDER BY 1 LIMIT %(limit)s
"""


def unbilled_time(
    reader: Reader, from_day: date, to_day: date, *, matter_id: str | None, timekeeper_id: str | None, limit: int
) -> list[str]:
    """Ids of entries worked in those days, of a matter, a timekeeper, or all, as the books stand now."""
    found = reader.rows(
        _FIND, from_day=from_day, to_day=to_day, matter_id=matter_id, timekeeper_id=timekeeper_id, limit=limit
    )
    return [row["entry_id"] for row in found]
