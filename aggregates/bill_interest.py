"""Interest and late fees on an overdue bill: charged as facts, owed beside the bill, and taken back by facts.

Interest is charged on interest only where the terms compound it: the principal is what the bill itself asks for, less what
was paid or taken off of that. Each charge is all interest of the bill through its day, less what was charged or forgiven
before, so that rounding happens once (of what compounds, once a period), whatever the number of charges. Trust is not drawn
for it. Amounts are minor units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest, NotFound
from aggregates.event import Event, Minor, MoneyEvent, Words
from aggregates.late_terms import LateTermsAgreed, Moves, accrued_minor, compounded_minor
from aggregates.trust_rules import money

Part = Annotated[int, Field(ge=0, le=10**15)]


class BillInterestCharged(MoneyEvent):
    """Interest through `effective_date`, and the late fee with the first charge; `principal_minor` was owed that day."""

    TOPIC: ClassVar[str] = "bill/interest-charged"

    charge_id: UUID
    terms_id: UUID
    interest_minor: Part
    late_fee_minor: Part
    principal_minor: Part

    @property
    def amount_minor(self) -> int:
        """Both together."""
        return self.interest_minor + self.late_fee_minor


class BillInterestReversed(MoneyEvent):
    """A charge was taken back. What is `forgiven` is not charged again; what was a mistake may be."""

    TOPIC: ClassVar[str] = "bill/interest-reversed"

    charge_id: UUID
    amount_minor: Minor
    forgiven: bool
    why: Words


@dataclass(frozen=True, slots=True)
class BillInterest:
    """What was charged on a bill after its events."""

    charges: Mapping[UUID, BillInterestCharged] = field(default_factory=dict)
    """Those that stand, by their ids."""
    forgiven: tuple[BillInterestCharged, ...] = ()
    settled: Moves = ()
    """What was paid, written off and forgiven of interest and late fees, by day."""

    def charge(
        self, charge_id: UUID, terms: LateTermsAgreed, moved: Moves, due_on: date, *, through: date
    ) -> BillInterestCharged:
        """`moved` is the bill's principal by day. Raises BadRequest before it is overdue, and for nothing more to charge."""
        first = terms.first_day(due_on)
        if through < first:
            raise BadRequest(f"by the terms agreed, nothing is charged on it before {first}", first_day=first)
        counted = (*self.charges.values(), *self.forgiven)
        accrued = self._accrued(terms, moved, first, through)
        interest = max(accrued - sum(one.interest_minor for one in counted), 0)
        late = principal_on(moved, first - timedelta(days=1)) > 0 and not any(one.late_fee_minor for one in counted)
        fee = terms.late_fee_minor if late else 0
        if not interest + fee:
            raise BadRequest(f"by {through} nothing more is to be charged on it")
        return BillInterestCharged(
            effective_date=through,
            charge_id=charge_id,
            terms_id=terms.terms_id,
            interest_minor=interest,
            late_fee_minor=fee,
            principal_minor=max(principal_on(moved, through), 0),
        )

    def _accrued(self, terms: LateTermsAgreed, moved: Moves, first: date, through: date) -> int:
        if terms.compounds == "never":
            return accrued_minor(moved, terms.rate_millionths, first, through)
        return compounded_minor(moved, self.settled, terms.rate_millionths, terms.compounds, first, through)

    def settle(self, on: date, amount_minor: int) -> "BillInterest":
        """Less of interest is owed; below nothing, more is again."""
        return replace(self, settled=(*self.settled, (on, amount_minor))) if amount_minor else self

    def reverse(self, charge_id: UUID, owed_minor: int, why: str, *, forgiven: bool, on: date) -> BillInterestReversed:
        """`owed_minor` is the interest not paid. Raises NotFound, BadRequest before its day or where it was paid."""
        if charge_id not in self.charges:
            raise NotFound("the bill has no such charge, or it was taken back already", charge_id=charge_id)
        charged = self.charges[charge_id]
        if on < charged.effective_date:
            raise BadRequest(f"{on} is before {charged.effective_date}, when it was charged")
        if charged.amount_minor > owed_minor:
            raise BadRequest(
                f"of interest {money(owed_minor)} is unpaid; {money(charged.amount_minor)} cannot be taken back before the "
                "payment is",
                owed_minor=owed_minor,
            )
        return BillInterestReversed(
            effective_date=on, charge_id=charge_id, amount_minor=charged.amount_minor, forgiven=forgiven, why=why
        )

    def later(self, event: Event) -> "BillInterest":
        """The state one event later."""
        match event:
            case BillInterestCharged():
                return replace(self, charges={**self.charges, event.charge_id: event})
            case BillInterestReversed():
                left = {key: one for key, one in self.charges.items() if key != event.charge_id}
                if not event.forgiven:
                    return replace(self, charges=left)
                charge = self.charges[event.charge_id]
                kept = replace(self, charges=left, forgiven=(*self.forgiven, charge))
                return kept.settle(event.effective_date, charge.interest_minor)
            case _:
                raise AssertionError(f"{event.TOPIC} is not of interest on a bill")


def principal_on(moved: Sequence[tuple[date, int]], on: date) -> int:
    """What was owed at the end of a day, without interest."""
    return sum(amount for day, amount in moved if day <= on)


EVENTS: tuple[type[Event], ...] = (BillInterestCharged, BillInterestReversed)
