"""An address as a person enters it."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from aggregates.address import Address, AddressKind, Country
from aggregates.event import Personal
from commands.plain_text import check_plain

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(check_plain)]
"""One line of an envelope: no line break, nothing invisible, never blank."""


class PostalAddress(BaseModel):
    """An address in its parts; `lines` stand above the city, from the top. A line, a city or a postal code must be there."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: AddressKind = "other"
    lines: tuple[Line, ...] = Field(default=(), max_length=6, examples=[["Suite 400", "12 Fayetteville Street"]])
    city: Line | None = Field(default=None, examples=["Raleigh"])
    region: Line | None = Field(default=None, examples=["NC"])
    postal_code: Line | None = Field(default=None, examples=["27601"])
    country: Country

    @model_validator(mode="after")
    def _says_where(self) -> "PostalAddress":
        if not (self.lines or self.city or self.postal_code):
            raise ValueError("an address has a line, a city or a postal code")
        return self


PostalAddresses = Annotated[tuple[PostalAddress, ...], Field(max_length=20)]


def addresses_of(subject_id: UUID, given: Iterable[PostalAddress]) -> tuple[Address, ...]:
    """The addresses as facts about a contact."""

    def personal(text: str | None) -> Personal | None:
        return None if text is None else Personal(subject_id=subject_id, text=text)

    return tuple(
        Address(
            kind=one.kind,
            lines=tuple(Personal(subject_id=subject_id, text=line) for line in one.lines),
            city=personal(one.city),
            region=personal(one.region),
            postal_code=personal(one.postal_code),
            country=personal(one.country),
        )
        for one in given
    )
