"""What an overdue bill costs its client, where that was agreed: simple interest by the day, and a fee once for each bill.

Agreed with a client, or for one matter; the matter's terms come first. A bill goes by the terms that bound when it was
issued, whatever was agreed since (domain reference, section 2.5). A year has 365 days, a leap year too. Rates are millionths
for a year (12 % is 120,000), amounts minor units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest
from aggregates.event import Event, Words
from aggregates.stream import Kind

GraceDays = Annotated[int, Field(ge=0, le=365)]
LateFee = Annotated[int, Field(ge=0, le=10**9)]
YearlyMillionths = Annotated[int, Field(ge=0, le=1_000_000)]
_YEAR = 365 * 1_000_000


class LateTermsAgreed(Event):
    """Bills issued from a day on bear this when they are overdue; with neither rate nor fee, nothing."""

    TOPIC: ClassVar[str] = "late-terms/agreed"

    terms_id: UUID
    client_id: UUID
    matter_id: UUID | None
    binds_from: date
    rate_millionths: YearlyMillionths
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
        terms = (event.rate_millionths, event.late_fee_minor, event.grace_days if event.charges else 0)
        if terms == _terms(counts):
            raise BadRequest("that is agreed already" if event.charges else "no such charges are agreed")
        return event


def _terms(counts: LateTermsAgreed | None) -> tuple[int, int, int]:
    if counts is None or not counts.charges:
        return 0, 0, 0
    return counts.rate_millionths, counts.late_fee_minor, counts.grace_days


def accrued_minor(moved: Sequence[tuple[date, int]], rate_millionths: int, first_day: date, through: date) -> int:
    """Simple interest from the first day through the last, both counted, rounded once, half up.

    `moved` are what was added to and taken off the principal, by day; a day counts at what is owed at its end.
    """
    minor_days = sum(amount * max((through - max(on, first_day)).days + 1, 0) for on, amount in moved)
    return (2 * max(minor_days, 0) * rate_millionths + _YEAR) // (2 * _YEAR)


def evolve(terms: LateTerms | None, event: Event) -> LateTerms:
    """The state one event later."""
    assert isinstance(event, LateTermsAgreed), f"{event.TOPIC} is not of terms for overdue bills"
    return LateTerms((*(terms or LateTerms()).agreed, event))


KIND = Kind("late-terms", evolve)


def stream_of(subject_id: UUID) -> UUID:
    """The stream of a matter's terms, or of a client's."""
    return KIND.stream_id(subject_id)


EVENTS: tuple[type[Event], ...] = (LateTermsAgreed,)
