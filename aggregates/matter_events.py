"""What can happen to a matter: one piece of work for one client, on which money, time and parties hang."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Event, Personal, Words

MatterNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 ./_-]{0,38}[A-Za-z0-9])?$")]
"""At most 40 letters, digits, blanks and `. / _ -`; begins and ends with a letter or a digit."""


class PartyRole(StrEnum):
    """What a contact is on a matter, beside its client."""

    CO_CLIENT = "co_client"
    OPPOSING_PARTY = "opposing_party"
    OPPOSING_COUNSEL = "opposing_counsel"
    CO_COUNSEL = "co_counsel"
    WITNESS = "witness"
    EXPERT = "expert"
    COURT = "court"
    JUDGE = "judge"
    INSURER = "insurer"
    PAYER = "payer"
    LIENHOLDER = "lienholder"
    BENEFICIARY = "beneficiary"
    RELATED = "related"


class MatterOpened(Event):
    """Work for a client was taken on (`open`) or is being considered (`pending`).

    `description` is Personal, of the client: it nearly always names somebody. `jurisdiction` replaces the firm's own
    where the matter lies elsewhere; `conflict_search_id` is the search that was run for it.
    """

    TOPIC: ClassVar[str] = "matter/opened"

    number: MatterNumber
    client_id: UUID
    description: Personal
    practice_area: Words
    responsible_attorney_id: UUID
    originating_attorney_id: UUID | None
    status: Literal["pending", "open"]
    opened_on: date
    jurisdiction: str | None
    conflict_search_id: UUID | None


class DescriptionChange(BaseModel):
    """The description, before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["description"]
    before: Personal
    after: Personal


class MatterChange(BaseModel):
    """One other detail, before and after; ids as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["practice_area", "responsible_attorney_id", "originating_attorney_id", "jurisdiction"]
    before: str | None
    after: str | None


class MatterAmended(Event):
    """Details of a matter changed. Its number and its client never do."""

    TOPIC: ClassVar[str] = "matter/amended"

    changes: tuple[Annotated[DescriptionChange | MatterChange, Field(discriminator="field")], ...]


class MatterAccepted(Event):
    """A pending matter was taken on."""

    TOPIC: ClassVar[str] = "matter/accepted"

    accepted_on: date


class PartyAdded(Event):
    """Somebody plays a part in the matter."""

    TOPIC: ClassVar[str] = "matter/party-added"

    contact_id: UUID
    role: PartyRole


class PartyRemoved(Event):
    """Somebody plays this part no longer, or never did."""

    TOPIC: ClassVar[str] = "matter/party-removed"

    contact_id: UUID
    role: PartyRole
    reason: Words


class MatterClosed(Event):
    """The work is over, and nothing of the client's is held for it (T14)."""

    TOPIC: ClassVar[str] = "matter/closed"

    closed_on: date
    reason: Words


class MatterReopened(Event):
    """There is more to do after all."""

    TOPIC: ClassVar[str] = "matter/reopened"

    reopened_on: date
    reason: Words


EVENTS: tuple[type[Event], ...] = (
    MatterOpened, MatterAmended, MatterAccepted, PartyAdded, PartyRemoved, MatterClosed, MatterReopened,
)  # fmt: skip
