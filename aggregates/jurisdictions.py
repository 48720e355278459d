"""Jurisdiction packs: every number a rule gives, as data with its citation. The firm may be stricter, never laxer.

`verified` says how far a value was checked: "found" in a named source, or "needs checking" against the rule's own text.
Nothing here is legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from aggregates.errors import BadRequest, NotFound
from aggregates.trust_rules import RuleRelaxed

_VERIFIED_ON = date(2026, 11, 1)
_SRA_FROM = date(2019, 11, 25)
_ABA_FROM = date(2010, 8, 9)


class Stricter(StrEnum):
    """Which way a value is stricter."""

    SMALLER = "smaller"
    LARGER = "larger"
    TRUE = "true"
    SUBSET = "subset"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a rule, with where it comes from."""

    value: int | bool | tuple[str, ...]
    citation: str
    effective_from: date
    verified: str = "found"
    verified_on: date = _VERIFIED_ON


@dataclass(frozen=True, slots=True)
class Pack:
    """What a jurisdiction asks; `values` by the names of `DIRECTIONS`."""

    code: str
    name: str
    currency: str
    values: Mapping[str, Value] = field(hash=False)
    version: int = 1


DIRECTIONS: dict[str, Stricter] = {
    "reconcile_every_days": Stricter.SMALLER,
    "three_way_every_days": Stricter.SMALLER,
    "sign_off_roles": Stricter.SUBSET,
    "signer_is_not_preparer": Stricter.TRUE,
    "cheque_signer_does_not_reconcile": Stricter.TRUE,
    "retention_years": Stricter.LARGER,
    "fee_notice_days": Stricter.LARGER,
    "cheque_hold_days": Stricter.LARGER,
    "ach_hold_days": Stricter.LARGER,
    "card_hold_days": Stricter.LARGER,
    "wire_hold_days": Stricter.LARGER,
    "cash_hold_days": Stricter.LARGER,
    "firm_reserve_cap_minor": Stricter.SMALLER,
    "second_approval_over_minor": Stricter.SMALLER,
    "approval_lapses_after_days": Stricter.SMALLER,
    "stale_cheque_days": Stricter.SMALLER,
    "outstanding_note_after_days": Stricter.SMALLER,
    "cure_within_days": Stricter.SMALLER,
}
"""Every value a pack carries. Holds by instrument are days from deposit until funds count as collected."""

_PRACTICE = "firm practice: no rule found that gives a number; may be tightened"


def _practice(value: int | bool | tuple[str, ...]) -> Value:
    return Value(value, _PRACTICE, _ABA_FROM, "needs checking")


_COMMON: dict[str, Value] = {
    "reconcile_every_days": Value(
        92, "ABA Model Rules for Client Trust Account Records (2010)", _ABA_FROM, "needs checking"
    ),
    "three_way_every_days": Value(
        92, "ABA Model Rules for Client Trust Account Records (2010)", _ABA_FROM, "needs checking"
    ),
    "sign_off_roles": Value(
        ("partner",), "ABA Model Rules for Client Trust Account Records (2010), rule 2", _ABA_FROM, "needs checking"
    ),
    "signer_is_not_preparer": _practice(value=True),
    "cheque_signer_does_not_reconcile": _practice(value=False),
    "retention_years": Value(5, "ABA Model Rule 1.15(a)", _ABA_FROM),
    "fee_notice_days": _practice(0),
    "cheque_hold_days": _practice(0),
    "ach_hold_days": _practice(0),
    "card_hold_days": _practice(0),
    "wire_hold_days": _practice(0),
    "cash_hold_days": _practice(0),
    "firm_reserve_cap_minor": Value(
        50_000, "ABA Model Rule 1.15(b): only what bank charges need", _ABA_FROM, "needs checking"
    ),
    "second_approval_over_minor": _practice(10_000_000_00),
    "approval_lapses_after_days": _practice(14),
    "stale_cheque_days": _practice(180),
    "outstanding_note_after_days": _practice(90),
    "cure_within_days": _practice(3),
}


def _pack(code: str, name: str, currency: str = "USD", **values: Value) -> Pack:
    return Pack(code, name, currency, {**_COMMON, **values})


def _found(value: int | bool | tuple[str, ...], citation: str, since: date = _ABA_FROM) -> Value:
    return Value(value, citation, since)


