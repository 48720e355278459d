"""The twelve matters of the practice, who works on them, and what was agreed with each client."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from aggregates.contingency import Tier
from aggregates.permissions import Role
from aggregates.time_rounding import RoundingRule
from api.demo.people import Office
from commands.add_contact import AddContact
from commands.agree_contingent_fee import AgreeContingentFee
from commands.agree_flat_fee import AgreeFlatFee
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.agree_time_rounding import AgreeTimeRounding
from commands.classify_timekeeper import ClassifyTimekeeper
from commands.open_matter import OpenMatter
from commands.set_billing_rate import SetBillingRate

FIRST_DAY, IN_JULY = date(2026, 5, 1), date(2026, 7, 1)
SIX_MINUTES = RoundingRule(increment_seconds=360, mode="up")
TIMEKEEPERS = {
    "ashby": ("partner", 400_00),
    "reyes": ("partner", 350_00),
    "okafor": ("partner", 380_00),
    "pryce": ("associate", 250_00),
    "moss": ("paralegal", 120_00),
}
"""What they are, and what an hour of them costs."""

Terms = Literal["hourly", "flat", "contingent"]


@dataclass(frozen=True, slots=True)
class Engagement:
    """A client's matter: who answers for it, who brought it, and how its fee is reckoned."""

    client: str
    description: str
    area: str
    responsible: str
    originating: str
    terms: Terms = "hourly"
    opened: date = FIRST_DAY


ENGAGEMENTS = {
    "charter": Engagement("Halvorsen Marine, Inc.", "Charter party dispute", "Litigation", "ashby", "okafor"),
    "deed": Engagement("Iris Ingram", "Deed of gift", "Real estate", "reyes", "reyes"),
    "supply": Engagement("Juniper Foods Co.", "Supply contracts", "Commercial", "reyes", "ashby"),
    "staff": Engagement("Kestrel Hotels, LLC", "Claim of a former manager", "Employment", "ashby", "ashby"),
    "divorce": Engagement("Lorna Lindqvist", "Divorce", "Family", "ashby", "reyes"),
    "partners": Engagement("Mercer & Daughters", "Partnership dispute", "Commercial", "reyes", "okafor"),
    "appeal": Engagement("Nadia Novak", "Appeal against a zoning order", "Litigation", "ashby", "ashby", opened=IN_JULY),
    "charity": Engagement("Oakline Schools", "Incorporation and tax exemption", "Nonprofit", "reyes", "reyes", "flat"),
    "will": Engagement("Priya Patel", "Will", "Estates", "ashby", "ashby", "flat"),
    "injury": Engagement("Quentin Quill", "Quill v. Delta Haulage", "Personal injury", "ashby", "reyes", "contingent"),
    "fall": Engagement("Rosa Ruiz", "Fall at a market", "Personal injury", "reyes", "okafor", "contingent"),
    "marsh": Engagement("Saltmarsh Trust", "Easement, pro bono", "Real estate", "reyes", "reyes"),
}  # fmt: skip
FLAT_FEES = {"charity": {"Articles": 2_400_00, "Exemption": 3_600_00}, "will": {"Will": 950_00}}
CONTINGENT = (Tier(stage="before suit", basis_points=3_000), Tier(stage="after suit", basis_points=4_000))
INSURER, INSURER_PERCENT = "Northfield Mutual Insurance", "40"
_ORGANISATIONS = (", Inc.", "Co.", "LLC", "Daughters", "Schools", "Trust", "Insurance")


@dataclass(frozen=True, slots=True)
class Books:
    """Where things are, by the short names of the tables."""

    clients: dict[str, UUID]
    matters: dict[str, UUID]
    flat_fees: dict[str, UUID]
    """By stage."""


def hire(office: Office) -> None:
    """The associate and the paralegal come; everyone's hour is given its price."""
    office.hire("pryce", "Piers Pryce", Role.TIMEKEEPER)
    office.hire("moss", "Mina Moss", Role.TIMEKEEPER)
    office.does("ashby", AgreeTimeRounding(scope="firm", rule=SIX_MINUTES))
    for who, (classification, rate_minor) in TIMEKEEPERS.items():
        user_id, _ = office.people[who]
        classified = ClassifyTimekeeper(timekeeper_id=user_id, classification=classification, effective_from=FIRST_DAY)
        office.does("ashby", classified)
        rate = SetBillingRate(timekeeper_id=user_id, effective_from=FIRST_DAY, rate_minor=rate_minor)
        office.does("ashby", rate)


def open_matters(office: Office) -> Books:
    """Every client with the matter, and what was agreed for its fee. Those of July are opened pending till then."""
    books = Books({}, {}, {})
    for name in ENGAGEMENTS:
        _open(office, books, name)
    insurer = _contact(office, INSURER, "payee")
    mercer = Payer(payer_id=books.clients["partners"], percent=str(100 - int(INSURER_PERCENT)))
    split = AgreeSplitPayers(
        matter_id=books.matters["partners"],
        payers=(mercer, Payer(payer_id=insurer, percent=INSURER_PERCENT)),
        authority="Policy of 1 March 2026, legal expenses",
    )
    office.does("ashby", split)
    return books


def _open(office: Office, books: Books, name: str) -> None:
    one = ENGAGEMENTS[name]
    books.clients[name] = _contact(office, one.client, "client")
    matter = OpenMatter(
        client_id=books.clients[name],
        description=one.description,
        practice_area=one.area,
        responsible_attorney_id=office.people[one.responsible][0],
        originating_attorney_id=office.people[one.originating][0],
        status="open" if one.opened == FIRST_DAY else "pending",
    )
    matter_id = books.matters[name] = UUID(office.does("ashby", matter)["matter_id"])
    letter = "Engagement letter of 1 May 2026"
    for stage, amount_minor in FLAT_FEES.get(name, {}).items():
        flat = AgreeFlatFee(matter_id=matter_id, stage=stage, amount_minor=amount_minor, authority=letter)
        books.flat_fees[stage] = UUID(office.does("ashby", flat)["fee_id"])
    if one.terms == "contingent":
        agreed = AgreeContingentFee(matter_id=matter_id, tiers=CONTINGENT, fee_on="gross", authority=letter)
        office.does("ashby", agreed)
        office.does("ashby", SetBillingRate(matter_id=matter_id, effective_from=FIRST_DAY, rate_minor=0))


def _contact(office: Office, name: str, role: Literal["client", "payee"]) -> UUID:
    form: Literal["person", "organisation"] = "organisation" if name.endswith(_ORGANISATIONS) else "person"
    return UUID(office.does("lind", AddContact(form=form, name=name, roles=(role,)))["contact_id"])
