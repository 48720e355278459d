"""The jurisdiction packs: every figure with its citation. A figure nobody found is called firm practice, not a rule.

Nothing here is legal advice. Sources: domain reference, section 1.4; where it could not name a rule's own text, the figure
says that it needs checking. Where a state's figure is unknown, the stricter of what other states ask stands in.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from aggregates.jurisdiction_pack import DIRECTIONS, Pack, Setting, Value

_VERIFIED_ON = date(2026, 11, 1)
_SRA_FROM = date(2019, 11, 25)
_ABA_FROM = date(2010, 8, 9)

_ABA_RECORDS = "ABA Model Rules for Client Trust Account Records (2010)"
_CA = "California RPC 1.15"
_FL = "Rules Regulating The Florida Bar"
_SRA = "SRA Accounts Rules 2019"

_PRACTICE: Mapping[str, Setting] = MappingProxyType(
    {
        "reconcile_every_days": 31,
        "three_way_every_days": 31,
        "statement_every_days": 31,
        "sign_off_roles": ("partner",),
        "signer_is_not_preparer": True,
        "cheque_signer_does_not_reconcile": False,
        "retention_years": 7,
        "retention_anchor": ("end of the representation",),
        "receipt_notice_days": 14,
        "undisbursed_days": 45,
        "annual_listing": False,
        "cash_withdrawals_barred": True,
        "cash_receipts_barred": False,
        "bill_before_own_costs": True,
        "advance_fees_in_trust": True,
        "flat_fees_in_trust": True,
        "true_retainer_in_trust": True,
        "fee_notice_days": 0,
        "cheque_hold_days": 7,
        "ach_hold_days": 5,
        "card_hold_days": 3,
        "wire_hold_days": 0,
        "cash_hold_days": 1,
        "firm_reserve_cap_minor": 500_00,
        "second_approval_over_minor": 10_000_00,
        "approval_lapses_after_days": 14,
        "stale_cheque_days": 180,
        "outstanding_note_after_days": 90,
        "cure_within_days": 3,
    }
)
"""What careful firms do, where no rule gives a figure."""


def _found(value: Setting, citation: str, since: date | None = None) -> Value:
    return Value(value, citation, since, "found", _VERIFIED_ON)


def _unchecked(value: Setting, citation: str, since: date | None = None) -> Value:
    return Value(value, citation, since)


def _pack(code: str, name: str, currency: str = "USD", **rules: Value) -> Pack:
    """A pack of the rules that were found; the rest is firm practice, and says so."""
    assert set(rules) <= set(DIRECTIONS), code
    practice = f"firm practice: no rule of {name} was found that gives a figure"
    values = {key: rules.get(key) or _unchecked(_PRACTICE[key], practice) for key in DIRECTIONS}
    return Pack(code, name, currency, MappingProxyType(values))


_ABA = _pack(
    "us-aba",
    "ABA model rules",
    reconcile_every_days=_unchecked(92, f"{_ABA_RECORDS}, rule 1: at least quarterly", _ABA_FROM),
    three_way_every_days=_unchecked(92, f"{_ABA_RECORDS}, rule 1: at least quarterly", _ABA_FROM),
    sign_off_roles=_unchecked(("partner",), f"{_ABA_RECORDS}, rule 2", _ABA_FROM),
    retention_years=_found(5, "ABA Model Rule 1.15(a)"),
    retention_anchor=_found(("end of the representation",), "ABA Model Rule 1.15(a)"),
    cash_withdrawals_barred=_unchecked(value=True, citation=f"{_ABA_RECORDS}, rule 2: a named payee", since=_ABA_FROM),
    bill_before_own_costs=_found(value=True, citation="ABA Model Rule 1.15(c): only as earned or incurred"),
    advance_fees_in_trust=_found(value=True, citation="ABA Model Rule 1.15(c)"),
    flat_fees_in_trust=_unchecked(value=True, citation="ABA Model Rule 1.15(c); ABA Formal Opinion 505 (2023)"),
    true_retainer_in_trust=_unchecked(value=False, citation="ABA Formal Opinion 505 (2023): earned when it is paid"),
    firm_reserve_cap_minor=_unchecked(500_00, "ABA Model Rule 1.15(b): only what bank charges need; no amount named"),
)
_CALIFORNIA = _pack(
    "us-ca",
    "California",
    reconcile_every_days=_found(31, f"{_CA}; State Bar reconciliation template: monthly"),
    three_way_every_days=_found(31, f"{_CA}; State Bar reconciliation template: monthly"),
    retention_years=_unchecked(5, f"{_CA}(d)"),
    retention_anchor=_unchecked(("final disbursement",), f"{_CA}(d)"),
    receipt_notice_days=_found(14, f"{_CA}(d)"),
    undisbursed_days=_found(45, f"{_CA}: undisbursed at 45 days is presumed not prompt"),
    bill_before_own_costs=_unchecked(value=True, citation=f"{_CA}: advance fees are held in trust"),
    advance_fees_in_trust=_found(value=True, citation=f"{_CA}: advance fees are held in trust"),
    flat_fees_in_trust=_found(
        value=True, citation=f"{_CA}: but with a written disclosure, signed by the client over $1,000"
    ),
    true_retainer_in_trust=_unchecked(value=False, citation="California RPC 1.5(d): a true retainer, agreed in writing"),
)
_NEW_YORK = _pack(
    "us-ny",
    "New York",
    retention_years=_found(7, "22 NYCRR 1200, rule 1.15(d)"),
    retention_anchor=_found(("event recorded",), "22 NYCRR 1200, rule 1.15(d)"),
    cash_withdrawals_barred=_unchecked(value=True, citation="22 NYCRR 1200, rule 1.15(e): a named payee, not to cash"),
    true_retainer_in_trust=_unchecked(value=False, citation="Matter of Cooperman, 83 N.Y.2d 465 (1994): earned when paid"),
)
_FLORIDA = _pack(
    "us-fl",
    "Florida",
    reconcile_every_days=_unchecked(31, f"{_FL} 5-1.2"),
    three_way_every_days=_found(31, f"{_FL} 5-1.2"),
    retention_years=_unchecked(6, f"{_FL} 5-1.2"),
    true_retainer_in_trust=_unchecked(value=False, citation=f"{_FL} 4-1.5(e): to secure the lawyer's availability"),
    annual_listing=_unchecked(value=True, citation=f"{_FL} 5-1.2: each client's unexpended balance, once a year"),
    firm_reserve_cap_minor=_unchecked(500_00, f"{_FL} 5-1.1(a)(1)(A): what bank charges need; no amount named"),
)
_NORTH_CAROLINA = _pack(
    "us-nc",
    "North Carolina",
    reconcile_every_days=_found(31, "N.C. Rule 1.15-3(d)"),
    three_way_every_days=_found(92, "N.C. Rule 1.15-3(d): three-way at least quarterly"),
    sign_off_roles=_found(("partner",), "N.C. Rule 1.15-3: a lawyer reviews, signs and dates"),
    cheque_signer_does_not_reconcile=_found(value=True, citation="N.C. Rule 1.15-2/1.15-3 (Lawyers Mutual NC)"),
    retention_years=_unchecked(6, "N.C. Rule 1.15-3"),
    true_retainer_in_trust=_unchecked(value=False, citation="N.C. 2008 Formal Ethics Opinion 10: earned when it is paid"),
    annual_listing=_found(value=True, citation="N.C. Rule 1.15-3: accounting to each client at least annually"),
)
_WASHINGTON = _pack(
    "us-wa",
    "Washington",
    reconcile_every_days=_unchecked(92, "Washington RPC 1.15A(h): as often as statements, at least quarterly"),
    three_way_every_days=_unchecked(92, "Washington RPC 1.15A(h): as often as statements, at least quarterly"),
    retention_years=_found(7, "Washington RPC 1.15B(a)"),
    retention_anchor=_found(("event recorded",), "Washington RPC 1.15B(a)"),
    true_retainer_in_trust=_unchecked(
        value=False, citation="Washington RPC 1.5(f): agreed in a writing signed by the client"
    ),
    annual_listing=_found(value=True, citation="Washington RPC 1.15A(e): annual written accounting"),
    cash_withdrawals_barred=_unchecked(value=True, citation="Washington RPC 1.15B(a): the register names every payee"),
)
_WISCONSIN = _pack(
    "us-wi",
    "Wisconsin",
    fee_notice_days=_found(5, "Wisconsin SCR 20:1.5(h) and 20:1.15: five days' notice before earned fees"),
)
_ENGLAND_AND_WALES = _pack(
    "gb-ew",
    "England and Wales",
    "GBP",
    reconcile_every_days=_found(35, f"{_SRA}, rule 8.3", _SRA_FROM),
    three_way_every_days=_found(35, f"{_SRA}, rule 8.3", _SRA_FROM),
    statement_every_days=_found(35, f"{_SRA}, rule 8.2", _SRA_FROM),
    sign_off_roles=_found(("partner",), f"{_SRA}, rule 8.3: the COFA or a manager", _SRA_FROM),
    retention_years=_found(6, f"{_SRA}, rule 13.1", _SRA_FROM),
    retention_anchor=_unchecked(("event recorded",), f"{_SRA}, rule 13.1", _SRA_FROM),
    bill_before_own_costs=_found(value=True, citation=f"{_SRA}, rule 4.3", since=_SRA_FROM),
    advance_fees_in_trust=_unchecked(value=True, citation=f"{_SRA}, rule 2.1(d): fees not billed yet", since=_SRA_FROM),
    flat_fees_in_trust=_unchecked(value=True, citation=f"{_SRA}, rule 2.1(d): fees not billed yet", since=_SRA_FROM),
    true_retainer_in_trust=_unchecked(value=True, citation=f"{_SRA}, rule 2.1(d): fees not billed yet", since=_SRA_FROM),
    firm_reserve_cap_minor=_unchecked(0, f"{_SRA}, rule 4.1: no business money in client account", _SRA_FROM),
)

VERSIONS: Mapping[tuple[str, int], Pack] = MappingProxyType(
    {
        (pack.code, pack.version): pack
        for pack in (
            _ABA, _CALIFORNIA, _NEW_YORK, _FLORIDA, _NORTH_CAROLINA, _WASHINGTON, _WISCONSIN, _ENGLAND_AND_WALES,
        )
    }
)  # fmt: skip
"""Every version of every pack that a firm was ever established under."""

PACKS: Mapping[str, Pack] = MappingProxyType({code: VERSIONS[code, version] for code, version in sorted(VERSIONS)})
"""The newest version of each."""
