"""A person or organisation the firm deals with, in whatever roles: client, witness, opposing party, payee, court."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from aggregates.address import Address
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Personal
from aggregates.stream import Kind

Form = Literal["person", "organisation"]
ContactRole = Literal[
    "client", "prospect", "witness", "opposing_party", "opposing_counsel", "expert", "court", "payee", "vendor", "other"
]
TextField = Literal["name", "aliases", "emails", "phones"]
ContactField = Literal["name", "aliases", "addresses", "emails", "phones"]
Detail: TypeAlias = tuple[Personal, ...] | tuple[Address, ...]
"""Addresses where the field is `addresses`, else texts."""


class ContactAdded(Event):
    """The contact was entered."""

    TOPIC: ClassVar[str] = "contact/added"
    SCHEMA: ClassVar[int] = 2

    contact_id: UUID
    form: Form
    name: Personal
    aliases: tuple[Personal, ...]
    roles: tuple[ContactRole, ...]
    addresses: tuple[Address, ...]
    emails: tuple[Personal, ...]
    phones: tuple[Personal, ...]


class ContactAmended(Event):
    """A detail changed; before and after stand side by side."""

    TOPIC: ClassVar[str] = "contact/amended"
    SCHEMA: ClassVar[int] = 2

    field: ContactField
    before: Detail
    after: Detail


class ContactRolesChanged(Event):
    """The roles the contact plays changed."""

    TOPIC: ClassVar[str] = "contact/roles-changed"

    before: tuple[ContactRole, ...]
    after: tuple[ContactRole, ...]


class ContactFormChanged(Event):
    """What was taken for a person is an organisation, or the other way round."""

    TOPIC: ClassVar[str] = "contact/form-changed"

    before: Form
    after: Form


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
    addresses: tuple[Address, ...]
    roles: tuple[ContactRole, ...]
    merged_into: UUID | None = None
    form: Form = "person"

    @property
    def name(self) -> str:
        """The name as text."""
        return str(self.details["name"][0])

    def amend(self, field: TextField, after: tuple[Personal, ...]) -> ContactAmended:
        """Raises WrongState, BadRequest."""
        self.check_live()
        if field == "name" and (len(after) != 1 or not after[0].text):
            raise BadRequest("a contact has one name")
        if after == self.details[field]:
            raise BadRequest(f"the {field} of this contact is that already; nothing was changed")
        return ContactAmended(field=field, before=self.details[field], after=after)

    def change_addresses(self, after: tuple[Address, ...]) -> ContactAmended:
        """Raises WrongState, BadRequest where nothing would change."""
        self.check_live()
        if after == self.addresses:
            raise BadRequest("the addresses of this contact are these already; nothing was changed")
        return ContactAmended(field="addresses", before=self.addresses, after=after)

    def change_roles(self, roles: tuple[ContactRole, ...]) -> ContactRolesChanged:
        """Raises WrongState, BadRequest where nothing would change."""
        self.check_live()
        if set(roles) == set(self.roles):
            raise BadRequest("this contact plays these roles already; nothing was changed")
        return ContactRolesChanged(before=self.roles, after=tuple(sorted(set(roles))))

    def change_form(self, form: Form) -> ContactFormChanged:
        """Raises WrongState, BadRequest where nothing would change."""
        self.check_live()
        if form == self.form:
            raise BadRequest(f"this contact is a {form} already; nothing was changed")
        return ContactFormChanged(before=self.form, after=form)

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
            "emails": event.emails,
            "phones": event.phones,
        }
        return Contact(event.contact_id, details, event.addresses, event.roles, form=event.form)
    assert contact is not None, "a step before the contact was added"
    match event:
        case ContactAmended(field="addresses"):
            return replace(contact, addresses=tuple(one for one in event.after if isinstance(one, Address)))
        case ContactAmended():
            texts = tuple(one for one in event.after if isinstance(one, Personal))
            return replace(contact, details={**contact.details, event.field: texts})
        case ContactRolesChanged():
            return replace(contact, roles=event.after)
        case ContactFormChanged():
            return replace(contact, form=event.after)
        case ContactsMerged():
            return contact
        case MergedIntoContact():
            return replace(contact, merged_into=event.survivor_id)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a contact")


KIND = Kind("contact", evolve)
EVENTS: tuple[type[Event], ...] = (
    ContactAdded, ContactAmended, ContactRolesChanged, ContactFormChanged, ContactsMerged, MergedIntoContact,
)  # fmt: skip
