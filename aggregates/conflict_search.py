"""A conflict search: which names were looked for, what was found, and what a person made of it.

The rule this module exists for: that the firm looked before it acted must be shown later, so the search as it was, what it
found and the reasoning are facts, whatever the contacts are called afterwards.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Event, Personal, Words

Outcome = Literal["clear", "waived", "conflict", "declined"]


class ConflictHit(BaseModel):
    """A contact that may be somebody who was looked for, as what, and how like.

    `query` is the index of the name searched; `matched` the text that was like it; `score` runs from 0 to 100 (the same).
    `role` is a contact's role, or its part on `matter_id` (`client`, or a party's).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: Annotated[int, Field(ge=0)]
    contact_id: UUID
    matter_id: UUID | None
    role: str
    matched_field: Literal["name", "alias"]
    matched: Personal
    score: Annotated[int, Field(ge=0, le=100)]


class ConflictSearchRun(Event):
    """Names were looked for among all contacts, aliases and parties, as the log stood at `searched_at_position`.

    `hits` are best first, at most 100; `hits_found` says how many there were.
    """

    TOPIC: ClassVar[str] = "conflict-search/run"

    names: tuple[Personal, ...]
    hits: tuple[ConflictHit, ...]
    hits_found: Annotated[int, Field(ge=0)]
    searched_at_position: Annotated[int, Field(ge=0)]
    run_by: UUID


class ConflictSearchConcluded(Event):
    """A person decided what the search means, and why."""

    TOPIC: ClassVar[str] = "conflict-search/concluded"

    outcome: Outcome
    reasoning: Words
    decided_by: UUID
    matter_id: UUID | None


EVENTS: tuple[type[Event], ...] = (ConflictSearchRun, ConflictSearchConcluded)
