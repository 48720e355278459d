"""A settlement statement: where every cent of a recovery goes. Its rows sum to the gross.

ABA Model Rule 1.5(c): on conclusion of a contingent fee matter the client gets a written statement of the outcome, the
remittance to the client and how it was determined. Order of the rows: domain reference, section 2.3. All from one client's
ledger, from collected money only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Currency, Event, Minor, MoneyEvent, Personal, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money


class Row(BaseModel):
    """Part of the recovery, in minor units, and who or what it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["fee", "cost", "lien", "advance", "client"]
    to: Personal
    amount_minor: Annotated[int, Field(ge=0, le=10**15)]


class SettlementStated(MoneyEvent):
    """A statement was drawn up on `effective_date`."""

    TOPIC: ClassVar[str] = "settlement/stated"
    SCHEMA: ClassVar[int] = 2

    settlement_id: UUID
    matter_id: UUID
    client_id: UUID
    ledger_id: UUID
    currency: Currency
    stage: str
    gross_minor: Minor
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=200)]
    cost_ids: Annotated[tuple[UUID, ...], Field(max_length=100)]
    """Costs of the matter that stand in its rows, and on no bill while it stands."""


class SettlementSigned(MoneyEvent):
    """The client signed it: the firm is entitled to its fee and costs, and the others to theirs."""

    TOPIC: ClassVar[str] = "settlement/signed"
    SCHEMA: ClassVar[int] = 2

    authority: Words
    billing_reference_id: UUID | None
    fee_minor: Annotated[int, Field(ge=0, le=10**15)]
    cost_minor: Annotated[int, Field(ge=0, le=10**15)]
    """What the firm earned by it, and the costs it gets back."""


class SettlementWithdrawn(Event):
    """It was wrong, or is superseded, and nobody signed it."""

    TOPIC: ClassVar[str] = "settlement/withdrawn"

    why: Words


@dataclass(frozen=True, slots=True)
class Settlement:
    """State after its events."""

    stated: SettlementStated
    status: Literal["stated", "signed", "withdrawn"] = "stated"

    @property
    def fee_minor(self) -> int:
        """What the firm earns."""
        return sum(row.amount_minor for row in self.stated.rows if row.kind == "fee")

    @property
    def cost_minor(self) -> int:
        """What the firm advanced."""
        return sum(row.amount_minor for row in self.stated.rows if row.kind == "cost")

    @property
    def to_the_firm_minor(self) -> int:
        """Fee and costs advanced: what the firm may take against the signed statement."""
        return self.fee_minor + self.cost_minor

    def check_stated(self) -> None:
        """Raises WrongState where it was signed or withdrawn."""
        if self.status != "stated":
            raise WrongState(f"this settlement statement was {self.status}", status=self.status)


def rows_of(gross_minor: int, fee: Row, others: Sequence[Row], client: Personal) -> tuple[Row, ...]:
    """Fee, costs, liens, advances, and what is left for the client. Raises BadRequest where more goes than came."""
    order = {"fee": 0, "cost": 1, "lien": 2, "advance": 3}
    rows = sorted((fee, *others), key=lambda row: order[row.kind])
    left = gross_minor - sum(row.amount_minor for row in rows)
    if left < 0:
        raise BadRequest(
            f"the rows come to {money(gross_minor - left)}, more than the {money(gross_minor)} that was recovered",
            gross_minor=gross_minor,
            short_minor=-left,
        )
    return (*rows, Row(kind="client", to=client, amount_minor=left))


def evolve(settlement: Settlement | None, event: Event) -> Settlement:
    """The state one event later."""
    if isinstance(event, SettlementStated):
        assert settlement is None, "stated twice"
        return Settlement(event)
    assert settlement is not None, "signed before it was stated"
    match event:
        case SettlementSigned():
            return replace(settlement, status="signed")
        case SettlementWithdrawn():
            return replace(settlement, status="withdrawn")
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a settlement")


KIND = Kind("settlement", evolve)
EVENTS: tuple[type[Event], ...] = (SettlementStated, SettlementSigned, SettlementWithdrawn)
