"""A person or organisation the firm deals with, in whatever roles: client, witness, opposing party, payee, court."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Personal
from aggregates.stream import Kind

ContactRole = Literal[
    "client", "prospect", "witness", "opposing_party", "opposing_counsel", "expert", "court", "payee", "vendor", "other"
]


class ContactAdded(Event):
    """The contact was entered."""

    TOPIC: ClassVar[str] = "contact/added"

    contact_id: UUID
    form: Literal["person", "organisation"]
    name: Personal
    aliases: tuple[Personal, ...]
    roles: tuple[ContactRole, ...]
    addresses: tuple[Personal, ...]
    emails: tuple[Personal, ...]
    phones: tuple[Personal, ...]


class ContactAmended(Event):
    """A detail changed; before and after stand side by side."""

    TOPIC: ClassVar[str] = "contact/amended"

    field: Literal["name", "aliases", "addresses", "emails", "phones"]
    before: tuple[Personal, ...]
    after: tuple[Personal, ...]


class ContactRolesChanged(Event):
    """The roles the contact plays changed."""

    TOPIC: ClassVar[str] = "contact/roles-changed"

    before: tuple[ContactRole, ...]
    after: tuple[ContactRole, ...]


class ContactsMerged(Event):
    """Two entries were one: the other one points here from now on."""

    TOPIC: ClassVar[str] = "contact/merged"

    merged_id: UUID


class MergedIntoContact(Event):
    """The entry was a duplicate."""

    TOPIC: ClassVar[str] = "contact/merged-into"

    survivor_id: UUID


@dataclass(frozen=True, slots=True)
class Contact:
    """State after its events."""

    id: UUID
    details: dict[str, tuple[Personal, ...]]
    roles: tuple[ContactRole, ...]
    merged_into: UUID | None = None

    @property
    def name(self) -> str:
        """The name as text."""
        return str(self.details["name"][0])

    def amend(
        self, field: Literal["name", "aliases", "addresses", "emails", "phones"], after: tuple[Personal, ...]
    ) -> ContactAmended:
        """Raises WrongState, BadRequest."""
        self.check_live()
        if field == "name" and (len(after) != 1 or not after[0].text):
            raise BadRequest("a contact has one name")
        return ContactAmended(field=field, before=self.details[field], after=after)

    def change_roles(self, roles: tuple[ContactRole, ...]) -> ContactRolesChanged:
        """Raises WrongState."""
        self.check_live()
        return ContactRolesChanged(before=self.roles, after=tuple(sorted(set(roles))))

    def check_live(self) -> None:
        """Raises WrongState for one that was merged into another."""
        if self.merged_into is not None:
            raise WrongState(f"this contact was merged into {self.merged_into}", survivor_id=self.merged_into)


def evolve(contact: Contact | None, event: Event) -> Contact:
    """The state one event later."""
    if isinstance(event, ContactAdded):
        assert contact is None, "added twice"
        details = {
            "name": (event.name,),
            "aliases": event.aliases,
            "addresses": event.addresses,
            "emails": event.emails,
            "phones": event.phones,
        }
        return Contact(event.contact_id, details, event.roles)
    assert contact is not None, "a step before the contact was added"
    match event:
        case ContactAmended():
            return replace(contact, details={**contact.details, event.field: event.after})
        case ContactRolesChanged():
            return replace(contact, roles=event.after)
        case ContactsMerged():
            return contact
        case MergedIntoContact():
            return replace(contact, merged_into=event.survivor_id)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a contact")


KIND = Kind("contact", evolve)
EVENTS: tuple[type[Event], ...] = (ContactAdded, ContactAmended, ContactRolesChanged, ContactsMerged, MergedIntoContact)
