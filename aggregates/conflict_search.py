"""A search for conflicts of interest: what was asked, what came up, and what a lawyer decided.

Both the run and its outcome are on record, so that a firm can show that it looked, what it saw, and why it went on.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Personal
from aggregates.stream import Kind


class Hit(BaseModel):
    """A name that resembles the one asked for. `score` is 0 to 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact_id: UUID
    matched: Literal["name", "alias"]
    score: int
    matters: tuple[UUID, ...]
    roles: tuple[str, ...]


class ConflictSearchRun(Event):
    """All names, aliases and parties were searched."""

    TOPIC: ClassVar[str] = "conflict-search/run"
    SCHEMA: ClassVar[int] = 2

    search_id: UUID
    names: tuple[Personal, ...]
    hits: tuple[Hit, ...]
    left_off: int | None
    """Further contacts with lower scores, for which there is no room; None where an old search did not count them."""
    position: int


class ConflictSearchConcluded(Event):
    """A lawyer decided."""

    TOPIC: ClassVar[str] = "conflict-search/concluded"

    outcome: Literal["clear", "waived", "declined"]
    reasoning: Personal
    matter_id: UUID | None


@dataclass(frozen=True, slots=True)
class ConflictSearch:
    """State after its events."""

    run: ConflictSearchRun
    concluded: ConflictSearchConcluded | None = None

    def conclude(
        self, outcome: Literal["clear", "waived", "declined"], reasoning: str, matter_id: UUID | None
    ) -> ConflictSearchConcluded:
        """Raises WrongState when it was concluded before, BadRequest where nothing came up that could be waived."""
        if self.concluded is not None:
            raise WrongState(f"this search was concluded: {self.concluded.outcome}")
        if outcome == "waived" and not self.run.hits:
            raise BadRequest("nothing came up, so there is no conflict to waive; the outcome is clear")
        words = Personal(subject_id=self.run.search_id, text=reasoning)
        return ConflictSearchConcluded(outcome=outcome, reasoning=words, matter_id=matter_id)


def evolve(search: ConflictSearch | None, event: Event) -> ConflictSearch:
    """The state one event later."""
    match event:
        case ConflictSearchRun():
            assert search is None, "run twice"
            return ConflictSearch(event)
        case ConflictSearchConcluded():
            assert search is not None, "concluded before it was run"
            return replace(search, concluded=event)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a conflict search")


KIND = Kind("conflict-search", evolve)
EVENTS: tuple[type[Event], ...] = (ConflictSearchRun, ConflictSearchConcluded)
