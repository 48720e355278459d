"""Say what follows from a conflict search, and why."""

from typing import Literal
from uuid import UUID

from aggregates import conflict_search, matter
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ConcludeConflictSearch(Command):
    """Say what follows from a conflict search, and why."""

    search_id: UUID
    outcome: Literal["clear", "waived", "declined"]
    reasoning: Words
    matter_id: UUID | None = None


def handle(command: ConcludeConflictSearch, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest."""
    if command.matter_id is not None:
        work.load(matter.KIND, command.matter_id)
    state = work.load(conflict_search.KIND, command.search_id)
    event = state.conclude(command.outcome, command.reasoning, command.matter_id)
    work.record(conflict_search.KIND, command.search_id, event)
    return {"search_id": str(command.search_id), "outcome": command.outcome}
