"""Approved time, earned flat fees and costs that stand on no bill, matter by matter: what a billing run may choose from."""

from datetime import date
from typing import Any

from projections.reports.arrangements import Arrangement, arranged
from projections.reports.card_states import card_states
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

_SHAPE = columns("matter client practice_area arrangement entries:count oldest:date value_minor:money matter_id client_id")
_FIND = """
SELECT matter_id, array_agg(id ORDER BY day, id) AS entry_ids, sum(value_minor)::bigint AS value_minor, min(day) AS oldest
  FROM (SELECT id::text AS id, data ->> 'matter_id' AS matter_id, data ->> 'worked_on' AS day,
               (data ->> 'value_minor')::bigint AS value_minor
          FROM {s}.cards WHERE kind = 'time_entry' AND data ->> 'status' = 'approved' AND data ->> 'bill_id' IS NULL
           AND data ->> 'charge' <> 'non_billable'
         UNION ALL
        SELECT id::text, data ->> 'matter_id', data ->> 'earned_on', (data ->> 'amount_minor')::bigint
          FROM {s}.cards WHERE kind = 'flat_fee' AND data ->> 'status' = 'earned' AND data ->> 'bill_id' IS NULL
         UNION ALL
        SELECT id::text, data ->> 'matter_id', data ->> 'incurred_on', (data ->> 'value_minor')::bigint
          FROM {s}.cards WHERE kind = 'cost' AND data ->> 'status' = 'recorded' AND data ->> 'bill_id' IS NULL
           AND data ->> 'charge' <> 'non_billable') unbilled
 WHERE day <= %(through)s AND (%(matter_ids)s::text[] IS NULL OR matter_id = ANY(%(matter_ids)s))
 GROUP BY matter_id
"""


def ready(
    reader: Reader,
    through: date,
    *,
    matter_ids: list[str] | None = None,
    client_id: str | None = None,
    practice_area: str | None = None,
    least_minor: int = 0,
    arrangement: Arrangement | None = None,
) -> list[dict[str, Any]]:
    """Matters by their numbers, each with its entries and what they are worth, as the books stand now."""
    found = reader.rows(_FIND, through=through.isoformat(), matter_ids=matter_ids)
    ids = [row["matter_id"] for row in found]
    matters, agreed = card_states(reader, "matter", ids), arranged(reader, ids)
    chosen = [
        {**row, **{name: card[name] for name in _OF_MATTER}, "arrangement": sorted(agreed[row["matter_id"]])}
        for row in found
        for card in (matters[row["matter_id"]],)
        if client_id in {None, card["client_id"]}
        and practice_area in {None, card["practice_area"]}
        and row["value_minor"] >= least_minor
        and arrangement in {None, *agreed[row["matter_id"]]}
    ]
    return sorted(chosen, key=lambda row: str(row["number"]))


_OF_MATTER = ("number", "client_id", "practice_area")


def report(
    reader: Reader,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    client_id: str | None = None,
    practice_area: str | None = None,
    arrangement: Arrangement | None = None,
    least_minor: int = 0,
) -> Report:
    """Work through the day. What is known is what is known now: a run chooses from the books as they stand.

    `least_minor` leaves out matters that are worth less, in minor units.
    """
    on = as_of or reader.today
    asked: dict[str, Any] = {"client_id": client_id, "practice_area": practice_area, "arrangement": arrangement}
    with reader.snapshot():
        found = ready(reader, on, **asked, least_minor=least_minor)
        clients = card_states(reader, "contact", {row["client_id"] for row in found})
    rows = tuple(
        (
            row["number"],
            clients[row["client_id"]]["name"],
            row["practice_area"],
            ", ".join(row["arrangement"]),
            len(row["entry_ids"]),
            date.fromisoformat(row["oldest"]),
            row["value_minor"],
            row["matter_id"],
            row["client_id"],
        )
        for row in found
    )
    return Report(
        "Ready to bill",
        _SHAPE,
        rows,
        on,
        known_at,
        totals={"value": sum(row["value_minor"] for row in found)},
        counts={"matters": len(rows), "entries": sum(len(row["entry_ids"]) for row in found)},
        notes=("as the books stand now",) if known_at is not None else (),
    )
