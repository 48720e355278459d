"""What can happen to a contact: a person or an organisation the firm has to do with.

Everything that names or reaches somebody is `Personal`, with the contact's own id as its subject.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Event, Personal, Words

ContactKind = Literal["person", "organisation"]
ClientCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]
"""The firm's short code for a client, as it stands in matter numbers."""


class ContactRole(StrEnum):
    """What a contact is to the firm; one contact may be several."""

    CLIENT = "client"
    PROSPECT = "prospect"
    WITNESS = "witness"
    OPPOSING_PARTY = "opposing_party"
    OPPOSING_COUNSEL = "opposing_counsel"
    CO_COUNSEL = "co_counsel"
    EXPERT = "expert"
    COURT = "court"
    PAYEE = "payee"
    PAYER = "payer"
    VENDOR = "vendor"
    INSURER = "insurer"
    LIENHOLDER = "lienholder"
    RELATED = "related"


class Address(BaseModel):
    """A postal address; `lines` are street lines, one a row; `country` is ISO 3166 alpha-2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Literal["home", "work", "billing", "mailing", "other"]
    lines: Personal
    city: Personal | None
    region: Personal | None
    postcode: Personal | None
    country: str = Field(pattern=r"^[A-Z]{2}$")


class ContactAdded(Event):
    """The firm came to know a person or an organisation."""

    TOPIC: ClassVar[str] = "contact/added"

    kind: ContactKind
    name: Personal
    aliases: tuple[Personal, ...]
    roles: tuple[ContactRole, ...]
    addresses: tuple[Address, ...]
    emails: tuple[Personal, ...]
    phones: tuple[Personal, ...]
    tax_id: Personal | None
    notes: Personal | None


class TextsChange(BaseModel):
    """One detail, before and after; `name`, `tax_id` and `notes` have at most one text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["name", "aliases", "emails", "phones", "tax_id", "notes"]
    before: tuple[Personal, ...]
    after: tuple[Personal, ...]


class AddressesChange(BaseModel):
    """All addresses, before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["addresses"]
    before: tuple[Address, ...]
    after: tuple[Address, ...]


class ContactAmended(Event):
    """Details of a contact changed. A name that was replaced stays findable only as an alias, if kept as one."""

    TOPIC: ClassVar[str] = "contact/amended"

    changes: tuple[Annotated[TextsChange | AddressesChange, Field(discriminator="field")], ...]


class ContactRoleAdded(Event):
    """The contact is something more to the firm."""

    TOPIC: ClassVar[str] = "contact/role-added"

    role: ContactRole


class ContactRoleRemoved(Event):
    """The contact is this to the firm no longer."""

    TOPIC: ClassVar[str] = "contact/role-removed"

    role: ContactRole
    reason: Words


class ClientCodeAssigned(Event):
    """The client got its short code; given once, since matter numbers are built on it."""

    TOPIC: ClassVar[str] = "contact/client-code-assigned"

    client_code: ClientCode


class ContactsMerged(Event):
    """On the survivor: a duplicate was merged into it. The lists are what the survivor gained by it.

    `aliases` holds the duplicate's name too. Texts keep the duplicate's id as their subject.
    """

    TOPIC: ClassVar[str] = "contact/merged"

    merged_id: UUID
    reason: Words
    roles: tuple[ContactRole, ...]
    aliases: tuple[Personal, ...]
    addresses: tuple[Address, ...]
    emails: tuple[Personal, ...]
    phones: tuple[Personal, ...]


class ContactMergedInto(Event):
    """On the duplicate: it lives on in its survivor, and is edited no more."""

    TOPIC: ClassVar[str] = "contact/merged-into"

    survivor_id: UUID
    reason: Words


class ClientCodeTaken(Event):
    """A client code is in use, for ever; on the stream that the code names."""

    TOPIC: ClassVar[str] = "client-code/taken"

    client_code: ClientCode
    contact_id: UUID


EVENTS: tuple[type[Event], ...] = (
    ContactAdded, ContactAmended, ContactRoleAdded, ContactRoleRemoved, ClientCodeAssigned, ContactsMerged,
    ContactMergedInto, ClientCodeTaken,
)  # fmt: skip
