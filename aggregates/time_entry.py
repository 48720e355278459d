"""A time entry: what somebody did on a matter, how long it took, and what that comes to.

Seconds worked stay as they were; what is charged is rounded beside them. An entry is a draft, is submitted, and is
approved; once it stands on a finalized bill nothing of it changes (domain reference, sections 2.2 and 2.4).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.billing_rates import HourlyRate, RateRule
from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, MoneyEvent, Personal, Words
from aggregates.stream import Kind
from aggregates.time_rounding import RoundingRule, value_minor

A_DAY_S = 86_400
Seconds = Annotated[int, Field(ge=1, le=A_DAY_S)]
"""Of one day: nobody works longer than it is."""
Charge = Literal["billable", "no_charge", "non_billable"]
"""No-charge time is shown on the bill at nothing; non-billable time is not shown."""
Status = Literal["draft", "submitted", "approved"]


class WorkDone(BaseModel):
    """What an entry says. Durations in seconds, the rate for an hour and the value in minor units.

    `value_minor` is the rounded time at the rate; nothing for time that is not billable, or without a rate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    matter_id: UUID
    client_id: UUID
    timekeeper_id: UUID
    worked_on: date
    worked_seconds: Seconds
    rounded_seconds: Annotated[int, Field(ge=0, le=2 * A_DAY_S)]
    rounding: RoundingRule
    task_code: str | None
    activity_code: str | None
    narrative: Personal
    charge: Charge
    rate_minor: HourlyRate | None
    rate_rule: RateRule | None
    rate_id: UUID | None
    value_minor: Annotated[int, Field(ge=0)]


class TimeRecorded(MoneyEvent):
    """Somebody worked on a matter. `effective_date` is the day it was done on."""

    TOPIC: ClassVar[str] = "time-entry/recorded"

    entry_id: UUID
    work: WorkDone
    source: Literal["manual", "timer", "program", "split"]
    from_id: UUID | None
    """The timer it was stopped from, or the entry it was split from."""


class TimeAmended(MoneyEvent):
    """What an entry says was changed, before it stood on a finalized bill."""

    TOPIC: ClassVar[str] = "time-entry/amended"

    before: WorkDone
    after: WorkDone
    why: Words | None


class TimeMoved(MoneyEvent):
    """The time belongs to another matter."""

    TOPIC: ClassVar[str] = "time-entry/moved"

    before: WorkDone
    after: WorkDone
    why: Words


class TimeRerated(MoneyEvent):
    """The entry was valued anew, at the rates as they stand now."""

    TOPIC: ClassVar[str] = "time-entry/rerated"

    before: WorkDone
    after: WorkDone


class TimeSplit(MoneyEvent):
    """Part of the time became an entry of its own; what is left and what went sum to what was there."""

    TOPIC: ClassVar[str] = "time-entry/split"

    before: WorkDone
    after: WorkDone
    into_entry_id: UUID
    why: Words


class TimeSubmitted(Event):
    """The timekeeper is done with it."""

    TOPIC: ClassVar[str] = "time-entry/submitted"


class TimeApproved(Event):
    """It may be billed."""

    TOPIC: ClassVar[str] = "time-entry/approved"

    approved_by: UUID


class TimeReturned(Event):
    """It went back to its timekeeper, as a draft."""

    TOPIC: ClassVar[str] = "time-entry/returned"

    why: Words


class TimeDiscarded(MoneyEvent):
    """It should not have been recorded; it is kept, and counts no longer."""

    TOPIC: ClassVar[str] = "time-entry/discarded"

    before: WorkDone
    why: Words


class TimePutOnBill(Event):
    """It stands on the draft of a bill."""

    TOPIC: ClassVar[str] = "time-entry/put-on-bill"

    bill_id: UUID


class TimeTakenOffBill(Event):
    """It stands on that draft no longer: the draft was changed or dropped."""

    TOPIC: ClassVar[str] = "time-entry/taken-off-bill"

    bill_id: UUID
    why: Words


