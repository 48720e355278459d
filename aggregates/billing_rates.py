"""What an hour costs: rates for a matter, a client, a timekeeper or a task, each from its day on.

The most specific rate wins, and the entry keeps which one it was (domain reference, section 2.2). A blended rate, agreed
with the client for a whole matter, is every timekeeper's: it comes before all rates but an entry's own (section 2.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Words
from aggregates.stream import Kind

HourlyRate = Annotated[int, Field(ge=0, le=10**9)]
"""Minor units for an hour."""

RateRule = Literal[
    "entry_override",
    "blended",
    "matter_timekeeper_task",
    "matter_timekeeper",
    "matter_task",
    "matter",
    "client_timekeeper",
    "classification",
    "timekeeper",
]
"""Which rate decided, the most specific first."""


class Subject(NamedTuple):
    """What a rate is for; None stands for any."""

    matter_id: UUID | None = None
    client_id: UUID | None = None
    timekeeper_id: UUID | None = None
    classification: str | None = None
    task_code: str | None = None


_SHAPES: Mapping[tuple[bool, ...], RateRule] = {
    (True, False, True, False, True): "matter_timekeeper_task",
    (True, False, True, False, False): "matter_timekeeper",
    (True, False, False, False, True): "matter_task",
    (True, False, False, False, False): "matter",
    (False, True, True, False, False): "client_timekeeper",
    (False, False, False, True, False): "classification",
    (False, False, True, False, False): "timekeeper",
}


class BillingRateSet(Event):
    """An hour of this costs so much from a day on, until another rate for the same follows."""

    TOPIC: ClassVar[str] = "billing-rates/set"

    rate_id: UUID
    matter_id: UUID | None
    client_id: UUID | None
    timekeeper_id: UUID | None
    classification: str | None
    task_code: str | None
    effective_from: date
    rate_minor: HourlyRate


class BillingRateWithdrawn(Event):
    """A rate was set by mistake, or no longer holds: the next most specific one counts instead."""

    TOPIC: ClassVar[str] = "billing-rates/withdrawn"

    rate_id: UUID
    why: Words


class BlendedRateAgreed(Event):
    """Every timekeeper's hour on a matter costs the same from a day on; with None each one's own rate counts again."""

    TOPIC: ClassVar[str] = "billing-rates/blended-rate-agreed"

    rate_id: UUID
    matter_id: UUID
    client_id: UUID
    effective_from: date
    rate_minor: HourlyRate | None
    authority: Words


class TimekeeperClassified(Event):
    """A timekeeper's standing from a day on, such as partner, associate or paralegal."""

    TOPIC: ClassVar[str] = "billing-rates/timekeeper-classified"

    timekeeper_id: UUID
    classification: Words
    effective_from: date


class Rated(NamedTuple):
    """A rate as it was found: minor units for an hour, the rule that decided, and the rate's id."""

    rate_minor: int
    rule: RateRule
    rate_id: UUID | None


