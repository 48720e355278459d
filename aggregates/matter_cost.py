"""A cost of a matter: what was paid for the client (hard), or what the firm charges for its own means (soft).

A hard cost is money that went to somebody: a filing fee, an expert. A soft cost is charged at a price: copies, mileage
(domain reference, section 2.6). A markup stands beside the cost, and only where the client agreed to it (ABA Formal
Opinion 93-379). Once it stands on a finalized bill nothing of it changes. Amounts are minor units.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event
from aggregates.matter_cost_events import (
    COST_EVENTS,
    MOST_MINOR,
    CostAmended,
    CostBilled,
    CostDiscarded,
    CostIncurred,
    CostPutOnBill,
    CostRecorded,
    CostTakenOffBill,
    CostUnbilled,
    CostVendorPaid,
    CostVendorUnpaid,
    ReceiptAttached,
)
from aggregates.stream import Kind
from aggregates.trust_rules import money


@dataclass(frozen=True, slots=True)
class MatterCost:
    """State after its events."""

    recorded: CostRecorded
    cost: CostIncurred
    receipts: frozenset[str] = frozenset()
    bill_id: UUID | None = None
    billed_minor: int | None = None
    discarded: bool = False
    vendor_paid_by: UUID | None = None

    @property
    def id(self) -> UUID:
        """The cost's."""
        return self.recorded.cost_id

    @property
    def of_a_payment(self) -> bool:
        """Whether what was paid for it is on record by itself: its amount is that payment's."""
        return self.recorded.source != "manual" or self.vendor_paid_by is not None

    def amend(self, after: CostIncurred, why: str, *, on: date) -> CostAmended:
        """Raises WrongState where it stands on a bill, was discarded or is of a payment, BadRequest for no change."""
        self.check_free()
        if after == self.cost:
            raise BadRequest("this changes nothing of the cost")
        if self.of_a_payment and after.cost_minor != self.cost.cost_minor:
            raise WrongState("what this cost came to is what was paid for it; correct the payment it is part of")
        if self.of_a_payment and after.paid_from != self.cost.paid_from:
            raise WrongState("how this cost was paid is told by the payment it is part of")
        return CostAmended(effective_date=on, before=self.cost, after=after, why=why)

    def discard(self, why: str, *, on: date) -> CostDiscarded:
        """Raises WrongState where it stands on a bill or was discarded."""
        self.check_free()
        return CostDiscarded(effective_date=on, before=self.cost, why=why)

    def vendor_paid(self, paid_by: UUID, amount_minor: int) -> CostVendorPaid:
        """Raises WrongState unless its vendor is owed, BadRequest for another amount than is owed."""
        self._check_there()
        if self.cost.paid_from != "payable" or self.vendor_paid_by is not None:
            raise WrongState("no vendor is owed for this cost", cost_id=self.id)
        if amount_minor != self.cost.cost_minor:
            raise BadRequest(
                f"the vendor is owed {money(self.cost.cost_minor)} for this cost, and {money(amount_minor)} was paid",
                owed_minor=self.cost.cost_minor,
                paid_minor=amount_minor,
            )
        return CostVendorPaid(paid_by=paid_by)

    def vendor_unpaid(self, paid_by: UUID, why: str) -> CostVendorUnpaid:
        """Raises WrongState where that payment did not pay it."""
        if self.vendor_paid_by != paid_by:
            raise WrongState("that payment did not pay for this cost", cost_id=self.id)
        return CostVendorUnpaid(paid_by=paid_by, why=why)

    def attach(self, sha256: str, *, filename: str, media: str) -> ReceiptAttached:
        """Raises WrongState for a discarded cost, or a receipt that is attached."""
        self._check_there()
        if sha256 in self.receipts:
            raise WrongState("this receipt is attached to the cost already", sha256=sha256)
        return ReceiptAttached(sha256=sha256, filename=filename, media=media)

    def put_on_bill(self, bill_id: UUID) -> CostPutOnBill:
        """Raises WrongState where it is not to be billed, stands on a bill or was discarded."""
        self.check_free()
        if self.cost.charge == "non_billable":
            raise WrongState("this cost is non-billable and stands on no bill")
        return CostPutOnBill(bill_id=bill_id)

    def take_off_bill(self, bill_id: UUID, why: str) -> CostTakenOffBill:
        """Raises WrongState where it does not stand on that bill's draft."""
        self._check_on(bill_id, billed=False)
        return CostTakenOffBill(bill_id=bill_id, why=why)

    def bill(self, bill_id: UUID, billed_minor: int, *, on: date) -> CostBilled:
        """Raises WrongState where it does not stand on that bill's draft, BadRequest before it was incurred."""
        self._check_on(bill_id, billed=False)
        if on < self.cost.incurred_on:
            raise BadRequest(f"a cost of {self.cost.incurred_on} is not billed on {on}")
        return CostBilled(effective_date=on, bill_id=bill_id, cost=self.cost, billed_minor=billed_minor)

    def unbill(self, bill_id: UUID, *, on: date) -> CostUnbilled:
        """Raises WrongState where that bill was not finalized with it."""
        self._check_on(bill_id, billed=True)
        assert self.billed_minor is not None, "a finalized bill says what it charges"
        return CostUnbilled(effective_date=on, bill_id=bill_id, cost=self.cost, billed_minor=self.billed_minor)

    def check_free(self) -> None:
        """Raises WrongState where it stands on a bill or was discarded."""
        self._check_there()
        if self.bill_id is not None:
            where = "a finalized bill" if self.billed_minor is not None else "the draft of a bill"
            raise WrongState(f"this cost stands on {where}, and does not change", bill_id=self.bill_id)

    def _check_there(self) -> None:
        if self.discarded:
            raise WrongState("this cost was discarded")

    def _check_on(self, bill_id: UUID, *, billed: bool) -> None:
        if self.bill_id != bill_id or (self.billed_minor is not None) is not billed:
            raise WrongState("this cost does not stand on that bill so", bill_id=self.bill_id)


