"""A bill that several pay, each by a percentage: what each one's share is, and what is open of it.

The shares of a bill come to its total, to the cent: by largest remainder, and of equal remainders the payer named for the
residue gets the minor unit first (domain reference, sections 2.3 and 9). So does interest. What is credited or written off
lowers the open shares in proportion. A payer pays their own share and no more; the client, who owes it all, pays their own
first, and then what the others leave open, as does the client's money in trust. Amounts are minor units, percentages
millionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.errors import BadRequest
from aggregates.event import Event, MoneyEvent, Words
from aggregates.shares import shares
from aggregates.stream import Kind
from aggregates.trust_rules import money

_WHOLE = 1_000_000
Portion = Annotated[int, Field(ge=1, le=_WHOLE - 1)]
Open = Annotated[int, Field(ge=0, le=10**15)]


class PayerPortion(BaseModel):
    """Who pays which part of a matter's bills."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payer_id: UUID
    millionths: Portion


Portions = Annotated[tuple[PayerPortion, ...], Field(max_length=20)]


class PayersAgreed(Event):
    """Bills of a matter that are finalized from now on are paid so; by the client alone, where nobody is named."""

    TOPIC: ClassVar[str] = "split-payers/agreed"

    matter_id: UUID
    client_id: UUID
    portions: Portions
    residue_payer_id: UUID | None
    authority: Words


class BillShared(MoneyEvent):
    """A bill was issued to several payers."""

    TOPIC: ClassVar[str] = "bill/shared"

    client_id: UUID
    portions: Portions
    residue_payer_id: UUID
    shares: dict[UUID, Open]


class BillSharesMoved(MoneyEvent):
    """What is open of the shares changed with the bill; below nothing is what was paid or taken off.

    `moved_by` is the allocation, reduction or charge that did it.
    """

    TOPIC: ClassVar[str] = "bill/shares-moved"

    moved_by: UUID
    moved: dict[UUID, int]


@dataclass(frozen=True, slots=True)
class BillShares:
    """Of one bill, after its events."""

    shared: BillShared
    open: Mapping[UUID, int]
    """By payer, the payer of the residue first."""
    moves: Mapping[UUID, Mapping[UUID, int]] = field(default_factory=dict)

    def pay(self, amount_minor: int, payer_id: UUID) -> dict[UUID, int]:
        """How a payment lowers the shares. Raises BadRequest for more than the payer's share, of anybody but the client."""
        own = self.open.get(payer_id, 0)
        if payer_id != self.shared.client_id and amount_minor > own:
            raise BadRequest(
                f"{money(own)} of this payer's share of the bill is open; {money(amount_minor)} is more",
                open_minor=own,
                asked_minor=amount_minor,
            )
        left, moved = amount_minor, {}
        for one in (payer_id, *(other for other in self.open if other != payer_id)):
            if part := min(left, self.open.get(one, 0)):
                moved[one] = -part
                left -= part
        return moved

    def lower(self, amount_minor: int) -> dict[UUID, int]:
        """How a reduction falls on what is open, in proportion."""
        return {one: -part for one, part in _by_weight(amount_minor, self.open).items()}

    def charge(self, amount_minor: int) -> dict[UUID, int]:
        """How interest falls on the payers: by their portions."""
        return _by_weight(amount_minor, _weights(self.shared.portions, self.shared.residue_payer_id))

    def undo(self, moved_by: UUID) -> dict[UUID, int]:
        """What an allocation or a charge had moved, the other way."""
        return {one: -part for one, part in self.moves[moved_by].items()}

    def later(self, event: BillSharesMoved) -> "BillShares":
        """The state one event later."""
        open_ = {one: left + event.moved.get(one, 0) for one, left in self.open.items()}
        return replace(self, open=open_, moves={**self.moves, event.moved_by: event.moved})


def begun(event: BillShared) -> BillShares:
    """The shares as they were issued."""
    return BillShares(event, {one: event.shares[one] for one in _weights(event.portions, event.residue_payer_id)})


def agree(
    *, matter_id: UUID, client_id: UUID, portions: Sequence[PayerPortion], residue_payer_id: UUID | None, authority: str
) -> PayersAgreed:
    """Raises BadRequest unless they are two or more, each once, come to 100 %, and one of them is named for the residue."""
    payers: list[UUID | None] = [one.payer_id for one in portions]
    if len(payers) == 1 or len(set(payers)) < len(payers):
        raise BadRequest("name two payers or more, each once; nobody, where the client pays alone")
    if portions and (whole := sum(one.millionths for one in portions)) != _WHOLE:
        raise BadRequest(f"the portions come to {whole // 10_000}.{whole % 10_000:04} %, not to 100 %", millionths=whole)
    if residue_payer_id not in (payers or [None]):
        raise BadRequest("name one of the payers for the cents that are left over")
    return PayersAgreed(
        matter_id=matter_id,
        client_id=client_id,
        portions=tuple(portions),
        residue_payer_id=residue_payer_id,
        authority=authority,
    )


def split(total_minor: int, portions: Sequence[PayerPortion], residue_payer_id: UUID) -> dict[UUID, int]:
    """A share for each payer, the payer of the residue first; together the total."""
    return _by_weight(total_minor, _weights(portions, residue_payer_id))


def _weights(portions: Sequence[PayerPortion], residue_payer_id: UUID) -> dict[UUID, int]:
    in_order = sorted(portions, key=lambda one: one.payer_id != residue_payer_id)
    return {one.payer_id: one.millionths for one in in_order}


def _by_weight(amount_minor: int, weights: Mapping[UUID, int]) -> dict[UUID, int]:
    return dict(zip(weights, shares(amount_minor, list(weights.values())), strict=True))


def evolve(_: PayersAgreed | None, event: Event) -> PayersAgreed:
    """What was agreed last counts."""
    assert isinstance(event, PayersAgreed), f"{event.TOPIC} is not of split payers"
    return event


KIND = Kind("split-payers", evolve)


def stream_of(matter_id: UUID) -> UUID:
    """The stream of a matter's payers."""
    return KIND.stream_id(matter_id)


EVENTS: tuple[type[Event], ...] = (PayersAgreed,)
BILL_EVENTS: tuple[type[Event], ...] = (BillShared, BillSharesMoved)
