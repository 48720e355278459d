"""A cap on the fees of a matter: no bill charges fees over it, unless the client agrees to more.

What was worked beyond it is written down, for the reason `cap` (domain reference, sections 2.3 and 2.4). Fees count before
tax and after a courtesy discount; a bill that is voided gives its part back, a credit memo does not.
Amounts are minor units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest, Refusal, WrongState
from aggregates.event import Event, Minor, MoneyEvent, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money

BilledBefore = Annotated[int, Field(ge=0, le=10**15)]
CAP = "cap"
"""The reason of a write-down to the cap."""


class FeesOverCap(Refusal):
    """More fees than the cap of the matter leaves room for."""

    code = "billing.fees_over_cap"


class FeeCapAgreed(Event):
    """The fees of a matter come to no more than this, with what was billed of them before."""

    TOPIC: ClassVar[str] = "fee-cap/agreed"

    matter_id: UUID
    client_id: UUID
    cap_minor: Minor
    billed_before_minor: BilledBefore
    authority: Words


class FeeCapRaised(Event):
    """The client agreed to more."""

    TOPIC: ClassVar[str] = "fee-cap/raised"

    matter_id: UUID
    before_minor: Minor
    after_minor: Minor
    why: Words


class FeeCapEnded(Event):
    """Fees are capped no longer."""

    TOPIC: ClassVar[str] = "fee-cap/ended"

    matter_id: UUID
    why: Words


class FeesCounted(MoneyEvent):
    """A bill with fees under the cap was issued; `billed_minor` is what counts towards the cap from then on."""

    TOPIC: ClassVar[str] = "fee-cap/fees-counted"

    matter_id: UUID
    bill_id: UUID
    fees_minor: BilledBefore
    billed_minor: BilledBefore


class FeesUncounted(MoneyEvent):
    """That bill was voided: there is room again for its fees."""

    TOPIC: ClassVar[str] = "fee-cap/fees-given-back"

    matter_id: UUID
    bill_id: UUID
    fees_minor: BilledBefore
    billed_minor: BilledBefore


@dataclass(frozen=True, slots=True)
class FeeCap:
    """State after its events."""

    agreed: FeeCapAgreed
    cap_minor: int
    billed_minor: int
    bills: Mapping[UUID, int] = field(default_factory=dict)
    """Fees by bill, since the cap was agreed."""
    ended: bool = False

    @property
    def room_minor(self) -> int:
        """What fees may still be billed."""
        return max(self.cap_minor - self.billed_minor, 0)

    def raise_to(self, after_minor: int, why: str) -> FeeCapRaised:
        """Raises WrongState where it has ended, BadRequest for a cap that is not higher."""
        self._check_stands()
        if after_minor <= self.cap_minor:
            raise BadRequest(
                f"the cap is {money(self.cap_minor)}; {money(after_minor)} does not raise it", cap_minor=self.cap_minor
            )
        return FeeCapRaised(matter_id=self.agreed.matter_id, before_minor=self.cap_minor, after_minor=after_minor, why=why)

    def end(self, why: str) -> FeeCapEnded:
        """Raises WrongState where it has ended."""
        self._check_stands()
        return FeeCapEnded(matter_id=self.agreed.matter_id, why=why)

    def check_room(self, fees_minor: int) -> None:
        """Raises FeesOverCap."""
        if not self.ended and fees_minor > self.room_minor:
            raise FeesOverCap(
                f"the fees of this matter are capped at {money(self.cap_minor)}, and {money(self.billed_minor)} of them is "
                f"billed: {money(fees_minor)} is {money(fees_minor - self.room_minor)} too much; write it down to the "
                "cap, or raise the cap",
                cap_minor=self.cap_minor,
                billed_minor=self.billed_minor,
                fees_minor=fees_minor,
                over_minor=fees_minor - self.room_minor,
            )

    def count(self, bill_id: UUID, fees_minor: int, *, on: date) -> FeesCounted:
        """Raises FeesOverCap."""
        self.check_room(fees_minor)
        return FeesCounted(
            effective_date=on,
            matter_id=self.agreed.matter_id,
            bill_id=bill_id,
            fees_minor=fees_minor,
            billed_minor=self.billed_minor + fees_minor,
        )

    def uncount(self, bill_id: UUID, *, on: date) -> FeesUncounted:
        """Of a bill that was counted."""
        fees = self.bills[bill_id]
        return FeesUncounted(
            effective_date=on,
            matter_id=self.agreed.matter_id,
            bill_id=bill_id,
            fees_minor=fees,
            billed_minor=self.billed_minor - fees,
        )

    def _check_stands(self) -> None:
        if self.ended:
            raise WrongState("the cap on the fees of this matter has ended")


def agree(
    before: FeeCap | None, *, matter_id: UUID, client_id: UUID, cap_minor: int, billed_before_minor: int, authority: str
) -> FeeCapAgreed:
    """Raises WrongState where a cap stands, BadRequest where more than the cap was billed before."""
    if before is not None and not before.ended:
        raise WrongState(
            f"the fees of this matter are capped at {money(before.cap_minor)}; raise the cap, or end it first",
            cap_minor=before.cap_minor,
        )
    if billed_before_minor > cap_minor:
        raise BadRequest(f"{money(billed_before_minor)} was billed already, more than a cap of {money(cap_minor)}")
    return FeeCapAgreed(
        matter_id=matter_id,
        client_id=client_id,
        cap_minor=cap_minor,
        billed_before_minor=billed_before_minor,
        authority=authority,
    )


def evolve(cap: FeeCap | None, event: Event) -> FeeCap:
    """The state one event later."""
    if isinstance(event, FeeCapAgreed):
        return FeeCap(event, event.cap_minor, event.billed_before_minor)
    assert cap is not None, "changed before it was agreed"
    match event:
        case FeeCapRaised():
            return replace(cap, cap_minor=event.after_minor)
        case FeeCapEnded():
            return replace(cap, ended=True)
        case FeesCounted():
            return replace(cap, billed_minor=event.billed_minor, bills={**cap.bills, event.bill_id: event.fees_minor})
        case FeesUncounted():
            left = {bill_id: fees for bill_id, fees in cap.bills.items() if bill_id != event.bill_id}
            return replace(cap, billed_minor=event.billed_minor, bills=left)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a cap on fees")


KIND = Kind("fee-cap", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's cap."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (FeeCapAgreed, FeeCapRaised, FeeCapEnded, FeesCounted, FeesUncounted)
