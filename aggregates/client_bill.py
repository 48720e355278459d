"""A client bill: one number, one document and one day to pay for the bills of several matters of one client.

What is billed for each matter stays a bill of that matter, with its own approval, its own receivable and its own document
for trust (T4: a matter's ledger pays that matter's part), so that the parts sum to the whole because nothing else makes it.
While it is put together its parts are drafts, reviewed as any draft is; they are finalized, sent and voided together. A part
is numbered by the client bill and its place on it: 2026-00012-1. Amounts are minor units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.bill_events import IN_ORDER, Amount, AmountClass
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Currency, Event, MoneyEvent, Words
from aggregates.shares import shares
from aggregates.stream import Kind
from aggregates.trust_rules import money

MOST_MATTERS = 100
BillIds = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MATTERS)]
Status = Literal["draft", "dropped", "finalized", "void"]


class ClientBillDrafted(Event):
    """Drafts of several matters are to go out as one bill, in this order."""

    TOPIC: ClassVar[str] = "client-bill/drafted"

    client_bill_id: UUID
    client_id: UUID
    currency: Currency
    bill_ids: BillIds


class ClientBillMatterReleased(Event):
    """A matter's draft is a bill of its own again."""

    TOPIC: ClassVar[str] = "client-bill/matter-released"

    bill_id: UUID
    why: Words


class ClientBillDropped(Event):
    """It is no more, and neither are its drafts."""

    TOPIC: ClassVar[str] = "client-bill/dropped"

    why: Words


class ClientBillFinalized(MoneyEvent):
    """It was issued on `effective_date`; `parts` are what its bills come to, and sum to its total."""

    TOPIC: ClassVar[str] = "client-bill/finalized"

    client_bill_id: UUID
    number: Words
    client_id: UUID
    due_on: date
    parts: dict[UUID, Amount]
    total_minor: Amount


class ClientBillVoided(MoneyEvent):
    """It was a mistake, with every part of it; its number stays taken."""

    TOPIC: ClassVar[str] = "client-bill/voided"

    why: Words


@dataclass(frozen=True, slots=True)
class ClientBill:
    """State after its events."""

    drafted: ClientBillDrafted
    bill_ids: tuple[UUID, ...]
    """The parts that it has now, in their order."""
    status: Status = "draft"
    finalized: ClientBillFinalized | None = None

    @property
    def name(self) -> str:
        """How a sentence speaks of it."""
        return f"client bill {self.finalized.number}" if self.finalized is not None else "this client bill"

    def check_draft(self) -> None:
        """Raises WrongState once it was finalized or dropped."""
        if self.status != "draft":
            raise WrongState(f"{self.name} is {self.status} and is not changed", status=self.status)

    def check_issued(self) -> ClientBillFinalized:
        """Raises WrongState unless it is finalized and not void."""
        if self.finalized is None or self.status == "void":
            raise WrongState(
                f"{self.name} is {self.status}; only an issued bill is paid, sent or voided", status=self.status
            )
        return self.finalized

    def release(self, bill_id: UUID, why: str) -> ClientBillMatterReleased:
        """Raises WrongState, NotFound; BadRequest for the last part, without which nothing is left."""
        self.check_draft()
        if bill_id not in self.bill_ids:
            raise NotFound("the client bill has no such part", bill_id=bill_id)
        if len(self.bill_ids) == 1:
            raise BadRequest("this is all that is left of the client bill; drop the client bill")
        return ClientBillMatterReleased(bill_id=bill_id, why=why)

    def drop(self, why: str) -> ClientBillDropped:
        """Raises WrongState."""
        self.check_draft()
        return ClientBillDropped(why=why)

    def numbers_of_parts(self, number: str) -> dict[UUID, str]:
        """Each part's number, by its place."""
        return {bill_id: f"{number}-{place}" for place, bill_id in enumerate(self.bill_ids, 1)}

    def finalize(self, number: str, parts: Mapping[UUID, int], *, on: date, due_on: date) -> ClientBillFinalized:
        """`parts` are what its bills come to. Raises WrongState."""
        self.check_draft()
        assert tuple(parts) == self.bill_ids, "every part, in its order"
        return ClientBillFinalized(
            effective_date=on,
            client_bill_id=self.drafted.client_bill_id,
            number=number,
            client_id=self.drafted.client_id,
            due_on=due_on,
            parts=dict(parts),
            total_minor=sum(parts.values()),
        )

    def void(self, why: str, *, on: date) -> ClientBillVoided:
        """Raises WrongState."""
        self.check_issued()
        return ClientBillVoided(effective_date=on, why=why)


def draft(
    client_bill_id: UUID, bill_ids: Sequence[UUID], matter_ids: Sequence[UUID], client_id: UUID, currency: str
) -> ClientBillDrafted:
    """`matter_ids` are of the bills, in their order. Raises BadRequest for fewer than two matters, or one of them twice."""
    if len(bill_ids) < 2:  # noqa: PLR2004 -- several are two or more
        raise BadRequest("a client bill is for two matters or more; one matter has a bill of its own")
    if len(set(matter_ids)) < len(matter_ids):
        raise BadRequest("a matter stands on a client bill once; put its entries on one draft")
    return ClientBillDrafted(client_bill_id=client_bill_id, client_id=client_id, currency=currency, bill_ids=tuple(bill_ids))


def spread(
    amount_minor: int, owed: Mapping[UUID, Mapping[AmountClass, int]], order: Sequence[AmountClass] = IN_ORDER
) -> dict[UUID, dict[AmountClass, int]]:
    """How a payment falls on the parts: class after class, and within a class in proportion to what each part owes of it.

    Largest remainder; of equals the part that stands first. Raises BadRequest for more than is owed.
    """
    open_minor = sum(sum(one.values()) for one in owed.values())
    if amount_minor > open_minor:
        raise BadRequest(
            f"the client bill has {money(open_minor)} open; {money(amount_minor)} is more",
            open_minor=open_minor,
            asked_minor=amount_minor,
        )
    left = amount_minor
    falls: dict[UUID, dict[AmountClass, int]] = {bill_id: {} for bill_id in owed}
    for one in (*order, *(rest for rest in IN_ORDER if rest not in order)):
        of_class = [part.get(one, 0) for part in owed.values()]
        taken = min(left, sum(of_class))
        left -= taken
        for bill_id, part in zip(owed, shares(taken, of_class), strict=True):
            if part:
                falls[bill_id][one] = part
    return {bill_id: parts for bill_id, parts in falls.items() if parts}


def evolve(client_bill: ClientBill | None, event: Event) -> ClientBill:
    """The state one event later."""
    if isinstance(event, ClientBillDrafted):
        assert client_bill is None, "drafted twice"
        return ClientBill(event, event.bill_ids)
    assert client_bill is not None, "changed before it was drafted"
    match event:
        case ClientBillMatterReleased():
            left = tuple(one for one in client_bill.bill_ids if one != event.bill_id)
            return replace(client_bill, bill_ids=left)
        case ClientBillDropped():
            return replace(client_bill, status="dropped")
        case ClientBillFinalized():
            return replace(client_bill, status="finalized", finalized=event)
        case ClientBillVoided():
            return replace(client_bill, status="void")
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a client bill")


KIND = Kind("client-bill", evolve)
EVENTS: tuple[type[Event], ...] = (
    ClientBillDrafted, ClientBillMatterReleased, ClientBillDropped, ClientBillFinalized, ClientBillVoided,
)  # fmt: skip