class TimeBilled(MoneyEvent):
    """The bill it stands on was issued on `effective_date`: nothing of it changes any more.

    `billed_minor` is what the bill charges for it; what it is less than its value was written down, what more written up.
    """

    TOPIC: ClassVar[str] = "time-entry/billed"

    bill_id: UUID
    work: WorkDone
    billed_minor: Annotated[int, Field(ge=0)]


class TimeUnbilled(MoneyEvent):
    """The bill it stood on was voided on `effective_date`: it is work in progress again, at its value."""

    TOPIC: ClassVar[str] = "time-entry/unbilled"

    bill_id: UUID
    work: WorkDone
    billed_minor: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """State after its events."""

    id: UUID
    first: WorkDone
    """As it was recorded."""
    work: WorkDone
    status: Status = "draft"
    approved_by: UUID | None = None
    bill_id: UUID | None = None
    billed_minor: int | None = None
    """What a finalized bill charges for it; None before."""
    discarded: bool = False

    def check_open(self) -> None:
        """Raises WrongState where it was billed or discarded."""
        if self.billed_minor is not None:
            raise WrongState(
                "this time stands on a finalized bill and is not changed; void or credit the bill", bill_id=self.bill_id
            )
        if self.discarded:
            raise WrongState("this time was discarded")

    def check_free(self) -> None:
        """Raises WrongState also where it stands on a draft bill."""
        self.check_open()
        if self.bill_id is not None:
            raise WrongState("this time stands on a draft bill; take it off there first", bill_id=self.bill_id)

    def amend(self, after: WorkDone, why: str | None) -> TimeAmended:
        """Raises WrongState; BadRequest where nothing changes, and for an approved entry without a reason."""
        self.check_free()
        if after == self.work:
            raise BadRequest("nothing of the entry would change")
        if self.status == "approved" and why is None:
            raise BadRequest("the entry is approved; say why it changes")
        return TimeAmended(effective_date=after.worked_on, before=self.work, after=after, why=why)

    def move(self, after: WorkDone, why: str) -> TimeMoved:
        """To another matter. Raises WrongState, BadRequest."""
        self.check_free()
        if after.matter_id == self.work.matter_id:
            raise BadRequest("the entry is of that matter already")
        return TimeMoved(effective_date=after.worked_on, before=self.work, after=after, why=why)

    def rerate(self, after: WorkDone) -> TimeRerated:
        """Value it anew. Raises WrongState, BadRequest where the rate stays."""
        self.check_free()
        if after == self.work:
            raise BadRequest("the entry has that rate already")
        return TimeRerated(effective_date=after.worked_on, before=self.work, after=after)

    def split(self, seconds: int, into: UUID, *, narrative: Personal, why: str) -> tuple[TimeSplit, TimeRecorded]:
        """Take part of the worked seconds into an entry of its own. Raises WrongState, BadRequest.

        Rounded time and value are shared in proportion, and what the new entry does not get stays: sums are exact.
        """
        self.check_free()
        work = self.work
        if not 0 < seconds < work.worked_seconds:
            raise BadRequest(
                f"of {work.worked_seconds} seconds, {seconds} cannot be split off; name at least 1 and fewer than there are",
                worked_seconds=work.worked_seconds,
            )
        rounded = work.rounded_seconds * seconds // work.worked_seconds
        value = work.value_minor * seconds // work.worked_seconds
        gone = work.model_copy(
            update={"worked_seconds": seconds, "rounded_seconds": rounded, "value_minor": value, "narrative": narrative}
        )
        left = work.model_copy(
            update={
                "worked_seconds": work.worked_seconds - seconds,
                "rounded_seconds": work.rounded_seconds - rounded,
                "value_minor": work.value_minor - value,
            }
        )
        on = work.worked_on
        return (
            TimeSplit(effective_date=on, before=work, after=left, into_entry_id=into, why=why),
            TimeRecorded(effective_date=on, entry_id=into, work=gone, source="split", from_id=self.id),
        )

    def submit(self) -> TimeSubmitted:
        """Raises WrongState unless it is a draft."""
        self.check_free()
        self._check_is("draft", "submitted")
        return TimeSubmitted()

    def approve(self, by: UUID) -> TimeApproved:
        """Raises WrongState unless it was submitted."""
        self.check_free()
        self._check_is("submitted", "approved")
        return TimeApproved(approved_by=by)

    def send_back(self, why: str) -> TimeReturned:
        """Raises WrongState where it is a draft."""
        self.check_free()
        if self.status == "draft":
            raise WrongState("this time is a draft already")
        return TimeReturned(why=why)

    def discard(self, why: str) -> TimeDiscarded:
        """Raises WrongState."""
        self.check_free()
        return TimeDiscarded(effective_date=self.work.worked_on, before=self.work, why=why)

    def put_on_bill(self, bill_id: UUID) -> TimePutOnBill:
        """Raises WrongState unless it is approved, billable or shown at no charge, and on no other bill."""
        self.check_free()
        if self.status != "approved":
            raise WrongState(f"this time is {self.status}; only approved time is billed")
        if self.work.charge == "non_billable":
            raise WrongState("this time is non-billable and stands on no bill")
        return TimePutOnBill(bill_id=bill_id)

    def take_off_bill(self, bill_id: UUID, why: str) -> TimeTakenOffBill:
        """Raises WrongState where it does not stand on that bill's draft."""
        self.check_open()
        self._check_on(bill_id)
        return TimeTakenOffBill(bill_id=bill_id, why=why)

    def bill(self, bill_id: UUID, billed_minor: int, *, on: date) -> TimeBilled:
        """Raises WrongState where it does not stand on that bill's draft."""
        self.check_open()
        self._check_on(bill_id)
        return TimeBilled(effective_date=on, bill_id=bill_id, work=self.work, billed_minor=billed_minor)

    def unbill(self, bill_id: UUID, *, on: date) -> TimeUnbilled:
        """Raises WrongState where that bill was not finalized with it."""
        self._check_on(bill_id)
        if self.billed_minor is None:
            raise WrongState("this time stands on a draft only")
        return TimeUnbilled(effective_date=on, bill_id=bill_id, work=self.work, billed_minor=self.billed_minor)

    def _check_is(self, status: Status, to_be: str) -> None:
        if self.status != status:
            raise WrongState(f"this time is {self.status}; only a {status} entry is {to_be}", status=self.status)

    def _check_on(self, bill_id: UUID) -> None:
        if self.bill_id != bill_id:
            raise WrongState("this time does not stand on that bill", bill_id=self.bill_id)


