"""The firm itself: its jurisdiction pack, its settings, its books' currency and calendar.

The rule this module exists for: a firm may be stricter than its jurisdiction, never laxer (T16).
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from aggregates.event import Currency, Event, Words

Setting = StrictBool | StrictInt | tuple[str, ...]
"""A figure of a jurisdiction pack: days, years or minor units; yes or no; roles."""

Month = Annotated[int, Field(ge=1, le=12)]


class FirmEstablished(Event):
    """The firm began to keep its books here."""

    TOPIC: ClassVar[str] = "firm/established"

    name: Words
    jurisdiction: str
    pack_version: int
    base_currency: Currency
    time_zone: str
    """An IANA name, such as America/New_York; it decides which day an instant falls on."""
    fiscal_year_start_month: Month
    matter_number_pattern: str


class FirmChange(BaseModel):
    """One detail of the firm, before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["name", "time_zone", "fiscal_year_start_month"]
    before: StrictInt | str
    after: StrictInt | str


class FirmDetailsAmended(Event):
    """Details of the firm changed. Jurisdiction and base currency are not among them."""

    TOPIC: ClassVar[str] = "firm/details-amended"

    changes: tuple[FirmChange, ...]


class SettingChange(BaseModel):
    """One setting, as it was in force before (the pack's own value at first) and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    before: Setting
    after: Setting


class FirmPolicyTightened(Event):
    """The firm set figures of its own, each at least as strict as its jurisdiction pack asks."""

    TOPIC: ClassVar[str] = "firm/policy-tightened"

    changes: tuple[SettingChange, ...]


class MatterNumberPatternSet(Event):
    """Matters opened from now on are numbered by another pattern; numbers given stay."""

    TOPIC: ClassVar[str] = "firm/matter-number-pattern-set"

    before: str
    after: str


class SolePractitionerDeclared(Event):
    """One person does what the rules would rather see two do; shown in every report it touches."""

    TOPIC: ClassVar[str] = "firm/sole-practitioner-declared"

    user_id: UUID
    reason: Words


class SolePractitionerEnded(Event):
    """There is a second person again: duties are separate from here on."""

    TOPIC: ClassVar[str] = "firm/sole-practitioner-ended"

    user_id: UUID
    reason: Words


EVENTS: tuple[type[Event], ...] = (
    FirmEstablished, FirmDetailsAmended, FirmPolicyTightened, MatterNumberPatternSet, SolePractitionerDeclared,
    SolePractitionerEnded,
)  # fmt: skip
