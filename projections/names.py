"""Every name that was ever on record, for conflict searches, and who plays which role in which matter.

A former name counts as much as today's: who changed a name is still the person the firm once acted against. Names are facts,
so that a search can be run as the records were known at any position.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from aggregates.conflict_search import Hit
from aggregates.logged_event import LoggedEvent
from projections.alike import likeness, normalised, ways_to_write
from projections.personal import UNREADABLE, text_of
from projections.projection import Change, Insert, Projection, Table

NAMES = Table(
    "search_names",
    {"contact_id": "uuid NOT NULL", "matched": "text NOT NULL", "name": "text NOT NULL", "normalised": "text NOT NULL"},
    indexes=("contact_id",),
)
ROLES = Table(
    "party_roles",
    {"contact_id": "uuid NOT NULL", "matter_id": "uuid NOT NULL", "role": "text NOT NULL", "added": "boolean NOT NULL"},
    indexes=("contact_id", "matter_id"),
)
"""Roles in matters as they were given and taken; the matter's client is one of them."""

MERGES = Table(
    "contact_merges",
    {"contact_id": "uuid NOT NULL", "survivor_id": "uuid NOT NULL"},
    indexes=("contact_id",),
)

DEFAULT_SCORE = 75


class Name(NamedTuple):
    """A name on record: whose it is, how it is written, and where its owner appears."""

    contact_id: UUID
    matched: Literal["name", "alias"]
    name: str
    normalised: str
    matters: tuple[UUID, ...] = ()
    roles: tuple[str, ...] = ()


def conflict_hits(names: Sequence[Name], query: str, *, least_score: int = DEFAULT_SCORE) -> list[Hit]:
    """Contacts whose names resemble the one asked for, best first; each contact once, by its best name.

    The score is 0 to 100, as `likeness` has it.
    """
    ways = ways_to_write(query)
    if not ways:
        return []
    best: dict[UUID, Hit] = {}
    for name in names:
        score = round(max(likeness(way, name.normalised) for way in ways))
        known = best.get(name.contact_id)
        if score >= least_score and (known is None or score > known.score):
            best[name.contact_id] = Hit(
                contact_id=name.contact_id, matched=name.matched, score=score, matters=name.matters, roles=name.roles
            )
    return sorted(best.values(), key=lambda hit: (-hit.score, str(hit.contact_id)))


def project(event: LoggedEvent) -> Iterable[Change]:
    """Names that come on record, roles given and taken, duplicates that point elsewhere."""
    data = event.data
    match event.topic:
        case "contact/added":
            yield from _named(event.stream_id, "name", [data["name"]])
            yield from _named(event.stream_id, "alias", data["aliases"])
        case "contact/amended":
            if data["field"] in {"name", "aliases"}:
                yield from _named(event.stream_id, "name" if data["field"] == "name" else "alias", data["after"])
        case "contact/merged-into":
            yield Insert("contact_merges", (event.stream_id, data["survivor_id"]))
        case "matter/opened":
            yield Insert("party_roles", (data["client_id"], event.stream_id, "client", True))
        case _:
            added = event.topic == "matter/party-added"
            yield Insert("party_roles", (data["contact_id"], event.stream_id, data["role"], added))


def _named(contact_id: str, matched: str, names: Iterable[Any]) -> Iterable[Change]:
    for personal in names:
        name = text_of(personal)
        if name and name != UNREADABLE:
            yield Insert("search_names", (contact_id, matched, name, normalised(name)))


PROJECTION = Projection(
    "names",
    2,
    (NAMES, ROLES, MERGES),
    project,
    frozenset(
        {
            "contact/added", "contact/amended", "contact/merged-into", "matter/opened", "matter/party-added",
            "matter/party-removed",
        }
    ),
)  # fmt: skip
