"""A payment plan: what is open of a client's bills, agreed to be paid by instalments.

The instalments come to what was open, to the cent. Whether one was kept is never recorded: it follows from what was paid, in
the order of the days due. Amounts are minor units.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Currency, Event, Minor, MoneyEvent, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money

MOST_INSTALMENTS = 120
Every: TypeAlias = Literal["week", "two_weeks", "month"]
Stood: TypeAlias = Literal["kept", "kept_late", "missed", "due", "taken_off"]


class Instalment(BaseModel):
    """So much, by the end of a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_on: date
    amount_minor: Minor


class PaymentPlanAgreed(MoneyEvent):
    """The client may pay these bills by instalments. `authority` is the document that says so."""

    TOPIC: ClassVar[str] = "payment-plan/agreed"

    plan_id: UUID
    client_id: UUID
    bill_ids: tuple[UUID, ...]
    currency: Currency
    total_minor: Minor
    instalments: Annotated[tuple[Instalment, ...], Field(min_length=1, max_length=MOST_INSTALMENTS)]
    authority: Words


class PaymentPlanEnded(Event):
    """The plan stands no longer; what is open of the bills is due as they say."""

    TOPIC: ClassVar[str] = "payment-plan/ended"

    why: Words


class BillPutOnPlan(Event):
    """A bill is paid by this plan from now on."""

    TOPIC: ClassVar[str] = "bill-plan/put-on-plan"

    bill_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """State after its events."""

    agreed: PaymentPlanAgreed
    ended: bool = False

    def end(self, why: str) -> PaymentPlanEnded:
        """Raises WrongState where it has ended."""
        if self.ended:
            raise WrongState("this payment plan has ended already")
        return PaymentPlanEnded(why=why)


def agree(
    *,
    plan_id: UUID,
    client_id: UUID,
    bill_ids: tuple[UUID, ...],
    currency: str,
    open_minor: int,
    instalments: Sequence[Instalment],
    authority: str,
    on: date,
) -> PaymentPlanAgreed:
    """Raises BadRequest where the instalments do not come to what is open, are due before the agreement, or out of order."""
    total = sum(one.amount_minor for one in instalments)
    if total != open_minor:
        raise BadRequest(
            f"the instalments come to {money(total)}; {money(open_minor)} is open",
            instalments_minor=total,
            open_minor=open_minor,
        )
    if instalments[0].due_on < on:
        raise BadRequest(f"the first instalment is due on {instalments[0].due_on}, before the agreement of {on}")
    for one, following in pairwise(instalments):
        if following.due_on <= one.due_on:
            raise BadRequest(f"instalments are due one after another; {following.due_on} does not follow {one.due_on}")
    return PaymentPlanAgreed(
        effective_date=on,
        plan_id=plan_id,
        client_id=client_id,
        bill_ids=bill_ids,
        currency=currency,
        total_minor=total,
        instalments=tuple(instalments),
        authority=authority,
    )


def even(total_minor: int, count: int, first_due_on: date, every: Every) -> tuple[Instalment, ...]:
    """As many instalments of one size; the first ones take a cent more where it does not divide.

    A month later is the same day of it, or its last. Raises BadRequest for more instalments than cents.
    """
    if count > total_minor:
        raise BadRequest(f"{money(total_minor)} cannot be paid in {count} instalments")
    each, more = divmod(total_minor, count)
    return tuple(
        Instalment(due_on=_later(first_due_on, number, every), amount_minor=each + (number < more))
        for number in range(count)
    )


def _later(first: date, steps: int, every: Every) -> date:
    if every != "month":
        return first + timedelta(weeks=steps * (1 if every == "week" else 2))
    year, month = divmod(first.month - 1 + steps, 12)
    year += first.year
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Standing:
    """An instalment as it stands on a day. `amount_minor` is what is left of it after what was taken off the bills."""

    due_on: date
    amount_minor: int
    paid_minor: int
    stood: Stood

    @property
    def open_minor(self) -> int:
        """What is still to be paid of it."""
        return self.amount_minor - self.paid_minor


def standing(
    instalments: Sequence[Instalment], paid: Sequence[tuple[date, int]], open_minor: int, on: date
) -> tuple[Standing, ...]:
    """How each instalment stands at the end of a day.

    `paid` is what was paid on the bills since the agreement, by day, negative where it came back. `open_minor` is what is
    open of them: what was credited or written off lowers the last instalments first.
    """
    found: list[Standing] = []
    now = max(sum(amount for _, amount in paid), 0)
    left = now + max(open_minor, 0)
    before = 0
    for one in instalments:
        amount = min(one.amount_minor, left - before)
        before += amount
        by_then = sum(part for day, part in paid if day <= one.due_on)
        found.append(
            Standing(
                one.due_on, amount, min(max(now - before + amount, 0), amount), _stood(one, amount, before, by_then, now, on)
            )
        )
    return tuple(found)


def _stood(one: Instalment, amount: int, due: int, by_then: int, now: int, on: date) -> Stood:
    if amount == 0:
        return "taken_off"
    if now >= due:
        return "kept" if by_then >= due else "kept_late"
    return "missed" if one.due_on < on else "due"


def evolve(plan: PaymentPlan | None, event: Event) -> PaymentPlan:
    """The state one event later."""
    if isinstance(event, PaymentPlanAgreed):
        assert plan is None, "agreed twice"
        return PaymentPlan(event)
    assert plan is not None, "ended before it was agreed"
    assert isinstance(event, PaymentPlanEnded), f"{event.TOPIC} is not of a payment plan"
    return PaymentPlan(plan.agreed, ended=True)


def _put(_: UUID | None, event: Event) -> UUID:
    assert isinstance(event, BillPutOnPlan), f"{event.TOPIC} is not of the plan of a bill"
    return event.plan_id


KIND = Kind("payment-plan", evolve)
OF_BILL = Kind("bill-plan", _put)
"""Bill → the plan it was put on last."""
EVENTS: tuple[type[Event], ...] = (PaymentPlanAgreed, PaymentPlanEnded, BillPutOnPlan)
