"""The firm: its jurisdiction packs, each from its day, and the settings by which it is stricter than they are."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest
from aggregates.event import Currency, Event, Words
from aggregates.jurisdiction_pack import written
from aggregates.jurisdictions import Pack, Policy, Setting, check_stricter, is_stricter, pack_of
from aggregates.payment_order import PaymentOrder
from aggregates.stream import Kind
from aggregates.trust_rules import RuleRelaxed


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
    """The firm set a figure of its own, as strict as its jurisdiction asks or stricter.

    `why` is given wherever the new figure is laxer than the one before it.
    """

    TOPIC: ClassVar[str] = "firm/policy-tightened"
    SCHEMA: ClassVar[int] = 2

    setting: str
    before: Setting
    after: Setting
    why: Words | None


class Letterhead(BaseModel):
    """What stands under the firm's name on its bills: address, telephone, taxpayer number; and how a bill is paid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[Words, ...] = ()
    how_to_pay: Words | None = None


class LetterheadAgreed(Event):
    """Bills issued from now on carry this letterhead."""

    TOPIC: ClassVar[str] = "firm/letterhead-agreed"

    before: Letterhead
    after: Letterhead


class PaymentOrderAgreed(Event):
    """Payments from now on are put to what is owed in this order, where they do not say their own."""

    TOPIC: ClassVar[str] = "firm/payment-order-agreed"

    before: PaymentOrder
    after: PaymentOrder


class JurisdictionPackAdopted(Event):
    """From `binds_from` on another pack binds the firm: a newer version of its own, or that of another jurisdiction."""

    TOPIC: ClassVar[str] = "firm/jurisdiction-pack-adopted"

    binds_from: date
    jurisdiction: str
    pack_version: int
    before_jurisdiction: str
    before_version: int
    why: Words


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
    adopted: tuple[JurisdictionPackAdopted, ...] = ()
    """In the order of their days, no two of one day."""
    sole_practitioner: UUID | None = None
    matters_numbered: int = 0
    letterhead: Letterhead = field(default_factory=Letterhead)
    payment_order: PaymentOrder = field(default_factory=PaymentOrder)

    def pack_on(self, day: date) -> Pack:
        """The pack that binds it on a day. Raises NotFound where that version is no longer kept."""
        for one in reversed(self.adopted):
            if one.binds_from <= day:
                return pack_of(one.jurisdiction, one.pack_version)
        return pack_of(self.established.jurisdiction, self.established.pack_version)

    def policy_on(self, day: date) -> Policy:
        """What binds it on a day: the pack of that day, tightened. What it set itself holds for every day."""
        return Policy(self.pack_on(day), self.settings)

    def tighten(self, setting: str, value: Setting, *, today: date, why: str | None = None) -> FirmPolicyTightened:
        """Set a figure of the firm's own. Raises RuleRelaxed (T16) for a value laxer than the pack, BadRequest.

        A step back towards the pack is not barred, or a slip of the pen would bind for ever; it needs its reason.
        """
        policy = self.policy_on(today)
        check_stricter(policy.pack, setting, value)
        before = policy.value(setting)
        if why is None and not is_stricter(setting, value, before):
            raise BadRequest(
                f"{setting} = {written(setting, value)} is laxer than the firm's own {written(setting, before)}; "
                "say why the firm goes back on it",
                setting=setting,
                in_force=before,
            )
        return FirmPolicyTightened(setting=setting, before=before, after=value, why=why)

    def agree_letterhead(self, after: Letterhead) -> LetterheadAgreed:
        """Raises BadRequest where nothing would change."""
        if after == self.letterhead:
            raise BadRequest("the letterhead is this already; nothing was changed")
        return LetterheadAgreed(before=self.letterhead, after=after)

    def agree_payment_order(self, after: PaymentOrder) -> PaymentOrderAgreed:
        """Raises BadRequest where nothing would change."""
        if after == self.payment_order:
            raise BadRequest("payments are put in this order already; nothing was changed")
        return PaymentOrderAgreed(before=self.payment_order, after=after)

    def adopt(self, jurisdiction: str, version: int | None, *, on: date, today: date, why: str) -> JurisdictionPackAdopted:
        """From a day on, a pack's given version or its newest. Raises RuleRelaxed (T16), BadRequest, NotFound.

        What was done stays under the pack it was done under, so that no past payment becomes right or wrong by it. The
        firm's own stricter settings stand, wherever they are stricter than the new pack.
        """
        pack, before = pack_of(jurisdiction, version), self.pack_on(on - timedelta(days=1))
        if pack.currency != self.established.base_currency:
            raise BadRequest(
                f"{pack.name} keeps client money in {pack.currency}, and this firm's books are in "
                f"{self.established.base_currency}; a practice in {pack.currency} is established as a firm of its own"
            )
        if pack.code == before.code and pack.version < before.version:
            raise RuleRelaxed(
                f"version {pack.version} of {pack.name} was superseded by version {before.version}, which binds this firm; "
                "a firm may be stricter than its pack, never laxer",
                setting="pack_version",
                rule_value=before.version,
            )
        if on < today:
            raise RuleRelaxed(
                f"a pack binds from {today} on at the earliest, not from {on}; what was done before was done under "
                f"{before.name}",
                setting="binds_from",
                rule_value=today,
            )
        if (on - today).days > _AHEAD_DAYS:
            raise BadRequest(f"{on} is more than {_AHEAD_DAYS} days ahead; adopt the pack nearer to its day")
        if self.adopted and on < self.adopted[-1].binds_from:
            latest = self.adopted[-1]
            raise BadRequest(
                f"{latest.jurisdiction} version {latest.pack_version} is adopted from {latest.binds_from} on; name that "
                "day to replace it, or a later one"
            )
        if pack == self.pack_on(on):
            raise BadRequest(f"version {pack.version} of {pack.name} binds this firm on {on} already")
        return JurisdictionPackAdopted(
            binds_from=on,
            jurisdiction=pack.code,
            pack_version=pack.version,
            before_jurisdiction=before.code,
            before_version=before.version,
            why=why,
        )


_AHEAD_DAYS = 366
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
        case JurisdictionPackAdopted():
            earlier = tuple(one for one in firm.adopted if one.binds_from != event.binds_from)
            return replace(firm, adopted=(*earlier, event))
        case LetterheadAgreed():
            return replace(firm, letterhead=event.after)
        case PaymentOrderAgreed():
            return replace(firm, payment_order=event.after)
        case SolePractitionerDeclared():
            return replace(firm, sole_practitioner=event.user_id)
        case SolePractitionerEnded():
            return replace(firm, sole_practitioner=None)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a firm")


KIND = Kind("firm", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (
    FirmEstablished, FirmPolicyTightened, JurisdictionPackAdopted, SolePractitionerDeclared, SolePractitionerEnded,
    LetterheadAgreed, PaymentOrderAgreed,
)  # fmt: skip
