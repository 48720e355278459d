"""What a line of the firm's own bank or card statement is linked to: something that stands in the books already.

Each thing has a stream of its own here, so that it is linked to one line and never to two.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.errors import WrongState
from aggregates.event import Event
from aggregates.stream import Kind

LinkedKind = Literal["cost", "vendor_payment", "client_payment", "trust_payment"]


class Linked(BaseModel):
    """A thing in the books. `amount_minor` is signed, as on the statement: money in is positive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: LinkedKind
    id: UUID
    amount_minor: int


class LineLinkMade(Event):
    """The line is this thing."""

    TOPIC: ClassVar[str] = "line-link/made"

    account_id: UUID
    line_id: UUID
    linked: Linked


class LineLinkUndone(Event):
    """The line is not this thing."""

    TOPIC: ClassVar[str] = "line-link/undone"

    account_id: UUID
    line_id: UUID
    linked: Linked


@dataclass(frozen=True, slots=True)
class LineLink:
    """The line that a thing is linked to, if any."""

    line_id: UUID | None

    def check_free(self) -> None:
        """Raises WrongState."""
        if self.line_id is not None:
            raise WrongState("this is linked to another line of a statement", line_id=self.line_id)


def evolve(link: LineLink | None, event: Event) -> LineLink:
    """The state one event later."""
    del link
    return LineLink(event.line_id if isinstance(event, LineLinkMade) else None)


def stream_of(kind: LinkedKind, thing_id: UUID) -> UUID:
    """The stream of a thing's link."""
    return KIND.stream_id(kind, thing_id)


KIND = Kind("line-link", evolve)
EVENTS: tuple[type[Event], ...] = (LineLinkMade, LineLinkUndone)
