"""The Uniform Task-Based Management System: codes for tasks, activities and expenses on time, costs and bills.

Source: American Bar Association, litigation, counseling, project and bankruptcy code sets, free to reuse (domain reference,
section 2.8). The eDiscovery tasks (L600) and the activities and expenses that were added in 2013 are not among them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from aggregates.errors import BadRequest


class Code(NamedTuple):
    """A code with its title, its set, and the phase it belongs to (None for a phase, an activity or an expense)."""

    code: str
    title: str
    code_set: str
    phase: str | None


_LITIGATION = """
L100 Case Assessment, Development and Administration
L110 Fact Investigation/Development|L120 Analysis/Strategy|L130 Experts/Consultants|L140 Document/File Management
L150 Budgeting|L160 Settlement/Non-Binding ADR|L190 Other Case Assessment, Development and Administration
L200 Pre-Trial Pleadings and Motions
L210 Pleadings|L220 Preliminary Injunctions/Provisional Remedies|L230 Court Mandated Conferences|L240 Dispositive Motions
L250 Other Written Motions and Submissions|L260 Class Action Certification and Notice
L300 Discovery
L310 Written Discovery|L320 Document Production|L330 Depositions|L340 Expert Discovery|L350 Discovery Motions
L390 Other Discovery
L400 Trial Preparation and Trial
L410 Fact Witnesses|L420 Expert Witnesses|L430 Written Motions and Submissions|L440 Other Trial Preparation and Support
L450 Trial and Hearing Attendance|L460 Post-Trial Motions and Submissions|L470 Enforcement
L500 Appeal
L510 Appellate Motions and Submissions|L520 Appellate Briefs|L530 Oral Argument
"""
_COUNSELING = """
C100 Fact Gathering|C200 Researching Law|C300 Analysis and Advice|C400 Third Party Communication
"""
_PROJECT = """
P100 Project Administration
P200 Fact Gathering/Due Diligence
P210 Corporate Review|P220 Tax|P230 Environmental|P240 Real and Personal Property|P250 Employee/Labor
P260 Intellectual Property|P270 Regulatory Reviews|P280 Other
P300 Structure/Strategy/Analysis|P400 Initial Document Preparation/Filing|P500 Negotiation/Revision/Responses
P600 Completion/Closing|P700 Post-Completion/Post-Closing|P800 Maintenance and Renewal
"""
_BANKRUPTCY = """
B100 Administration
B110 Case Administration|B120 Asset Analysis and Recovery|B130 Asset Disposition
B140 Relief from Stay/Adequate Protection Proceedings|B150 Meetings of and Communications with Creditors
B160 Fee/Employment Applications|B170 Fee/Employment Objections|B180 Avoidance Action Analysis
B185 Assumption/Rejection of Leases and Contracts
B190 Other Contested Matters (excluding assumption/rejection motions)|B195 Non-Working Travel
B200 Operations
B210 Business Operations|B220 Employee Benefits/Pensions|B230 Financing/Cash Collections|B240 Tax Issues|B250 Real Estate
B260 Board of Directors Matters
B300 Claims and Plan
B310 Claims Administration and Objections|B320 Plan and Disclosure Statement (including Business Plan)
B400 Bankruptcy-Related Advice
B410 General Bankruptcy Advice/Opinions|B420 Restructurings
"""
_ACTIVITIES = """
A101 Plan and prepare for|A102 Research|A103 Draft/revise|A104 Review/analyze|A105 Communicate (in firm)
A106 Communicate (with client)|A107 Communicate (other outside counsel)|A108 Communicate (other external)
A109 Appear for/attend|A110 Manage data/files|A111 Other
"""
_EXPENSES = """
E101 Copying|E102 Outside printing|E103 Word processing|E104 Facsimile|E105 Telephone|E106 Online research
E107 Delivery services/messengers|E108 Postage|E109 Local travel|E110 Out-of-town travel|E111 Meals|E112 Court fees
E113 Subpoena fees|E114 Witness fees|E115 Deposition transcripts|E116 Trial transcripts|E117 Trial exhibits
E118 Litigation support vendors|E119 Experts|E120 Private investigators|E121 Arbitrators/mediators|E122 Local counsel
E123 Other professionals|E124 Other
"""


def _read(code_set: str, text: str, *, phases: bool = True) -> dict[str, Code]:
    """Codes as they stand in the tables above; a code of whole hundreds is a phase."""
    found = {}
    for word in text.strip().replace("\n", "|").split("|"):
        code, _, title = word.partition(" ")
        phase = f"{code[:2]}00" if phases and not code.endswith("00") else None
        found[code] = Code(code, title, code_set, phase)
    return found


TASKS: Mapping[str, Code] = MappingProxyType(
    _read("litigation", _LITIGATION)
    | _read("counseling", _COUNSELING)
    | _read("project", _PROJECT)
    | _read("bankruptcy", _BANKRUPTCY)
)
ACTIVITIES: Mapping[str, Code] = MappingProxyType(_read("activity", _ACTIVITIES, phases=False))
EXPENSES: Mapping[str, Code] = MappingProxyType(_read("expense", _EXPENSES, phases=False))
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "litigation": "American Bar Association, UTBMS Litigation Code Set",
        "counseling": "American Bar Association, UTBMS Counseling Code Set",
        "project": "UTBMS Project Code Set, as public code carries it",
        "bankruptcy": "UTBMS Bankruptcy Code Set, as public code carries it",
        "activity": "American Bar Association, UTBMS activities A101 to A111",
        "expense": "American Bar Association, UTBMS expenses E101 to E124",
    }
)
"""Where each set comes from (domain reference, section 2.8)."""


def task(code: str) -> Code:
    """A task or phase. Raises BadRequest."""
    return _known(TASKS, code, "task")


def activity(code: str) -> Code:
    """Raises BadRequest."""
    return _known(ACTIVITIES, code, "activity")


def expense(code: str) -> Code:
    """Raises BadRequest."""
    return _known(EXPENSES, code, "expense")


def _known(codes: Mapping[str, Code], code: str, what: str) -> Code:
    if code not in codes:
        raise BadRequest(f"{code!r} is not a UTBMS {what} code, such as {next(iter(codes))}", code_given=code)
    return codes[code]
