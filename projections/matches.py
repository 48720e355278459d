"""Which bank line is which book entry: matches made, undone and rejected, each as a fact.

A match stands at a position when it was accepted by then and not undone by then.
"""

from collections.abc import Iterable

from aggregates.logged_event import LoggedEvent
from projections.projection import Change, Insert, Projection, Table

MATCHES = Table(
    "matches",
    {
        "trust_account_id": "uuid NOT NULL",
        "match_id": "uuid NOT NULL",
        "lines_minor": "bigint NOT NULL",
        "entries_minor": "bigint NOT NULL",
        "bank_error_id": "uuid",
        "bank_error_minor": "bigint NOT NULL",
        "matched_to": "date NOT NULL",
        "user_id": "uuid",
        "recorded_at": "timestamptz NOT NULL",
    },
    indexes=("trust_account_id, matched_to", "match_id"),
)
MEMBERS = Table(
    "match_members",
    {"match_id": "uuid NOT NULL", "member": "text NOT NULL", "member_id": "uuid NOT NULL"},
    indexes=("member_id", "match_id"),
)
"""`member` is line or entry."""

UNDONE = Table(
    "matches_undone",
    {"trust_account_id": "uuid NOT NULL", "match_id": "uuid NOT NULL", "why": "text NOT NULL"},
    indexes=("match_id",),
)
REJECTED = Table(
    "matches_rejected",
    {
        "trust_account_id": "uuid NOT NULL",
        "line_ids": "jsonb NOT NULL",
        "entry_ids": "jsonb NOT NULL",
        "why": "text NOT NULL",
    },
    indexes=("trust_account_id",),
)


def project(event: LoggedEvent) -> Iterable[Change]:
    """The match and its members, or that it was undone or refused."""
    data = event.data
    account_id = data["trust_account_id"]
    match event.topic:
        case "matching/accepted":
            yield Insert(
                "matches",
                (
                    account_id,
                    data["match_id"],
                    data["lines_minor"],
                    data["entries_minor"],
                    data["bank_error_id"],
                    data["bank_error_minor"],
                    data["matched_to"],
                    event.actor.get("user_id"),
                    event.recorded_at,
                ),
            )
            for line_id in data["line_ids"]:
                yield Insert("match_members", (data["match_id"], "line", line_id))
            for entry_id in data["entry_ids"]:
                yield Insert("match_members", (data["match_id"], "entry", entry_id))
        case "matching/undone":
            yield Insert("matches_undone", (account_id, data["match_id"], data["why"]))
        case _:
            yield Insert("matches_rejected", (account_id, data["line_ids"], data["entry_ids"], data["why"]))


PROJECTION = Projection(
    "matches",
    1,
    (MATCHES, MEMBERS, UNDONE, REJECTED),
    project,
    frozenset({"matching/accepted", "matching/undone", "matching/rejected"}),
)
