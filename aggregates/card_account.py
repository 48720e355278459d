"""An account at a card processor, and where its money goes: to operating, or to one trust account; never to both.

Money that is not earned goes directly to trust, never through operating, even briefly (domain reference, section 1.7). So
each destination has an account of its own at the processor, and what is connected keeps its destination for ever. Keys are
no part of the books: they stay in the environment of the program.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.event import Event
from aggregates.stream import Kind

Destination = Literal["operating", "trust"]
Processor = Literal["stripe"]
AccountName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,30}$", examples=["operating"])]
"""By which the key is found in the environment."""
Reference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
"""The processor's own name for something of its own."""


class CardAccountConnected(Event):
    """Cards may be taken through it from now on."""

    TOPIC: ClassVar[str] = "card-account/connected"

    card_account_id: UUID
    account_name: AccountName
    processor: Processor
    processor_account: Reference
    destination: Destination
    trust_account_id: UUID | None
    connected_by: UUID


@dataclass(frozen=True, slots=True)
class CardAccount:
    """State after its events."""

    connected: CardAccountConnected


def evolve(account: CardAccount | None, event: Event) -> CardAccount:
    """The state one event later."""
    assert account is None, "connected twice"
    assert isinstance(event, CardAccountConnected), f"{event.TOPIC} is not of a card account"
    return CardAccount(event)


KIND = Kind("card-account", evolve)
EVENTS: tuple[type[Event], ...] = (CardAccountConnected,)
