"""A practice with a partner and an associate who work, beside the bookkeeper and the trust account of every practice."""

from typing import Any
from uuid import UUID

from aggregates import time_entry
from aggregates.permissions import Role
from aggregates.time_entry import TimeEntry
from commands.add_user import AddUser
from commands.approve_time import ApproveTime
from commands.change_contact_addresses import ChangeContactAddresses
from commands.postal_address import PostalAddress
from commands.record_time import RecordTime
from commands.set_billing_rate import SetBillingRate
from commands.submit_time import SubmitTime
from tests.commands.trust_practice import ASHBY, Practice, day

HOUR = 3_600


class BillingPractice:
    """Its timekeepers cost 400.00 (the partner) and 250.00 (the associate) an hour, in tenths of an hour rounded up."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        practice.today = day(15)
        self.partner = self._timekeeper("Oda Ashby", Role.PARTNER, 400_00)
        self.associate = self._timekeeper("Pim Pryce", Role.TIMEKEEPER, 250_00)

    def _timekeeper(self, name: str, role: Role, rate_minor: int) -> UUID:
        added = AddUser(name=name, email=f"{name.split(maxsplit=1)[0].lower()}@example.com", roles=(role,))
        user_id = UUID(self.practice.does(added, ASHBY)["user_id"])
        rate = SetBillingRate(timekeeper_id=user_id, effective_from=day(1), rate_minor=rate_minor)
        self.practice.does(rate, ASHBY)
        return user_id

    def give_addresses(self) -> None:
        """Client A has two, one of them for bills."""
        home = PostalAddress(kind="home", lines=("9 Elm Street",), city="Durham", country="US")
        bills = PostalAddress(
            kind="billing", lines=("Suite 400", "12 Fayetteville Street"), city="Raleigh", region="NC",
            postal_code="27601", country="US",
        )  # fmt: skip
        self.practice.does(ChangeContactAddresses(contact_id=self.practice.clients["A"], addresses=(home, bills)))

    def time(self, letter: str = "A", seconds: int = HOUR, **more: Any) -> RecordTime:
        """The command to record the associate's time of today."""
        words = {
            "matter_id": self.practice.matters[letter], "timekeeper_id": self.associate, "worked_on": self.practice.today,
            "worked_seconds": seconds, "narrative": "Drafted the complaint", "task_code": "L210", "activity_code": "A103",
        }  # fmt: skip
        return RecordTime.model_validate(words | more)

    def worked(self, letter: str = "A", seconds: int = HOUR, **more: Any) -> UUID:
        """Time as a draft."""
        return UUID(self.practice.does(self.time(letter, seconds, **more))["entry_id"])

    def approved(self, letter: str = "A", seconds: int = HOUR, **more: Any) -> UUID:
        """Time that may be billed."""
        entry_id = self.worked(letter, seconds, **more)
        self.practice.does(SubmitTime(entry_ids=(entry_id,)))
        self.practice.does(ApproveTime(entry_ids=(entry_id,)), ASHBY)
        return entry_id

    def entry(self, entry_id: UUID) -> TimeEntry:
        """As the log has it now."""
        state: TimeEntry = self.practice.log.load(time_entry.KIND, entry_id).state
        return state
