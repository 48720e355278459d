"""What kind of timekeeper somebody is, in the codes that LEDES has for it: a client's system knows no firm's own words.

Source: LEDES Oversight Committee, Revised Timekeeper Classifications (2014, last updated in June 2023), which hold for every
LEDES format. Its document could not be had; the codes are those that two public programs have alike, the titles those
of one of them. The committee leaves it to the firm who is senior or junior: there is no code for that.
"""

from collections.abc import Mapping
from types import MappingProxyType

CLASSIFICATIONS: Mapping[str, str] = MappingProxyType(
    {
        "PARTNR": "Partner",
        "OFCOUN": "Of Counsel",
        "ASSOC": "Associate",
        "TRANEE": "Associate Trainee",
        "STFATT": "Staff Attorney",
        "TEMPAT": "Contract Attorney",
        "SECNDE": "Secondee",
        "PARALG": "Paralegal",
        "LGLAST": "Legal Assistant",
        "LGLINT": "Legal Intern",
        "LGPRMG": "Legal Project Manager",
        "CLKSEC": "Clerk or Secretary",
        "ANALST": "Analyst",
        "CONSLT": "Consultant",
        "EXPERT": "Expert",
        "RSRCHR": "Research Specialist",
        "LIBRRN": "Librarian",
        "TRANSL": "Translator",
        "HLNLPF": "High-Level Non-Lawyer Professional",
        "IPAGNT": "IP Agent",
        "CSTCNS": "Costs Counsel",
        "TEMPOS": "Contract Other Staff",
        "NBOTHR": "Other",
        "FLTFEE": "Flat Fee",
        "ADJSMT": "Adjustment",
    }
)
"""Titles by code; FLTFEE and ADJSMT are of no person."""
SOURCE = "LEDES Oversight Committee, Revised Timekeeper Classifications of 2014, as far as two public programs agree"
FLAT_FEE = "FLTFEE"
_BY_TITLE = {title.casefold(): code for code, title in CLASSIFICATIONS.items()}
_STANDING = ("senior ", "junior ")


def ledes_code(words: str) -> str | None:
    """The code for what a firm calls its timekeepers: a code or a title, senior and junior left out; None for others."""
    said = " ".join(words.split())
    if said.upper() in CLASSIFICATIONS:
        return said.upper()
    folded = said.casefold()
    for standing in _STANDING:
        folded = folded.removeprefix(standing)
    return _BY_TITLE.get(folded)
