"""What an overdue bill costs its client, where that was agreed: interest by the day, and a fee once for each bill.

Interest is simple, or compounds monthly, quarterly or yearly: then what accrued in a period, rounded once, half up, at its
end, bears interest from the next one on as far as it is unpaid, whether it was charged yet or not. Late fees bear none.

Agreed with a client, or for one matter; the matter's terms come first. A bill goes by the terms that bound when it was
issued, whatever was agreed since (domain reference, section 2.5). A year has 365 days, a leap year too. Rates are millionths
for a year (12 % is 120,000), amounts minor units.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from aggregates.event import Event, Words
from aggregates.stream import Kind

GraceDays = Annotated[int, Field(ge=0, le=365)]
LateFee = Annotated[int, Field(ge=0, le=10**9)]
YearlyMillionths = Annotated[int, Field(ge=0, le=1_000_000)]
Compounds = Literal["never", "monthly", "quarterly", "yearly"]
_YEAR = 365 * 1_000_000
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
Moves = Sequence[tuple[date, int]]
"""What was added and taken off, by day."""


class LateTermsAgreed(Event):
    """Bills issued from a day on bear this when they are overdue; with neither rate nor fee, nothing."""

    TOPIC: ClassVar[str] = "late-terms/agreed"
    SCHEMA: ClassVar[int] = 2

    terms_id: UUID
    client_id: UUID
    matter_id: UUID | None
    binds_from: date
    rate_millionths: YearlyMillionths
    compounds: Compounds
    grace_days: GraceDays
    late_fee_minor: LateFee
    authority: Words

    @property
    def charges(self) -> bool:
        """Whether an overdue bill costs anything."""
        return bool(self.rate_millionths or self.late_fee_minor)

    def first_day(self, due_on: date) -> date:
        """The first day that counts: the day after the days of grace."""
        return due_on + timedelta(days=self.grace_days + 1)


@dataclass(frozen=True, slots=True)
class LateTerms:
    """All that was agreed with one client, or for one matter, in its order."""

    agreed: tuple[LateTermsAgreed, ...] = ()

    def of(self, issued_on: date) -> LateTermsAgreed | None:
        """Those of a bill issued on a day: the latest to bind by then; of two from one day, the one agreed later."""
        known = [one for one in self.agreed if one.binds_from <= issued_on]
        return max(reversed(known), key=lambda one: one.binds_from) if known else None

    def agree(self, event: LateTermsAgreed) -> LateTermsAgreed:
        """Raises BadRequest where nothing changes."""
        counts = self.of(event.binds_from)
        if _terms(event) == _terms(counts):
            raise BadRequest("that is agreed already" if event.charges else "no such charges are agreed")
        return event


def _terms(counts: LateTermsAgreed | None) -> tuple[int, int, int, Compounds]:
    if counts is None or not counts.charges:
        return 0, 0, 0, "never"
    compounds = counts.compounds if counts.rate_millionths else "never"
    return counts.rate_millionths, counts.late_fee_minor, counts.grace_days, compounds


def accrued_minor(moved: Moves, rate_millionths: int, first_day: date, through: date) -> int:
    """Simple interest from the first day through the last, both counted, rounded once, half up.

    `moved` are what was added to and taken off the principal, by day; a day counts at what is owed at its end.
    """
    minor_days = sum(amount * max((through - max(on, first_day)).days + 1, 0) for on, amount in moved)
    return _rounded(minor_days, rate_millionths)


def compounded_minor(
    moved: Moves, settled: Moves, rate_millionths: int, compounds: Compounds, first_day: date, through: date
) -> int:
    """Interest from the first day through the last that bears interest itself after each period, rounded once a period.

    `settled` is what was paid or forgiven of interest, by day. A period begins on the day of the month of the first day, or
    on the last of a shorter month.
    """
    total, number, begins = 0, 0, first_day
    while begins <= through:
        number += 1
        following = _months_after(first_day, number * _MONTHS[compounds])
        total += _rounded(_minor_days(moved, settled, total, begins, min(following, through + _DAY)), rate_millionths)
        begins = following
    return total


_DAY = timedelta(days=1)


def _minor_days(moved: Moves, settled: Moves, carried_minor: int, begins: date, ends: date) -> int:
    """What bears interest on each day from the one until before the other, added up."""
    cuts = sorted({begins, ends, *(on for on, _ in (*moved, *settled) if begins < on < ends)})
    return sum(
        (sum(part for day, part in moved if day <= on)
         + max(carried_minor - sum(part for day, part in settled if day <= on), 0))
        * (until - on).days
        for on, until in pairwise(cuts)
    )  # fmt: skip


def _rounded(minor_days: int, rate_millionths: int) -> int:
    return (2 * max(minor_days, 0) * rate_millionths + _YEAR) // (2 * _YEAR)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def evolve(terms: LateTerms | None, event: Event) -> LateTerms:
    """The state one event later."""
    assert isinstance(event, LateTermsAgreed), f"{event.TOPIC} is not of terms for overdue bills"
    return LateTerms((*(terms or LateTerms()).agreed, event))


KIND = Kind("late-terms", evolve)


def stream_of(subject_id: UUID) -> UUID:
    """The stream of a matter's terms, or of a client's."""
    return KIND.stream_id(subject_id)


EVENTS: tuple[type[Event], ...] = (LateTermsAgreed,)
