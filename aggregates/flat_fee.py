"""A flat fee, stage by stage: agreed in advance, earned when the stage is reached, billed then and not before.

Until it is earned, what a client pays towards it is the client's money and lies in trust (domain reference, section 2.3; ABA
Model Rule 1.15(c)). Amounts are minor units.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Minor, MoneyEvent, Personal, Words
from aggregates.stream import Kind


class FlatFeeAgreed(Event):
    """The client agreed to a fee for a stage of a matter."""

    TOPIC: ClassVar[str] = "flat-fee/agreed"

    fee_id: UUID
    matter_id: UUID
    client_id: UUID
    stage: Personal
    amount_minor: Minor
    authority: Words


class FlatFeeEarned(MoneyEvent):
    """The stage was reached on `effective_date`."""

    TOPIC: ClassVar[str] = "flat-fee/earned"

    matter_id: UUID
    client_id: UUID
    amount_minor: Minor
    evidence: Words


class FlatFeeUnearned(MoneyEvent):
    """It was said to be earned by mistake; `effective_date` is the day that was said."""

    TOPIC: ClassVar[str] = "flat-fee/unearned"

    matter_id: UUID
    client_id: UUID
    amount_minor: Minor
    why: Words


class FlatFeeWithdrawn(Event):
    """It was never earned, and will not be."""

    TOPIC: ClassVar[str] = "flat-fee/withdrawn"

    why: Words


class FlatFeePutOnBill(Event):
    """It stands on the draft of a bill."""

    TOPIC: ClassVar[str] = "flat-fee/put-on-bill"

    bill_id: UUID


class FlatFeeTakenOffBill(Event):
    """It stands on that draft no longer."""

    TOPIC: ClassVar[str] = "flat-fee/taken-off-bill"

    bill_id: UUID
    why: Words


class FlatFeeBilled(MoneyEvent):
    """The bill it stands on was issued on `effective_date`, and charges `billed_minor` for it."""

    TOPIC: ClassVar[str] = "flat-fee/billed"

    bill_id: UUID
    matter_id: UUID
    client_id: UUID
    earned_on: date
    amount_minor: Minor
    billed_minor: int


class FlatFeeUnbilled(MoneyEvent):
    """The bill it stood on was voided on `effective_date`."""

    TOPIC: ClassVar[str] = "flat-fee/unbilled"

    bill_id: UUID
    matter_id: UUID
    client_id: UUID
    earned_on: date
    amount_minor: Minor
    billed_minor: int


@dataclass(frozen=True, slots=True)
class FlatFee:
    """State after its events."""

    agreed: FlatFeeAgreed
    earned_on: date | None = None
    bill_id: UUID | None = None
    billed_minor: int | None = None
    withdrawn: bool = False

    @property
    def id(self) -> UUID:
        """The fee's."""
        return self.agreed.fee_id

    def earn(self, evidence: str, *, on: date) -> FlatFeeEarned:
        """Raises WrongState where it was earned or withdrawn."""
        if self.withdrawn or self.earned_on is not None:
            raise WrongState(f"this fee was {'withdrawn' if self.withdrawn else 'earned'} already")
        return FlatFeeEarned(effective_date=on, evidence=evidence, **self._kin())

    def unearn(self, why: str) -> FlatFeeUnearned:
        """Raises WrongState unless it was earned and stands on no bill."""
        if self.earned_on is None:
            raise WrongState("this fee is not earned yet")
        self._check_free()
        return FlatFeeUnearned(effective_date=self.earned_on, why=why, **self._kin())

    def withdraw(self, why: str) -> FlatFeeWithdrawn:
        """Raises WrongState where it was earned or withdrawn."""
        if self.withdrawn or self.earned_on is not None:
            raise WrongState(f"this fee was {'withdrawn' if self.withdrawn else 'earned'} already")
        return FlatFeeWithdrawn(why=why)

    def put_on_bill(self, bill_id: UUID) -> FlatFeePutOnBill:
        """Raises WrongState unless it was earned and stands on no bill."""
        if self.earned_on is None:
            raise WrongState("this fee is not earned yet; it is billed when its stage is reached")
        self._check_free()
        return FlatFeePutOnBill(bill_id=bill_id)

    def take_off_bill(self, bill_id: UUID, why: str) -> FlatFeeTakenOffBill:
        """Raises WrongState where it does not stand on that bill's draft."""
        self._check_on(bill_id, billed=False)
        return FlatFeeTakenOffBill(bill_id=bill_id, why=why)

    def bill(self, bill_id: UUID, billed_minor: int, *, on: date) -> FlatFeeBilled:
        """Raises WrongState where it does not stand on that bill's draft, BadRequest before it was earned."""
        self._check_on(bill_id, billed=False)
        assert self.earned_on is not None, "only what is earned stands on a bill"
        if on < self.earned_on:
            raise BadRequest(f"a fee that was earned on {self.earned_on} is not billed on {on}")
        return FlatFeeBilled(
            effective_date=on, bill_id=bill_id, earned_on=self.earned_on, billed_minor=billed_minor, **self._kin()
        )

    def unbill(self, bill_id: UUID, *, on: date) -> FlatFeeUnbilled:
        """Raises WrongState where that bill was not finalized with it."""
        self._check_on(bill_id, billed=True)
        assert self.earned_on is not None, "only what is earned stands on a bill"
        assert self.billed_minor is not None, "a finalized bill says what it charges"
        return FlatFeeUnbilled(
            effective_date=on, bill_id=bill_id, earned_on=self.earned_on, billed_minor=self.billed_minor, **self._kin()
        )

    def _kin(self) -> dict[str, UUID | int]:
        agreed = self.agreed
        return {"matter_id": agreed.matter_id, "client_id": agreed.client_id, "amount_minor": agreed.amount_minor}

    def _check_free(self) -> None:
        if self.bill_id is not None:
            raise WrongState("this fee stands on a bill", bill_id=self.bill_id)

    def _check_on(self, bill_id: UUID, *, billed: bool) -> None:
        if self.bill_id != bill_id or (self.billed_minor is not None) is not billed:
            raise WrongState("this fee does not stand on that bill so", bill_id=self.bill_id)


def evolve(fee: FlatFee | None, event: Event) -> FlatFee:
    """The state one event later."""
    if isinstance(event, FlatFeeAgreed):
        assert fee is None, "agreed twice"
        return FlatFee(event)
    assert fee is not None, "earned before it was agreed"
    match event:
        case FlatFeeEarned():
            return replace(fee, earned_on=event.effective_date)
        case FlatFeeUnearned():
            return replace(fee, earned_on=None)
        case FlatFeeWithdrawn():
            return replace(fee, withdrawn=True)
        case FlatFeePutOnBill():
            return replace(fee, bill_id=event.bill_id)
        case FlatFeeTakenOffBill() | FlatFeeUnbilled():
            return replace(fee, bill_id=None, billed_minor=None)
        case FlatFeeBilled():
            return replace(fee, billed_minor=event.billed_minor)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a flat fee")


KIND = Kind("flat-fee", evolve)
EVENTS: tuple[type[Event], ...] = (
    FlatFeeAgreed, FlatFeeEarned, FlatFeeUnearned, FlatFeeWithdrawn, FlatFeePutOnBill, FlatFeeTakenOffBill, FlatFeeBilled,
    FlatFeeUnbilled,
)  # fmt: skip
