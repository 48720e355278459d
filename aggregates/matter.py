"""A matter: what the firm does for a client, who is in it, and whether it is open.

The rule this module exists for: a matter does not close while it holds trust money or uncleared items (T14).
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from aggregates.errors import AlreadyExists, BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal, Words
from aggregates.stream import Kind
from aggregates.trust_rules import MatterHoldsTrustMoney, money
from aggregates.typed_number import as_compared

PartyRole = Literal[
    "client", "opposing_party", "opposing_counsel", "witness", "expert", "court", "insurer", "lienholder", "other"
]


_AGAINST = frozenset({"opposing_party", "opposing_counsel"})
MatterField = Literal["description", "practice_area", "responsible_attorney_id", "originating_attorney_id"]


class MatterOpened(Event):
    """The matter was taken up, or is pending until the engagement is signed."""

    TOPIC: ClassVar[str] = "matter/opened"

    matter_id: UUID
    number: Words
    client_id: UUID
    description: Personal
    practice_area: str | None
    responsible_attorney_id: UUID | None
    originating_attorney_id: UUID | None
    status: Literal["pending", "open"]
    opened_on: date


class MatterAccepted(Event):
    """A pending matter became open."""

    TOPIC: ClassVar[str] = "matter/accepted"


class MatterAmended(Event):
    """A detail changed."""

    TOPIC: ClassVar[str] = "matter/amended"

    field: MatterField
    before: Personal | str | None
    after: Personal | str | None


class PartyAdded(Event):
    """A contact plays a role in the matter."""

    TOPIC: ClassVar[str] = "matter/party-added"

    contact_id: UUID
    role: PartyRole


class PartyRemoved(Event):
    """A contact no longer plays that role."""

    TOPIC: ClassVar[str] = "matter/party-removed"

    contact_id: UUID
    role: PartyRole


class MatterClosed(Event):
    """The work is done, and nothing of the client's is left with the firm."""

    TOPIC: ClassVar[str] = "matter/closed"

    closed_on: date
    why: Words


class MatterReopened(Event):
    """There is more to do."""

    TOPIC: ClassVar[str] = "matter/reopened"

    why: Words


class TrustLedgerAttached(Event):
    """A trust ledger was opened for the matter; the matter does not close while it holds anything."""

    TOPIC: ClassVar[str] = "matter/trust-ledger-attached"

    ledger_id: UUID


class MatterNumberTaken(Event):
    """A number belongs to a matter, for ever."""

    TOPIC: ClassVar[str] = "matter-number/taken"

    number: str
    matter_id: UUID


