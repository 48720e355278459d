"""What happens to a cost of a matter, as facts. Amounts are minor units."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Event, Minor, MoneyEvent, Personal, Words

Nature = Literal["hard", "soft"]
Charge = Literal["billable", "no_charge", "non_billable"]
"""A no-charge cost is shown on the bill at nothing; a non-billable one is not shown, and the firm bears it."""
PaidFrom = Literal["operating", "card", "payable"]
"""The firm's operating account, its credit card, or not yet: the vendor is owed."""
Source = Literal["manual", "vendor_payment", "card_line"]
Quantity = Annotated[int, Field(gt=0, le=10**12)]
"""In thousandths."""
UnitCost = Annotated[int, Field(gt=0, le=10**15)]
"""In millionths of a unit of the currency, because a mile costs 0.725."""
Millionths = Annotated[int, Field(ge=0, le=1_000_000)]
MOST_MINOR = 10**15


class CostIncurred(BaseModel):
    """What a cost says. `value_minor` is what the client is charged: cost and markup, nothing unless it is billable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matter_id: UUID
    client_id: UUID
    nature: Nature
    incurred_on: date
    expense_code: str
    description: Personal
    quantity_thousandths: Quantity
    unit_cost_millionths: UnitCost
    cost_minor: Minor
    markup_millionths: Millionths
    markup_minor: Annotated[int, Field(ge=0, le=MOST_MINOR)]
    charge: Charge
    taxed_1: bool
    taxed_2: bool
    payee: Personal | None
    paid_from: PaidFrom | None
    """None for a soft cost, for which nobody is paid."""
    value_minor: Annotated[int, Field(ge=0, le=2 * MOST_MINOR)]


class CostRecorded(MoneyEvent):
    """A cost was incurred for a matter on `effective_date`.

    `source_id` names the vendor payment, or the line of a card statement, that it came from.
    """

    TOPIC: ClassVar[str] = "matter-cost/recorded"

    cost_id: UUID
    cost: CostIncurred
    source: Source
    source_id: UUID | None


class CostAmended(MoneyEvent):
    """What a cost says was changed, or it was moved to another matter, before it stood on a finalized bill."""

    TOPIC: ClassVar[str] = "matter-cost/amended"

    before: CostIncurred
    after: CostIncurred
    why: Words


class CostDiscarded(MoneyEvent):
    """It was entered by mistake, or twice."""

    TOPIC: ClassVar[str] = "matter-cost/discarded"

    before: CostIncurred
    why: Words


class ReceiptAttached(Event):
    """The receipt's file is kept by its SHA-256 (hex)."""

    TOPIC: ClassVar[str] = "matter-cost/receipt-attached"

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    filename: str
    media: str


class CostVendorPaid(Event):
    """The vendor to whom it was owed was paid, by this payment or this line of a statement."""

    TOPIC: ClassVar[str] = "matter-cost/vendor-paid"

    paid_by: UUID


class CostVendorUnpaid(Event):
    """That payment was reversed: it is owed to the vendor again."""

    TOPIC: ClassVar[str] = "matter-cost/vendor-unpaid"

    paid_by: UUID
    why: Words


class CostPutOnBill(Event):
    """It stands on the draft of a bill, or on a settlement statement that nobody signed yet."""

    TOPIC: ClassVar[str] = "matter-cost/put-on-bill"

    bill_id: UUID


class CostTakenOffBill(Event):
    """It stands on that draft no longer."""

    TOPIC: ClassVar[str] = "matter-cost/taken-off-bill"

    bill_id: UUID
    why: Words


class CostBilled(MoneyEvent):
    """The bill it stands on was issued on `effective_date`, or the settlement statement signed, and charges
    `billed_minor` for it.
    """

    TOPIC: ClassVar[str] = "matter-cost/billed"

    bill_id: UUID
    cost: CostIncurred
    billed_minor: Annotated[int, Field(ge=0)]


class CostUnbilled(MoneyEvent):
    """The bill it stood on was voided on `effective_date`."""

    TOPIC: ClassVar[str] = "matter-cost/unbilled"

    bill_id: UUID
    cost: CostIncurred
    billed_minor: Annotated[int, Field(ge=0)]


COST_EVENTS: tuple[type[Event], ...] = (
    CostRecorded, CostAmended, CostDiscarded, ReceiptAttached, CostVendorPaid, CostVendorUnpaid, CostPutOnBill,
    CostTakenOffBill, CostBilled, CostUnbilled,
)  # fmt: skip