PACKS: dict[str, Pack] = {
    pack.code: pack
    for pack in (
        _pack("us-aba", "ABA model rules"),
        _pack(
            "us-ca",
            "California",
            reconcile_every_days=_found(31, "California RPC 1.15; State Bar reconciliation template"),
            three_way_every_days=_found(31, "California RPC 1.15; State Bar reconciliation template"),
            retention_years=Value(5, "California RPC 1.15(d)", date(2018, 11, 1), "needs checking"),
        ),
        _pack("us-ny", "New York", retention_years=_found(7, "22 NYCRR 1200, rule 1.15(d): after the event recorded")),
        _pack(
            "us-fl",
            "Florida",
            reconcile_every_days=Value(31, "Rules Regulating The Florida Bar 5-1.2", _ABA_FROM, "needs checking"),
            three_way_every_days=_found(31, "Rules Regulating The Florida Bar 5-1.2"),
            retention_years=Value(6, "Rules Regulating The Florida Bar 5-1.2", _ABA_FROM, "needs checking"),
        ),
        _pack(
            "us-nc",
            "North Carolina",
            reconcile_every_days=_found(31, "N.C. Rule 1.15-3(d)"),
            three_way_every_days=_found(92, "N.C. Rule 1.15-3(d): three-way at least quarterly"),
            cheque_signer_does_not_reconcile=_found(value=True, citation="N.C. Rule 1.15-2/1.15-3 (Lawyers Mutual NC)"),
            retention_years=Value(6, "N.C. Rule 1.15-3", _ABA_FROM, "needs checking"),
        ),
        _pack("us-wa", "Washington", retention_years=_found(7, "Washington RPC 1.15B(a): after the events they record")),
        _pack(
            "us-wi",
            "Wisconsin",
            fee_notice_days=_found(5, "Wisconsin SCR 20:1.15: five days' notice before earned fees"),
        ),
        _pack(
            "gb-ew",
            "England and Wales",
            "GBP",
            reconcile_every_days=_found(35, "SRA Accounts Rules 2019, rule 8.3", _SRA_FROM),
            three_way_every_days=_found(35, "SRA Accounts Rules 2019, rule 8.3", _SRA_FROM),
            retention_years=_found(6, "SRA Accounts Rules 2019, rule 13.1", _SRA_FROM),
            firm_reserve_cap_minor=Value(
                0, "SRA Accounts Rules 2019, rule 4.1: no business money", _SRA_FROM, "needs checking"
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What binds one firm: its pack, tightened by its own settings."""

    pack: Pack
    settings: Mapping[str, int | bool | tuple[str, ...]] = field(hash=False)

    def number(self, name: str) -> int:
        """A figure in force: days, years or minor units."""
        return int(self._value(name))  # type: ignore[arg-type]

    def asks(self, name: str) -> bool:
        """Whether a separation of duties is in force."""
        return bool(self._value(name))

    def roles(self, name: str) -> tuple[str, ...]:
        """The roles a rule names."""
        value = self._value(name)
        assert isinstance(value, tuple), name
        return value

    def _value(self, name: str) -> int | bool | tuple[str, ...]:
        return self.settings.get(name, self.pack.values[name].value)


def pack_of(code: str) -> Pack:
    """The pack of a jurisdiction. Raises NotFound."""
    if code not in PACKS:
        raise NotFound(f"there is no jurisdiction pack {code}; there are {', '.join(sorted(PACKS))}")
    return PACKS[code]


def check_stricter(pack: Pack, name: str, value: int | bool | tuple[str, ...]) -> None:
    """Raises RuleRelaxed (T16) when a firm's setting is laxer than its pack, BadRequest for an unknown one."""
    if name not in DIRECTIONS:
        raise BadRequest(f"{name} is not a setting; there are {', '.join(DIRECTIONS)}")
    rule = pack.values[name]
    if type(value) is not type(rule.value):
        raise BadRequest(f"{name} takes a value such as {rule.value!r}")
    if not _is_stricter(DIRECTIONS[name], value, rule.value):
        raise RuleRelaxed(
            f"{name} = {value!r} would be laxer than {pack.name} allows ({rule.value!r}, {rule.citation}); "
            "a firm may be stricter, never laxer",
            setting=name,
            rule_value=rule.value,
        )


def _is_stricter(direction: Stricter, value: object, rule: object) -> bool:
    match direction:
        case Stricter.SMALLER:
            return isinstance(value, int) and isinstance(rule, int) and 0 <= value <= rule
        case Stricter.LARGER:
            return isinstance(value, int) and isinstance(rule, int) and value >= rule
        case Stricter.TRUE:
            return bool(value) or not rule
        case Stricter.SUBSET:
            return isinstance(value, tuple) and isinstance(rule, tuple) and bool(value) and set(value) <= set(rule)