@dataclass(frozen=True, slots=True)
class Matter:
    """State after its events."""

    opened: MatterOpened
    status: str
    parties: frozenset[tuple[UUID, str]] = frozenset()
    details: dict[str, Personal | str | None] = field(default_factory=dict)
    ledgers: tuple[UUID, ...] = ()
    closed_on: date | None = None
    """When it was closed last, also after it was reopened."""

    def accept(self) -> MatterAccepted:
        """Raises WrongState."""
        self._check("pending")
        return MatterAccepted()

    def add_party(self, contact_id: UUID, role: PartyRole) -> PartyAdded:
        """Raises WrongState, AlreadyExists, BadRequest for the client as their own opponent."""
        self.check_not_closed()
        if (contact_id, role) in self.parties:
            raise AlreadyExists(f"this contact is a {role} of the matter already")
        roles = self.roles_of({contact_id})
        if (role in _AGAINST and "client" in roles) or (role == "client" and roles & _AGAINST):
            raise BadRequest(
                "nobody is on both sides of a matter: this contact is its client and would stand against itself"
            )
        return PartyAdded(contact_id=contact_id, role=role)

    def roles_of(self, contacts: Collection[UUID]) -> set[str]:
        """What these contacts are in the matter, taken together."""
        roles = {known for who, known in self.parties if who in contacts}
        return roles | {"client"} if self.opened.client_id in contacts else roles

    def check_may_be_one(self, contacts: Collection[UUID]) -> None:
        """Raises BadRequest where these contacts, taken for one, would be on both sides."""
        roles = self.roles_of(contacts)
        if "client" in roles and roles & _AGAINST:
            against = " and ".join(sorted(role.replace("_", " ") for role in roles & _AGAINST))
            raise BadRequest(
                f"nobody is on both sides of a matter: in {self.opened.number} one of these contacts is the client and the "
                f"other {against}; take the wrong party out of the matter first",
                matter_id=self.opened.matter_id,
                number=self.opened.number,
            )

    def remove_party(self, contact_id: UUID, role: PartyRole) -> PartyRemoved:
        """Raises NotFound."""
        if (contact_id, role) not in self.parties:
            raise NotFound(f"this contact is not a {role} of the matter")
        return PartyRemoved(contact_id=contact_id, role=role)

    def amend(
        self,
        name: MatterField,
        after: str | None,
    ) -> MatterAmended:
        """Raises WrongState, BadRequest for a matter without a description, or where nothing would change."""
        self.check_not_closed()
        words: Personal | str | None = after
        if name == "description":
            if not after or not after.strip():
                raise BadRequest("a matter has a description")
            words = Personal(subject_id=self.opened.client_id, text=after)
        if words == self.details[name]:
            raise BadRequest(f"the {name.replace('_', ' ')} is that already; nothing was changed")
        return MatterAmended(field=name, before=self.details[name], after=words)

    def close(
        self,
        *,
        on: date,
        why: str,
        trust_minor: int,
        held_minor: int,
        pending_minor: int,
        uncleared_items: int,
        last_entry_on: date | None = None,
    ) -> MatterClosed:
        """Raises WrongState, BadRequest for a day before it was opened, or closed last, MatterHoldsTrustMoney (T14).

        `last_entry_on` is the last day on which its trust ledgers moved: closed before that, it would have held the money.
        """
        self.check_not_closed()
        if self.closed_on is not None and on < self.closed_on:
            raise BadRequest(f"{self.opened.number} was closed on {self.closed_on} and reopened; it cannot close on {on}")
        if on < self.opened.opened_on:
            raise BadRequest(f"{self.opened.number} was opened on {self.opened.opened_on}; it cannot close on {on}")
        if trust_minor or held_minor or pending_minor or uncleared_items:
            raise MatterHoldsTrustMoney(
                f"{self.opened.number} still has {money(trust_minor)} in trust, {money(held_minor)} held, "
                f"{money(pending_minor)} promised and {uncleared_items} item(s) not cleared at the bank",
                trust_minor=trust_minor,
                held_minor=held_minor,
                pending_minor=pending_minor,
                uncleared_items=uncleared_items,
            )
        if last_entry_on is not None and on < last_entry_on:
            raise MatterHoldsTrustMoney(
                f"{self.opened.number} has an entry in trust on {last_entry_on}; it cannot have been closed on {on}",
                last_entry_on=last_entry_on,
                closed_on=on,
            )
        return MatterClosed(closed_on=on, why=why)

    def reopen(self, why: str) -> MatterReopened:
        """Raises WrongState."""
        self._check("closed")
        return MatterReopened(why=why)

    def check_not_closed(self) -> None:
        """Raises WrongState."""
        self._check("pending", "open")

    def _check(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongState(f"{self.opened.number} is {self.status}, not {' or '.join(statuses)}", status=self.status)


def number_stream(number: str) -> UUID:
    """The stream of a matter number, however it is written."""
    return NUMBER.stream_id(as_compared(number))


def evolve(matter: Matter | None, event: Event) -> Matter:
    """The state one event later."""
    if isinstance(event, MatterOpened):
        assert matter is None, "opened twice"
        details = {
            "description": event.description,
            "practice_area": event.practice_area,
            "responsible_attorney_id": str(event.responsible_attorney_id) if event.responsible_attorney_id else None,
            "originating_attorney_id": str(event.originating_attorney_id) if event.originating_attorney_id else None,
        }
        return Matter(event, event.status, details=details)
    assert matter is not None, "a step before the matter was opened"
    match event:
        case MatterAccepted() | MatterReopened():
            return replace(matter, status="open")
        case MatterAmended():
            return replace(matter, details={**matter.details, event.field: event.after})
        case PartyAdded():
            return replace(matter, parties=matter.parties | {(event.contact_id, event.role)})
        case PartyRemoved():
            return replace(matter, parties=matter.parties - {(event.contact_id, event.role)})
        case TrustLedgerAttached():
            return replace(matter, ledgers=(*matter.ledgers, event.ledger_id))
        case MatterClosed():
            return replace(matter, status="closed", closed_on=event.closed_on)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a matter")


def _number(taken: MatterNumberTaken | None, event: Event) -> MatterNumberTaken:
    assert taken is None, "taken twice"
    assert isinstance(event, MatterNumberTaken), event.TOPIC
    return event


KIND = Kind("matter", evolve)
NUMBER = Kind("matter-number", _number)
EVENTS: tuple[type[Event], ...] = (
    MatterOpened, MatterAccepted, MatterAmended, PartyAdded, PartyRemoved, MatterClosed, MatterReopened,
    TrustLedgerAttached, MatterNumberTaken,
)  # fmt: skip
