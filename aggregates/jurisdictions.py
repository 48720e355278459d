"""Jurisdictions: what binds a firm is its pack, tightened by its own settings. It may be stricter, never laxer (T16).

The figures stand in `jurisdiction_packs`, each with its citation, its dates, and how far it was checked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregates.errors import BadRequest, NotFound
from aggregates.jurisdiction_pack import DIRECTIONS, LONGEST_DAYS, Pack, Setting, Stricter, Value, least, written
from aggregates.jurisdiction_packs import PACKS, VERSIONS
from aggregates.trust_rules import RuleRelaxed

__all__ = [
    "DIRECTIONS",
    "PACKS",
    "Pack",
    "Policy",
    "Setting",
    "Stricter",
    "Value",
    "check_stricter",
    "is_stricter",
    "pack_of",
]

_SWITCHES = re.compile(
    r"allow|bypass|disable|enforce|ignore|negative|off$|overdr|overrid|permit|relax|skip|suspend|trust\.?t\d|^t\d+|uncleared"
)
"""Names by which other programs offer a way round the trust rules."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What binds one firm: its pack, tightened by its own settings where those are stricter."""

    pack: Pack
    settings: Mapping[str, Setting] = field(hash=False)

    def number(self, name: str) -> int:
        """A figure in force: days, years or minor units."""
        return int(self.value(name))  # type: ignore[arg-type]

    def asks(self, name: str) -> bool:
        """Whether a separation of duties, or a bar, is in force."""
        return bool(self.value(name))

    def roles(self, name: str) -> tuple[str, ...]:
        """The roles a rule names."""
        value = self.value(name)
        assert isinstance(value, tuple), name
        return value

    def value(self, name: str) -> Setting:
        """What is in force under a name: the pack's value, or the firm's own where that is stricter."""
        rule = self.pack.values[name].value
        own = self.settings.get(name, rule)
        return own if is_stricter(name, own, rule) else rule

    def in_force(self) -> dict[str, dict[str, Setting | str]]:
        """Each figure that binds the firm, what its jurisdiction asks, and by which rule. Amounts are minor units."""
        return {
            name: {"value": self.value(name), "pack_value": value.value, "source": value.provenance}
            for name, value in self.pack.values.items()
        }


def pack_of(code: str, version: int | None = None) -> Pack:
    """The pack of a jurisdiction: the version a firm was established under, or the newest. Raises NotFound."""
    if code not in PACKS:
        raise NotFound(f"there is no jurisdiction pack {code}; there are {', '.join(sorted(PACKS))}")
    if version is None:
        return PACKS[code]
    if (code, version) not in VERSIONS:
        raise NotFound(f"the jurisdiction pack {code} has no version {version}", code=code, version=version)
    return VERSIONS[code, version]


def check_stricter(pack: Pack, name: str, value: Setting) -> None:
    """Raises RuleRelaxed (T16) for a setting laxer than the pack or one that would switch a trust rule off, BadRequest."""
    if name not in DIRECTIONS:
        if _SWITCHES.search(name.casefold()):
            raise RuleRelaxed(
                f"{name} is not a setting, and none like it will be: no switch turns a trust rule off. What the bank did "
                "all the same is recorded as a bank fact, and opens an exception",
                setting=name,
            )
        raise BadRequest(f"{name} is not a setting; there are {', '.join(DIRECTIONS)}")
    rule = pack.values[name]
    if type(value) is not type(rule.value):
        raise BadRequest(f"{name} takes a value such as {_typed(rule.value)}")
    if isinstance(value, tuple) and len(set(value)) < len(value):
        raise BadRequest(f"{name} names something twice: {', '.join(value)}", setting=name)
    _check_sensible(name, value)
    if not is_stricter(name, value, rule.value):
        raise RuleRelaxed(
            f"{name} = {written(name, value)} would be laxer than {pack.name} allows "
            f"({written(name, rule.value)}, {rule.citation}); "
            "a firm may be stricter, never laxer",
            setting=name,
            rule_value=rule.value,
        )


def _typed(value: Setting) -> str:
    """As it is sent: true, 31, a list of words."""
    return str(value).lower() if isinstance(value, bool) else str(list(value) if isinstance(value, tuple) else value)


def _check_sensible(name: str, value: Setting) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        return
    if value < least(name):
        raise BadRequest(f"{name} is at least {least(name)}, not {value}", setting=name, least=least(name))
    if value > LONGEST_DAYS and not name.endswith("_minor"):
        raise BadRequest(f"{name} is at most {LONGEST_DAYS}, not {value}", setting=name, most=LONGEST_DAYS)


def is_stricter(name: str, value: Setting, rule: Setting) -> bool:
    """Whether a value of a setting is at least as strict as another."""
    match DIRECTIONS[name]:
        case Stricter.SMALLER:
            return isinstance(value, int) and isinstance(rule, int) and value <= rule
        case Stricter.LARGER:
            return isinstance(value, int) and isinstance(rule, int) and value >= rule
        case Stricter.TRUE:
            return bool(value) or not rule
        case Stricter.SUBSET:
            return isinstance(value, tuple) and isinstance(rule, tuple) and bool(value) and set(value) <= set(rule)
        case Stricter.FIXED:
            return value == rule
