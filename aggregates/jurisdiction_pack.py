"""What a jurisdiction pack is: figures of rules, each with its source, and which way each one is stricter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

from aggregates.trust_rules import money

Setting: TypeAlias = int | bool | tuple[str, ...]

LONGEST_DAYS = 36_500
"""No number of days is longer than a hundred years, so that a day can always be counted from it."""


class Stricter(StrEnum):
    """Which way a value is stricter; a fixed one is not the firm's to choose."""

    SMALLER = "smaller"
    LARGER = "larger"
    TRUE = "true"
    SUBSET = "subset"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a rule, with where it comes from. `effective_from` is None where the rule's date needs checking.

    `verified` says how far it was checked: "found" in a named source on `verified_on`, or "needs checking" against the
    rule's own text.
    """

    value: Setting
    citation: str
    effective_from: date | None = None
    verified: Literal["found", "needs checking"] = "needs checking"
    verified_on: date | None = None

    @property
    def provenance(self) -> str:
        """Citation, effective date and verified date in one sentence, or plainly what needs checking."""
        since = f"in force from {self.effective_from}" if self.effective_from else "effective date needs checking"
        checked = f"found {self.verified_on}" if self.verified_on else "figure needs checking"
        return f"{self.citation}; {since}; {checked}"


@dataclass(frozen=True, slots=True)
class Pack:
    """What a jurisdiction asks; `values` by the names of `DIRECTIONS`. A new figure is a new version, beside the old one."""

    code: str
    name: str
    currency: str
    values: Mapping[str, Value] = field(hash=False)
    version: int = 1


DIRECTIONS: Mapping[str, Stricter] = MappingProxyType(
    {
        "reconcile_every_days": Stricter.SMALLER,
        "three_way_every_days": Stricter.SMALLER,
        "statement_every_days": Stricter.SMALLER,
        "sign_off_roles": Stricter.SUBSET,
        "signer_is_not_preparer": Stricter.TRUE,
        "cheque_signer_does_not_reconcile": Stricter.TRUE,
        "retention_years": Stricter.LARGER,
        "retention_anchor": Stricter.FIXED,
        "receipt_notice_days": Stricter.SMALLER,
        "undisbursed_days": Stricter.SMALLER,
        "annual_listing": Stricter.TRUE,
        "cash_withdrawals_barred": Stricter.TRUE,
        "cash_receipts_barred": Stricter.TRUE,
        "bill_before_own_costs": Stricter.TRUE,
        "advance_fees_in_trust": Stricter.TRUE,
        "flat_fees_in_trust": Stricter.TRUE,
        "true_retainer_in_trust": Stricter.TRUE,
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
)
"""Every value a pack carries. Holds by instrument are days from deposit until funds count as collected.

`retention_anchor` is what retention is counted from. That cash is never withdrawn and that own costs need a bill are true
everywhere and bound by T9 and T7 themselves; they stand here for their citation.
"""


def least(name: str) -> int:
    """The least a figure can be: a period is at least one day, a wait or an amount may be nothing."""
    return 1 if DIRECTIONS[name] is Stricter.SMALLER and name.endswith("_days") else 0


def written(name: str, value: Setting) -> str:
    """A figure as people write it: yes or no, 1,000.00 for minor units, roles one after the other."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "nobody"
    return money(value) if name.endswith("_minor") else str(value)
