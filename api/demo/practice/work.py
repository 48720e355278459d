"""The work of the three months, as it was written down: time by the minute, and costs."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aggregates.time_entry import Charge

_TENTH_S = 360


@dataclass(frozen=True, slots=True)
class Worked:
    """Time of a person on a matter, in seconds."""

    day: date
    who: str
    matter: str
    seconds: int
    narrative: str
    task: str | None = None
    activity: str | None = None
    charge: Charge = "billable"


@dataclass(frozen=True, slots=True)
class Spent:
    """A cost. Hard ones were paid for the client, soft ones are the firm's own, such as copies."""

    day: date
    matter: str
    nature: Literal["hard", "soft"]
    code: str
    description: str
    quantity: str
    unit_cost: str
    payee: str | None = None
    paid_from: Literal["operating", "card"] | None = None


def _at(month: int, day: int, who: str, matter: str, tenths: int, words: str, task: str = "", activity: str = "") -> Worked:
    return _seconds(month, day, who, matter, tenths * _TENTH_S, words, task, activity)


def _seconds(
    month: int, day: int, who: str, matter: str, seconds: int, words: str, task: str = "", activity: str = ""
) -> Worked:
    return Worked(date(2026, month, day), who, matter, seconds, words, task or None, activity or None)


def _beside(charge: Charge, month: int, day: int, who: str, matter: str, tenths: int, narrative: str) -> Worked:
    return Worked(date(2026, month, day), who, matter, tenths * _TENTH_S, narrative, charge=charge)


TIME = (
    _at(5, 5, "okafor", "charter", 32, "Read the charter party; advised on notice", "L110", "A104"),
    _at(5, 6, "reyes", "supply", 40, "Met the client on the supply contracts", "C100", "A106"),
    _at(5, 7, "reyes", "deed", 12, "Drafted the deed of gift", "C300", "A103"),
    _at(5, 8, "ashby", "staff", 25, "Interviewed the hotel's manager", "L110", "A106"),
    _at(5, 11, "reyes", "deed", 8, "Witnessed the deed and saw to its recording", "C300", "A110"),
    _at(5, 11, "ashby", "divorce", 30, "First conference", "L110", "A106"),
    _at(5, 12, "pryce", "charter", 65, "Researched laytime and demurrage", "L110", "A102"),
    _at(5, 12, "moss", "divorce", 45, "Collected statements of account", "L320", "A110"),
    _at(5, 13, "pryce", "supply", 75, "Drafted the master agreement", "C300", "A103"),
    _at(5, 14, "moss", "charter", 20, "Chronology of the voyage", "L110", "A110"),
    _at(5, 15, "ashby", "injury", 80, "Negotiated with the carrier's insurer"),
    _beside("no_charge", 5, 18, "reyes", "charity", 20, "Articles of incorporation"),
    _at(5, 19, "pryce", "staff", 40, "Answer to the charge", "L210", "A103"),
    _at(5, 20, "pryce", "supply", 30, "Second draft of the master agreement", "C300", "A103"),
    _at(5, 21, "okafor", "partners", 50, "Read the partnership's books", "L110", "A104"),
    _at(5, 22, "moss", "injury", 60, "Medical records, in order"),
    _seconds(5, 26, "pryce", "charter", 5_000, "Letter before action", "L120", "A103"),
    _at(5, 27, "pryce", "fall", 20, "Interviewed a witness"),
    _beside("non_billable", 5, 28, "pryce", "marsh", 30, "Title search"),
    _at(6, 3, "okafor", "charter", 41, "Complaint", "L210", "A103"),
    _at(6, 4, "reyes", "supply", 20, "Negotiated with the supplier", "C300", "A107"),
    _at(6, 5, "ashby", "injury", 50, "Mediation"),
    _at(6, 9, "pryce", "charter", 80, "Motion for attachment", "L240", "A103"),
    _at(6, 10, "ashby", "staff", 15, "Call with the agency", "L120", "A107"),
    _beside("no_charge", 6, 11, "ashby", "will", 25, "Will"),
    _at(6, 11, "pryce", "staff", 35, "Position statement", "L120", "A103"),
    _at(6, 15, "ashby", "divorce", 10, "Call with the other side", "L160", "A107"),
    _at(6, 16, "pryce", "supply", 50, "Closing documents", "C300", "A103"),
    _at(6, 17, "okafor", "partners", 40, "Opinion on the dissolution", "L120", "A103"),
    _at(6, 18, "pryce", "partners", 60, "Researched the duty to account", "L120", "A102"),
    _seconds(6, 19, "moss", "partners", 2_500, "Copied the ledgers", "L320", "A110"),
    _at(6, 23, "moss", "charter", 25, "Exhibits", "L320", "A110"),
    _beside("non_billable", 6, 24, "okafor", "marsh", 15, "Advice on the easement"),
    _at(7, 8, "okafor", "charter", 22, "Hearing on the attachment", "L240", "A109"),
    _at(7, 9, "pryce", "supply", 40, "Terms for a second supplier", "C300", "A103"),
    _beside("no_charge", 7, 10, "reyes", "charity", 30, "Application for exemption"),
    _at(7, 14, "pryce", "charter", 40, "First set of interrogatories", "L310", "A103"),
    _at(7, 15, "okafor", "partners", 20, "Draft of a settlement", "L160", "A103"),
    _at(7, 16, "pryce", "fall", 40, "Demand letter"),
    _at(7, 20, "ashby", "appeal", 20, "Read the order", "L510", "A104"),
    _at(7, 21, "pryce", "partners", 30, "Schedules to the settlement", "L160", "A103"),
    _at(7, 22, "pryce", "appeal", 55, "Brief, first part", "L520", "A103"),
    _at(7, 23, "moss", "appeal", 15, "Record on appeal", "L510", "A110"),
    _beside("non_billable", 7, 24, "moss", "marsh", 20, "Recorded the easement"),
)
COSTS = (
    Spent(date(2026, 5, 8), "deed", "hard", "E112", "Recording fee", "1", "100.00", "Register of Deeds", "card"),
    Spent(date(2026, 5, 14), "supply", "soft", "E101", "Copies", "120", "0.25"),
    Spent(date(2026, 5, 18), "charter", "hard", "E119", "Survey", "1", "850.00", "Tidewater Surveyors", "operating"),
    Spent(date(2026, 5, 20), "staff", "hard", "E112", "Filing fee", "1", "425.00", "Clerk of Superior Court", "operating"),
    Spent(date(2026, 7, 16), "fall", "hard", "E119", "Medical opinion", "1", "400.00", "Dr Imogen Falk", "operating"),
)
