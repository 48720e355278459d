"""The people of the demonstration firm, and doing things as one of them on a day of the story."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aggregates.permissions import Role
from api.application import Application, listed_of
from api.first_run import Founded, found
from commands.add_user import AddUser
from commands.dispatch import Request, Result
from commands.establish_firm import EstablishFirm
from commands.work import Asker, Command

SLUG = "demo"
ZONE = "America/New_York"
_OFFICE_HOURS = time(10, 0)


@dataclass
class Calendar:
    """The story's clock: ten in the morning, New York time, of the day it has come to."""

    day: date

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.combine(self.day, _OFFICE_HOURS, ZoneInfo(ZONE)).astimezone(UTC)


@dataclass
class Office:
    """The firm Ashby & Reyes: two partners and a bookkeeper."""

    application: Application
    calendar: Calendar
    founded: Founded
    people: dict[str, tuple[UUID, Role]] = field(default_factory=dict)

    @classmethod
    def open(cls, application: Application, calendar: Calendar) -> "Office":
        """Found the firm and hire its people."""
        firm = EstablishFirm(
            firm_id=application.new_id(),
            name="Ashby & Reyes, PLLC (demonstration)",
            jurisdiction="us-nc",
            base_currency="USD",
            time_zone=ZONE,
        )
        founded = found(application, SLUG, firm, owner_name="Nora Ashby", owner_email="nora@demo.example")
        office = cls(application, calendar, founded, {"ashby": (founded.owner_id, Role.PARTNER)})
        office._hire("reyes", "Mateo Reyes", Role.PARTNER)
        office._hire("lind", "Greta Lind", Role.BOOKKEEPER)
        return office

    def asker(self, who: str) -> Asker:
        """One of the people, as the log will name them."""
        user_id, role = self.people[who]
        return Asker(user_id, frozenset({role}), "demonstration")

    def does(self, who: str, command: Command, reason: str | None = None, **expected: Any) -> Result:
        """One of the people gives a command. Raises any Refusal."""
        request = Request(self.asker(who), reason=reason, **expected)
        return self.application.carry_out(SLUG, request, command, listed_of(command)).result

    def _hire(self, key: str, name: str, role: Role) -> None:
        added = self.does("ashby", AddUser(name=name, email=f"{key}@demo.example", roles=(role,)))
        self.people[key] = (UUID(added["user_id"]), role)
