"""Put on record that names were searched, and what came up."""

from pydantic import Field

from aggregates import conflict_search
from aggregates.conflict_search import Hit
from aggregates.errors import BadRequest
from aggregates.event import Personal, Words
from commands.dispatch import Result
from commands.work import Command, Work


class RunConflictSearch(Command):
    """Put on record that names were searched, and what came up."""

    LONG = True

    names: tuple[Words, ...] = Field(min_length=1, max_length=50)
    hits: tuple[Hit, ...] = Field(max_length=200)
    left_off: int = Field(default=0, ge=0)
    """Further contacts with lower scores, for which there is no room."""
    position: int = Field(ge=0)
    """How far the log had been read when the search was made."""


def handle(command: RunConflictSearch, work: Work) -> Result:
    """Returns the search's id. Raises BadRequest for a position that the log has not reached."""
    if command.position > work.log.size():
        raise BadRequest(f"the log has not reached position {command.position}")
    search_id = work.new_id()
    event = conflict_search.ConflictSearchRun(
        search_id=search_id,
        names=tuple(Personal(subject_id=search_id, text=name) for name in command.names),
        hits=command.hits,
        left_off=command.left_off,
        position=command.position,
    )
    work.record(conflict_search.KIND, search_id, event)
    return {"search_id": str(search_id), "hits": len(command.hits), "left_off": command.left_off}
