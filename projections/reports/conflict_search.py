"""Who resembles a name, among all names, former names and aliases on record, with the matters each one appears in."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.conflict_search import Hit
from aggregates.errors import BadRequest
from projections.alike import ways_to_write
from projections.names import DEFAULT_SCORE, Name, conflict_hits
from projections.reports.card_states import card_states
from projections.reports.reader import Reader, Row, bounds
from projections.reports.report import Report, columns

_SHAPE = columns("asked score:count contact matched roles matters contact_id")


def names_on_record(reader: Reader, known_at: int | None = None) -> list[Name]:
    """Every name known at a position. The name of a duplicate counts for the contact it was merged into."""
    clocks = bounds(None, known_at)
    survivors = {
        row["contact_id"]: row["survivor_id"]
        for row in reader.rows(
            "SELECT contact_id, survivor_id FROM {s}.contact_merges WHERE position <= %(known_at)s ORDER BY position",
            **clocks,
        )
    }
    appears: dict[UUID, dict[tuple[UUID, str], bool]] = defaultdict(dict)
    for row in reader.rows(
        "SELECT contact_id, matter_id, role, added FROM {s}.party_roles WHERE position <= %(known_at)s ORDER BY position, n",
        **clocks,
    ):
        appears[_survivor(survivors, row["contact_id"])][row["matter_id"], row["role"]] = row["added"]
    rows = reader.rows(
        "SELECT DISTINCT contact_id, matched, name, normalised FROM {s}.search_names WHERE position <= %(known_at)s "
        "ORDER BY contact_id, matched DESC, name",
        **clocks,
    )
    return [_name(row, survivors, appears) for row in rows]


def hits(
    reader: Reader, names: Sequence[str], *, known_at: int | None = None, least_score: int = DEFAULT_SCORE
) -> list[list[Hit]]:
    """For each name asked, the contacts that resemble it, best first. Raises BadRequest for a name without a letter."""
    for name in names:
        if not ways_to_write(name):
            raise BadRequest(f"{name!r} has no letter or digit; a search for it would say that nobody is like it")
    with reader.snapshot():
        on_record = names_on_record(reader, known_at)
    return [conflict_hits(on_record, name, least_score=least_score) for name in names]


def report(
    reader: Reader,
    *,
    names: Sequence[str],
    as_of: date | None = None,
    known_at: int | None = None,
    least_score: int = DEFAULT_SCORE,
) -> Report:
    """The same as a table. Names have no day of the books: `as_of` is only echoed."""
    with reader.snapshot():
        found = hits(reader, names, known_at=known_at, least_score=least_score)
        contacts = card_states(reader, "contact", {str(h.contact_id) for many in found for h in many}, known_at=known_at)
        matters = card_states(
            reader, "matter", {str(matter) for many in found for h in many for matter in h.matters}, known_at=known_at
        )
    rows = tuple(
        (
            asked,
            hit.score,
            contacts.get(str(hit.contact_id), {}).get("name"),
            hit.matched,
            ", ".join(hit.roles),
            ", ".join(matters[str(matter)]["number"] for matter in hit.matters if str(matter) in matters),
            str(hit.contact_id),
        )
        for asked, many in zip(names, found, strict=True)
        for hit in many
    )
    return Report("Conflict search", _SHAPE, rows, as_of, known_at, counts={"hits": len(rows)})


def _survivor(survivors: dict[UUID, UUID], contact_id: UUID) -> UUID:
    while contact_id in survivors:
        contact_id = survivors[contact_id]
    return contact_id


def _name(row: Row, survivors: dict[UUID, UUID], appears: dict[UUID, dict[tuple[UUID, str], bool]]) -> Name:
    contact_id = _survivor(survivors, row["contact_id"])
    there = appears[contact_id]
    matters = tuple(sorted({matter for matter, _ in there}))
    roles = tuple(sorted({role if added else f"former {role}" for (_, role), added in there.items()}))
    return Name(contact_id, row["matched"], row["name"], row["normalised"], matters, roles)