@dataclass(frozen=True, slots=True)
class BillingRates:
    """All rates of the firm after their events."""

    rates: Mapping[Subject, tuple[BillingRateSet, ...]] = field(default_factory=dict)
    """By what they are for, in the order in which they were set."""
    blended: Mapping[UUID, tuple[BlendedRateAgreed, ...]] = field(default_factory=dict)
    """By matter, in the order in which they were agreed."""
    classes: Mapping[UUID, tuple[TimekeeperClassified, ...]] = field(default_factory=dict)

    def classification_of(self, timekeeper_id: UUID, on: date) -> str | None:
        """What the timekeeper was on a day; None before anybody said."""
        known = [one for one in self.classes.get(timekeeper_id, ()) if one.effective_from <= on]
        return max(reversed(known), key=lambda one: one.effective_from).classification if known else None

    def resolve(
        self, *, on: date, matter_id: UUID, client_id: UUID, timekeeper_id: UUID, task_code: str | None
    ) -> Rated | None:
        """The rate of an hour worked on a day; None where no rate says."""
        blended = self.blended_of(matter_id, on)
        if blended is not None and blended.rate_minor is not None:
            return Rated(blended.rate_minor, "blended", blended.rate_id)
        rank = self.classification_of(timekeeper_id, on)
        candidates: list[Subject] = []
        if task_code is not None:
            candidates.append(Subject(matter_id=matter_id, timekeeper_id=timekeeper_id, task_code=task_code))
        candidates.append(Subject(matter_id=matter_id, timekeeper_id=timekeeper_id))
        if task_code is not None:
            candidates.append(Subject(matter_id=matter_id, task_code=task_code))
        candidates += [Subject(matter_id=matter_id), Subject(client_id=client_id, timekeeper_id=timekeeper_id)]
        if rank is not None:
            candidates.append(Subject(classification=rank))
        candidates.append(Subject(timekeeper_id=timekeeper_id))
        for subject in candidates:
            if (found := self._of(subject, on)) is not None:
                return Rated(found.rate_minor, rule_of(subject), found.rate_id)
        return None

    def blended_of(self, matter_id: UUID, on: date) -> BlendedRateAgreed | None:
        """What was agreed last for a day: the latest to begin by then, and of two of one day the one agreed later."""
        known = [one for one in self.blended.get(matter_id, ()) if one.effective_from <= on]
        return max(reversed(known), key=lambda one: one.effective_from) if known else None

    def blend(
        self, rate_id: UUID, matter_id: UUID, client_id: UUID, rate_minor: int | None, authority: str, *, on: date
    ) -> BlendedRateAgreed:
        """Raises BadRequest where that counts already."""
        counts = self.blended_of(matter_id, on)
        if (counts.rate_minor if counts is not None else None) == rate_minor:
            raise BadRequest(
                "no blended rate is agreed for this matter" if rate_minor is None else "that blended rate is agreed already"
            )
        return BlendedRateAgreed(
            rate_id=rate_id,
            matter_id=matter_id,
            client_id=client_id,
            effective_from=on,
            rate_minor=rate_minor,
            authority=authority,
        )

    def withdraw(self, rate_id: UUID, why: str) -> BillingRateWithdrawn:
        """Raises WrongState where there is no such rate."""
        if not any(one.rate_id == rate_id for several in self.rates.values() for one in several):
            raise WrongState("there is no such rate, or it was withdrawn already", rate_id=rate_id)
        return BillingRateWithdrawn(rate_id=rate_id, why=why)

    def _of(self, subject: Subject, on: date) -> BillingRateSet | None:
        """The latest to begin by that day; of two that begin on one day, the one set later."""
        found: BillingRateSet | None = None
        for one in self.rates.get(subject, ()):
            if one.effective_from <= on and (found is None or one.effective_from >= found.effective_from):
                found = one
        return found


def rule_of(subject: Subject) -> RateRule:
    """The name of a rate's rule. Raises BadRequest for what no rate can be for."""
    rule = _SHAPES.get(tuple(part is not None for part in subject))
    if rule is None:
        raise BadRequest(
            "a rate is for a matter (with a timekeeper, a task or both), for a client's timekeeper, for a classification, "
            "or for a timekeeper"
        )
    return rule


def evolve(rates: BillingRates | None, event: Event) -> BillingRates:
    """The state one event later."""
    known = rates or BillingRates()
    match event:
        case BillingRateSet():
            subject = Subject(event.matter_id, event.client_id, event.timekeeper_id, event.classification, event.task_code)
            return replace(known, rates={**known.rates, subject: (*known.rates.get(subject, ()), event)})
        case BillingRateWithdrawn():
            kept = {
                subject: tuple(one for one in several if one.rate_id != event.rate_id)
                for subject, several in known.rates.items()
            }
            return replace(known, rates=kept)
        case BlendedRateAgreed():
            agreed = (*known.blended.get(event.matter_id, ()), event)
            return replace(known, blended={**known.blended, event.matter_id: agreed})
        case TimekeeperClassified():
            several = (*known.classes.get(event.timekeeper_id, ()), event)
            return replace(known, classes={**known.classes, event.timekeeper_id: several})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of the billing rates")


KIND = Kind("billing-rates", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (
    BillingRateSet, BillingRateWithdrawn, BlendedRateAgreed, TimekeeperClassified,
)  # fmt: skip
