"""The people of the demonstration firm, and doing things as one of them on a day of the story."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from aggregates.errors import AlreadyExists
from aggregates.permissions import Role
from api.application import Application
from api.first_run import found
from commands.add_user import AddUser
from commands.dispatch import Request, Result
from commands.establish_firm import EstablishFirm
from commands.work import Asker, Command

SLUG = "demo"
NAME = "Ashby & Reyes, PLLC (demonstration)"
PROGRAM = "demonstration"
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
    """The firm Ashby & Reyes: three partners and a bookkeeper, and whoever is hired later.

    Every command has a key that counts up within its `tale`, so that one that was cut short is taken up where it stopped.
    """

    application: Application
    calendar: Calendar
    people: dict[str, tuple[UUID, Role]] = field(default_factory=dict)
    tale: str = "demo"
    _told: int = 0

    @classmethod
    def open(cls, application: Application, calendar: Calendar) -> "Office":
        """Found the firm and hire its people. Raises AlreadyExists where another firm goes by the short name."""
        office = cls(replace(application, now=calendar.now), calendar)
        office.people["ashby"] = (office._founder(), Role.PARTNER)
        office.hire("reyes", "Mateo Reyes", Role.PARTNER)
        office.hire("okafor", "Ada Okafor", Role.PARTNER)
        office.hire("lind", "Greta Lind", Role.BOOKKEEPER)
        return office

    def does(self, who: str, command: Command, key: str | None = None) -> Result:
        """One of the people gives a command. Raises any Refusal."""
        return self.application.carry_out(SLUG, self.request(who, key), command).result

    def request(self, who: str, key: str | None = None) -> Request:
        """How one of the people asks: with the story's next key, or one that tells what is done."""
        user_id, role = self.people[who]
        if key is None:
            self._told += 1
            key = f"{self.tale}-{self._told:04}"
        return Request(Asker(user_id, frozenset({role}), PROGRAM), key=key)

    def hire(self, key: str, name: str, role: Role) -> None:
        """Give a person access, who acts by the key from then on."""
        added = self.does("ashby", AddUser(name=name, email=f"{key}@demo.example", roles=(role,)))
        self.people[key] = (UUID(added["user_id"]), role)

    def telling(self, tale: str) -> "Office":
        """The same firm and people, for a tale of its own: its keys count from one."""
        return Office(self.application, self.calendar, self.people, tale)

    def _founder(self) -> UUID:
        application = self.application
        if SLUG in application.database.firms() and (log := application.log(SLUG)).size():
            firm, owner = itertools.islice(log.read(), 2)
            if firm.data["name"] != NAME:
                raise AlreadyExists(f"there is a firm called {SLUG} already, and it is not the demonstration firm")
            return UUID(owner.stream_id)
        firm_command = EstablishFirm(
            firm_id=application.new_id(), name=NAME, jurisdiction="us-nc", base_currency="USD", time_zone=ZONE
        )
        return found(application, SLUG, firm_command, owner_name="Nora Ashby", owner_email="ashby@demo.example").owner_id
