"""What happens to a bill, as facts.

The life of a bill is that of domain reference, section 2.4: draft, approved, finalized with the firm's next number, sent,
part paid, paid; void, credit memo and write-off are facts of their own. All amounts are minor units.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.event import Currency, Event, Minor, MoneyEvent, Personal, Words

Amount = Annotated[int, Field(ge=0, le=10**15)]
LineClass = Literal["fee", "hard_cost", "soft_cost"]
AmountClass = Literal["tax", "hard_cost", "soft_cost", "fee", "interest"]
"""In the order in which a payment is allocated within a bill (domain reference, section 2.5)."""
IN_ORDER: tuple[AmountClass, ...] = ("tax", "hard_cost", "soft_cost", "fee", "interest")
Adjustment = Literal["write_up", "write_down", "discount", "no_charge"]


class BillLine(BaseModel):
    """One entry on a bill: what it is worth, and what is charged for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: UUID
    entry_id: UUID
    line_class: LineClass
    day: date
    timekeeper_id: UUID | None
    seconds: Annotated[int, Field(ge=0)]
    """Charged time, rounded; nothing for a cost."""
    rate_minor: Amount | None
    task_code: str | None
    activity_code: str | None
    expense_code: str | None
    narrative: Personal
    taxed_1: bool
    taxed_2: bool
    value_minor: Amount
    charged_minor: Amount


class Taxes(BaseModel):
    """Two taxes in millionths (5 % is 50,000), of lines that they apply to; `second_on_first` taxes the first tax, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tax_1_millionths: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    tax_2_millionths: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    second_on_first: bool = False
    per: Literal["line", "bill"] = "bill"


class Totals(BaseModel):
    """What a bill comes to: by class before tax and after the courtesy discount, which lowers fees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fees_minor: Amount
    hard_costs_minor: Amount
    soft_costs_minor: Amount
    discount_minor: Amount
    tax_1_minor: Amount
    tax_2_minor: Amount
    total_minor: Amount

    @property
    def by_class(self) -> dict[AmountClass, int]:
        """What is owed of each class."""
        return {
            "tax": self.tax_1_minor + self.tax_2_minor,
            "hard_cost": self.hard_costs_minor,
            "soft_cost": self.soft_costs_minor,
            "fee": self.fees_minor - self.discount_minor,
        }


def principal(by_class: Mapping[AmountClass, int]) -> int:
    """All but interest and late fees: what the bill itself asked for, and trust may be drawn for."""
    return sum(part for one, part in by_class.items() if one != "interest")


class BillDrafted(Event):
    """A pre-bill was begun for a matter."""

    TOPIC: ClassVar[str] = "bill/drafted"

    bill_id: UUID
    client_id: UUID
    matter_id: UUID
    currency: Currency
    from_day: date | None
    through: date
    taxes: Taxes
    purchase_order: str | None
    note: Words | None


class BillLineAdded(Event):
    """An entry was put on the draft."""

    TOPIC: ClassVar[str] = "bill/line-added"

    line: BillLine


class BillLineRemoved(Event):
    """An entry was taken off the draft: held, or it belongs elsewhere."""

    TOPIC: ClassVar[str] = "bill/line-removed"

    line_id: UUID
    entry_id: UUID
    why: Words


class BillLineAdjusted(Event):
    """What is charged for a line was written up or down, discounted, or set to nothing."""

    TOPIC: ClassVar[str] = "bill/line-adjusted"

    line_id: UUID
    adjustment: Adjustment
    before_minor: Amount
    after_minor: Amount
    why: Words


class BillNarrativeEdited(Event):
    """The words of a line were changed; those of the entry stay."""

    TOPIC: ClassVar[str] = "bill/narrative-edited"

    line_id: UUID
    before: Personal
    after: Personal


class CourtesyDiscountGiven(Event):
    """The bill shows a courtesy discount on its fees; nothing takes it back."""

    TOPIC: ClassVar[str] = "bill/courtesy-discount-given"

    before_minor: Amount
    after_minor: Amount
    note: Words


class BillApproved(Event):
    """It may be finalized as it stands."""

    TOPIC: ClassVar[str] = "bill/approved"

    approved_by: UUID
    total_minor: Amount


class BillReturned(Event):
    """It goes back to be changed."""

    TOPIC: ClassVar[str] = "bill/returned"

    why: Words


class BillDropped(Event):
    """The draft is no more; its entries are free."""

    TOPIC: ClassVar[str] = "bill/dropped"

    why: Words


class BillJoined(Event):
    """The draft is a part of a client bill, and is finalized with it."""

    TOPIC: ClassVar[str] = "bill/joined-client-bill"

    client_bill_id: UUID


class BillReleased(Event):
    """The draft is a bill of its own again."""

    TOPIC: ClassVar[str] = "bill/released-from-client-bill"

    client_bill_id: UUID
    why: Words


class BillFinalized(MoneyEvent):
    """The bill was issued on `effective_date`: frozen, numbered, owed."""

    TOPIC: ClassVar[str] = "bill/finalized"

    bill_id: UUID
    number: Words
    client_id: UUID
    matter_id: UUID
    currency: Currency
    due_on: date
    totals: Totals
    trust_before_minor: int
    """What the client's trust ledgers of the matter held when it was issued."""
    billing_reference_id: UUID


class BillSent(Event):
    """It went to the client."""

    TOPIC: ClassVar[str] = "bill/sent"

    how: Literal["email", "post", "portal", "by_hand"]
    to: Personal | None


class BillPaid(MoneyEvent):
    """Part of what is owed was paid; which allocation says so, and of what class it was."""

    TOPIC: ClassVar[str] = "bill/paid"

    allocation_id: UUID
    source: Literal["payment", "trust"]
    source_id: UUID
    by_class: dict[AmountClass, Minor]


class BillPaymentReversed(MoneyEvent):
    """An allocation was taken back: that much is owed again."""

    TOPIC: ClassVar[str] = "bill/payment-reversed"

    allocation_id: UUID
    by_class: dict[AmountClass, Minor]
    why: Words


class BillReduced(MoneyEvent):
    """Less is owed: a credit memo lowers what was billed, a write-off gives up what was billed."""

    TOPIC: ClassVar[str] = "bill/reduced"

    reduction_id: UUID
    kind: Literal["credit_memo", "write_off"]
    by_class: dict[AmountClass, Minor]
    why: Words


class BillVoided(MoneyEvent):
    """The bill was a mistake: nothing of it is owed, its number stays taken, its entries are in progress again."""

    TOPIC: ClassVar[str] = "bill/voided"

    totals: Totals
    why: Words


BILL_EVENTS: tuple[type[Event], ...] = (
    BillDrafted, BillLineAdded, BillLineRemoved, BillLineAdjusted, BillNarrativeEdited, CourtesyDiscountGiven, BillApproved,
    BillReturned, BillDropped, BillJoined, BillReleased, BillFinalized, BillSent, BillPaid, BillPaymentReversed, BillReduced,
    BillVoided,
)  # fmt: skip
