"""The firm: name, jurisdiction, currency, time zone, fiscal year, and the settings by which it is stricter than its pack."""

import re
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from aggregates.event import Currency, Event, Words
from aggregates.jurisdictions import Pack, Policy, Setting, check_stricter, pack_of
from aggregates.stream import Kind


class FirmEstablished(Event):
    """The firm keeps its books here from now on."""

    TOPIC: ClassVar[str] = "firm/established"

    firm_id: UUID
    name: Words
    jurisdiction: str
    pack_version: int
    base_currency: Currency
    time_zone: str
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)]
    matter_number_pattern: str


class FirmPolicyTightened(Event):
    """A setting was made stricter than the jurisdiction asks, or than it was."""

    TOPIC: ClassVar[str] = "firm/policy-tightened"

    setting: str
    before: Setting
    after: Setting


class SolePractitionerDeclared(Event):
    """One lawyer alone: the exception to separation of duties is on record, and shows in reports."""

    TOPIC: ClassVar[str] = "firm/sole-practitioner-declared"

    user_id: UUID
    why: Words


class SolePractitionerEnded(Event):
    """There is a second person now."""

    TOPIC: ClassVar[str] = "firm/sole-practitioner-ended"

    why: Words


@dataclass(frozen=True, slots=True)
class Firm:
    """State after its events."""

    established: FirmEstablished
    settings: dict[str, Setting] = field(default_factory=dict)
    sole_practitioner: UUID | None = None
    matters_numbered: int = 0

    @property
    def pack(self) -> Pack:
        """Its jurisdiction's pack, as it stood when the firm was established. Raises NotFound where it is no longer kept."""
        return pack_of(self.established.jurisdiction, self.established.pack_version)

    @property
    def policy(self) -> Policy:
        """What binds it: its jurisdiction's pack, tightened."""
        return Policy(self.pack, self.settings)

    def tighten(self, setting: str, value: Setting) -> FirmPolicyTightened:
        """Raises RuleRelaxed (T16) for a value laxer than the pack, BadRequest for an unknown setting."""
        check_stricter(self.pack, setting, value)
        before = self.settings.get(setting, self.pack.values[setting].value)
        return FirmPolicyTightened(setting=setting, before=before, after=value)


_PATTERN = re.compile(r"[A-Za-z0-9 ./_-]*(\{(yyyy|yy|seq|seq:0?[1-9])\}[A-Za-z0-9 ./_-]*)+")


def check_pattern(pattern: str) -> str:
    """A matter number pattern such as `{yyyy}-{seq:04}`. Raises BadRequest when it is not one."""
    if _PATTERN.fullmatch(pattern) is None or pattern.count("{seq") != 1:
        raise BadRequest(
            f"{pattern!r} is not a number pattern; write text with {{yyyy}}, {{yy}} and, once, {{seq}} or {{seq:04}}"
        )
    return pattern


def format_number(pattern: str, year: int, sequence: int) -> str:
    """The number that a pattern gives: `{yyyy}-{seq:04}`, 2026, 7 → 2026-0007."""

    def put(found: re.Match[str]) -> str:
        word = found.group(1)
        if word == "yyyy":
            return f"{year:04d}"
        if word == "yy":
            return f"{year % 100:02d}"
        width = int(word.partition(":")[2] or "1")
        return f"{sequence:0{width}d}"

    return re.sub(r"\{(yyyy|yy|seq(?::\d{1,2})?)\}", put, pattern)


def evolve(firm: Firm | None, event: Event) -> Firm:
    """The state one event later."""
    if isinstance(event, FirmEstablished):
        assert firm is None, "established twice"
        return Firm(event)
    assert firm is not None, "a setting before the firm"
    match event:
        case FirmPolicyTightened():
            return replace(firm, settings={**firm.settings, event.setting: event.after})
        case SolePractitionerDeclared():
            return replace(firm, sole_practitioner=event.user_id)
        case SolePractitionerEnded():
            return replace(firm, sole_practitioner=None)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a firm")


KIND = Kind("firm", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (
    FirmEstablished, FirmPolicyTightened, SolePractitionerDeclared, SolePractitionerEnded,
)  # fmt: skip
