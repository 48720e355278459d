"""Where each jurisdiction says what a trust rule bars, so that a refusal quotes the rule that binds the firm.

Only rules that were found to be about it stand here; where a jurisdiction's own is not known, that is said, and the source
beside the rule itself is quoted as what others ask. Numbers within a rule are left out where its text needs checking.
"""

from collections.abc import Mapping
from types import MappingProxyType

from aggregates.jurisdiction_pack import Pack

_RECORDS = "ABA Model Rules for Client Trust Account Records"
_NOTIFICATION = "ABA Model Rules for Trust Account Overdraft Notification"
_SRA = "SRA Accounts Rules 2019"
_CA = "California RPC 1.15"
_NY = "22 NYCRR 1200, rule 1.15"
_FL = "Rules Regulating The Florida Bar"
_NC = "N.C. Rule"
_WA = "Washington RPC"
_WI = "Wisconsin SCR 20:1.15"


def _all(source: str, rules: str) -> dict[str, str]:
    return dict.fromkeys(rules.split(), source)


SOURCES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "us-aba": {
            **_all("ABA Model Rule 1.15(a)", "T1 T2 T3 T4 T6"),
            "T5": "ABA Model Rule 1.15(b)",
            "T7": "ABA Model Rule 1.15(c), (e)",
            "T8": f"ABA Model Rule 1.15(b); {_NOTIFICATION}, rule 5",
            "T9": f"{_RECORDS}, rule 2",
            "T10": f"{_RECORDS}, rule 1(b)",
            "T11": f"{_RECORDS}, rule 1",
            "T12": f"{_RECORDS}, rule 1(i)",
            "T14": "ABA Model Rule 1.15(d)",
            "T15": f"{_RECORDS}, rule 2",
            "T16": f"ABA Model Rule 1.15; {_NOTIFICATION}",
        },
        "us-ca": {
            **_all(_CA, "T1 T2 T3 T4 T5 T6 T7 T8 T14 T16"),
            **_all(f"{_CA}: a ledger for each client, a journal for each account", "T10 T11"),
            "T12": f"{_CA}; State Bar reconciliation template: monthly",
        },
        "us-ny": {
            **_all(_NY, "T1 T2 T3 T4 T5 T6 T7 T8 T14 T16"),
            **_all(f"{_NY}(e)", "T9 T15"),
            **_all(f"{_NY}(d)", "T10 T11"),
        },
        "us-fl": {
            **_all(f"{_FL} 5-1.1", "T1 T2 T3 T4 T6 T7 T14 T16"),
            "T5": f"{_FL} 5-1.1(a)(1)",
            "T8": f"{_FL} 5-1.1(a)(1)(A)",
            **_all(f"{_FL} 5-1.2", "T9 T10 T11 T12"),
            "T13": f"{_FL} 5-1.2: cheques numbered consecutively",
            "T15": f"{_FL} 5-1.2: the firm's written trust-account plan",
        },
        "us-nc": {
            **_all(f"{_NC} 1.15-2", "T1 T2 T3 T4 T5 T6 T7 T8 T14 T16"),
            "T9": f"{_NC} 1.15-2: the client and the payee on the face of every item",
            **_all(f"{_NC} 1.15-3", "T10 T11"),
            "T12": f"{_NC} 1.15-3(d)",
            "T15": f"{_NC} 1.15-2 and 1.15-3: a lawyer signs off, and who signs cheques does not reconcile",
        },
        "us-wa": {
            **_all(f"{_WA} 1.15A", "T1 T2 T3 T4 T5 T6 T7 T8 T14 T16"),
            **_all(f"{_WA} 1.15B(a)", "T9 T10 T11"),
            "T12": f"{_WA} 1.15A(h)",
        },
        "us-wi": {
            **_all(_WI, "T1 T2 T3 T4 T5 T6 T8 T14 T16"),
            "T7": "Wisconsin SCR 20:1.5(h) and 20:1.15",
        },
        "gb-ew": {
            **_all(f"{_SRA}, rule 5.3", "T1 T2 T3"),
            "T4": f"{_SRA}, rule 5.1",
            **_all(f"{_SRA}, rule 4.1", "T5 T6 T8"),
            "T7": f"{_SRA}, rule 4.3",
            "T9": f"{_SRA}, rules 5.1 and 5.2",
            **_all(f"{_SRA}, rule 8.1", "T10 T11 T13"),
            "T12": f"{_SRA}, rule 8.3",
            "T14": f"{_SRA}, rule 2.5",
            "T15": f"{_SRA}, rules 5.2 and 8.3",
            "T16": f"{_SRA}, rules 5.3 and 6.1",
        },
    }
)
"""Jurisdiction → trust rule → its own rule."""


def source_in(pack: Pack, rule: str, elsewhere: str | None) -> str | None:
    """What a firm under this pack is told as the source of a rule; `elsewhere` is what is told of it without a firm."""
    own = SOURCES.get(pack.code, {}).get(rule)
    if own is not None or elsewhere is None:
        return own
    return f"no rule of {pack.name} was found that says so; elsewhere: {elsewhere}"