def cost_minor(quantity_thousandths: int, unit_cost_millionths: int) -> int:
    """Quantity times unit cost, half a cent upwards. Raises BadRequest where it comes to nothing, or to too much."""
    # thousandths × millionths of a unit are billionths; a minor unit is ten million of them
    cost = (quantity_thousandths * unit_cost_millionths + 5_000_000) // 10_000_000
    if not 0 < cost <= MOST_MINOR:
        raise BadRequest("quantity and unit cost come to no amount that the books can hold")
    return cost


def markup_minor(cost: int, markup_millionths: int) -> int:
    """The markup on a cost, half a cent upwards."""
    return (cost * markup_millionths + 500_000) // 1_000_000


def evolve(state: MatterCost | None, event: Event) -> MatterCost:
    """The state one event later."""
    if isinstance(event, CostRecorded):
        assert state is None, "recorded twice"
        return MatterCost(event, event.cost)
    assert state is not None, "changed before it was recorded"
    match event:
        case CostAmended():
            return replace(state, cost=event.after)
        case CostDiscarded():
            return replace(state, discarded=True)
        case ReceiptAttached():
            return replace(state, receipts=state.receipts | {event.sha256})
        case CostVendorPaid():
            return replace(state, vendor_paid_by=event.paid_by)
        case CostVendorUnpaid():
            return replace(state, vendor_paid_by=None)
        case CostPutOnBill():
            return replace(state, bill_id=event.bill_id)
        case CostTakenOffBill() | CostUnbilled():
            return replace(state, bill_id=None, billed_minor=None)
        case CostBilled():
            return replace(state, billed_minor=event.billed_minor)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a cost")


KIND = Kind("matter-cost", evolve)
EVENTS: tuple[type[Event], ...] = COST_EVENTS