def valued(charge: Charge, rounded_seconds: int, rate_minor: int | None) -> int:
    """What an entry is worth in minor units: nothing where it is not billable, or no rate is known."""
    return value_minor(rounded_seconds, rate_minor) if charge == "billable" and rate_minor is not None else 0


def evolve(entry: TimeEntry | None, event: Event) -> TimeEntry:
    """The state one event later."""
    if isinstance(event, TimeRecorded):
        assert entry is None, "recorded twice"
        return TimeEntry(event.entry_id, event.work, event.work)
    assert entry is not None, "changed before it was recorded"
    match event:
        case TimeAmended() | TimeMoved() | TimeRerated() | TimeSplit():
            return replace(entry, work=event.after)
        case TimeSubmitted():
            return replace(entry, status="submitted")
        case TimeApproved():
            return replace(entry, status="approved", approved_by=event.approved_by)
        case TimeReturned():
            return replace(entry, status="draft")
        case TimeDiscarded():
            return replace(entry, discarded=True)
        case TimePutOnBill():
            return replace(entry, bill_id=event.bill_id)
        case TimeTakenOffBill() | TimeUnbilled():
            return replace(entry, bill_id=None, billed_minor=None)
        case TimeBilled():
            return replace(entry, billed_minor=event.billed_minor)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a time entry")


KIND = Kind("time-entry", evolve)
EVENTS: tuple[type[Event], ...] = (
    TimeRecorded, TimeAmended, TimeMoved, TimeRerated, TimeSplit, TimeSubmitted, TimeApproved, TimeReturned,
    TimeDiscarded, TimePutOnBill, TimeTakenOffBill, TimeBilled, TimeUnbilled,
)  # fmt: skip
