"""A subscription: a fee for every period, charged once for each, whatever was worked.

A period's fee is earned with its last day; what a client pays ahead of that is an advance, and lies where the jurisdiction
says (`fee_retainer`). A period of which only some days count is charged in full or by its days, as was agreed, half up.
Amounts are minor units.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal, NamedTuple, TypeAlias
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Minor, MoneyEvent, Personal, Words
from aggregates.stream import Kind

EveryMonths: TypeAlias = Literal[1, 2, 3, 6, 12]
Hours: TypeAlias = Literal["no_charge", "non_billable", "billable"]
"""How time of the matter is recorded meanwhile: shown at nothing, counted only, or charged beside the fee."""
Share: TypeAlias = Literal["full", "prorated"]
_MOST_PERIODS = 60


class SubscriptionAgreed(Event):
    """From a day on the client pays for every period: of calendar months, or of months counted from that day."""

    TOPIC: ClassVar[str] = "subscription/agreed"

    subscription_id: UUID
    matter_id: UUID
    client_id: UUID
    title: Personal
    amount_minor: Minor
    every_months: EveryMonths
    starts_on: date
    periods: Literal["calendar", "from_start"]
    first_period: Share
    hours: Hours
    authority: Words


class SubscriptionPeriodCharged(MoneyEvent):
    """A period is over: its fee is earned on `effective_date`, as the flat fee `fee_id`."""

    TOPIC: ClassVar[str] = "subscription/period-charged"

    subscription_id: UUID
    number: int
    from_day: date
    through: date
    amount_minor: Minor
    fee_id: UUID


class SubscriptionEnded(Event):
    """No day after `ends_on` is charged for."""

    TOPIC: ClassVar[str] = "subscription/ended"

    subscription_id: UUID
    ends_on: date
    last_period: Share
    why: Words


class Period(NamedTuple):
    """The days that count of one period, and its fee in minor units."""

    number: int
    from_day: date
    through: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """State after its events. A matter has one at a time."""

    agreed: SubscriptionAgreed
    charged: int = 0
    """Periods charged, from the first on without a gap."""
    charged_through: date | None = None
    ended: SubscriptionEnded | None = None
    before: "Subscription | None" = None
    """The one that ended before this began."""

    def hours_on(self, day: date) -> Hours:
        """How time worked on a day is recorded."""
        if self.agreed.starts_on <= day:
            return self.agreed.hours if self.ended is None or day <= self.ended.ends_on else "billable"
        return self.before.hours_on(day) if self.before is not None else "billable"

    def period(self, number: int) -> Period | None:
        """From 0 on; None after its end."""
        agreed, ended = self.agreed, self.ended
        anchor = agreed.starts_on.replace(day=1) if agreed.periods == "calendar" else agreed.starts_on
        begin = months_later(anchor, number * agreed.every_months)
        end = months_later(anchor, (number + 1) * agreed.every_months) - timedelta(days=1)
        from_day, through = max(begin, agreed.starts_on), end
        if ended is not None:
            if from_day > ended.ends_on:
                return None
            through = min(end, ended.ends_on)
        first = from_day if agreed.first_period == "prorated" else begin
        last = through if ended is not None and ended.last_period == "prorated" else end
        whole, days = (end - begin).days + 1, (last - first).days + 1
        return Period(number, from_day, through, (2 * agreed.amount_minor * days + whole) // (2 * whole))

    def due(self, through: date) -> list[Period]:
        """Those that are over by a day and not charged, oldest first. Raises BadRequest for none, or too many at once."""
        found: list[Period] = []
        while (one := self.period(self.charged + len(found))) is not None and one.through <= through:
            found.append(one)
            if len(found) > _MOST_PERIODS:
                raise BadRequest(f"more than {_MOST_PERIODS} periods are due; charge them up to an earlier day first")
        if not found:
            raise BadRequest(f"no period of this subscription is over by {through} and not charged yet")
        return found

    def charge(self, period: Period, fee_id: UUID) -> SubscriptionPeriodCharged:
        """The fact of one period that is due."""
        return SubscriptionPeriodCharged(
            effective_date=period.through,
            subscription_id=self.agreed.subscription_id,
            number=period.number,
            from_day=period.from_day,
            through=period.through,
            amount_minor=period.amount_minor,
            fee_id=fee_id,
        )

    def end(self, ends_on: date, last_period: Share, why: str) -> SubscriptionEnded:
        """Raises WrongState where it ended, BadRequest for a day before it began or that was charged for."""
        if self.ended is not None:
            raise WrongState("this subscription has ended already")
        if ends_on < self.agreed.starts_on:
            raise BadRequest(f"it begins on {self.agreed.starts_on}; {ends_on} is before that")
        if self.charged_through is not None and ends_on < self.charged_through:
            raise BadRequest(f"it is charged through {self.charged_through}; take that back first, or end it then")
        return SubscriptionEnded(
            subscription_id=self.agreed.subscription_id, ends_on=ends_on, last_period=last_period, why=why
        )


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_new(before: Subscription | None, starts_on: date) -> None:
    """Raises WrongState where one stands or is not all charged, BadRequest for a day that the one before covered."""
    if before is None:
        return
    if before.ended is None:
        raise WrongState("this matter has a subscription; end that first")
    if starts_on <= before.ended.ends_on:
        raise BadRequest(f"the subscription before ends on {before.ended.ends_on}; the next begins after that")
    if before.period(before.charged) is not None:
        raise WrongState("the subscription before has a period that is not charged yet; charge that first")


def evolve(subscription: Subscription | None, event: Event) -> Subscription:
    """The state one event later."""
    if isinstance(event, SubscriptionAgreed):
        return Subscription(event, before=subscription)
    assert subscription is not None, "charged before it was agreed"
    match event:
        case SubscriptionPeriodCharged():
            return replace(subscription, charged=event.number + 1, charged_through=event.through)
        case SubscriptionEnded():
            return replace(subscription, ended=event)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a subscription")


KIND = Kind("subscription", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's subscriptions."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (SubscriptionAgreed, SubscriptionPeriodCharged, SubscriptionEnded)
