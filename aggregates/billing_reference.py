"""What entitles the firm to a client's money: an issued invoice, a written notice of costs, a court order.

The rules this module exists for: trust money reaches operating only against such a document, of the same client, for no
more than its undisputed balance, after the notice days (T4, T7; ABA Model Rule 1.15(c), (e); SRA Accounts Rules, r. 4.3).
Until billing exists, the document is recorded by reference.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from aggregates.errors import BadRequest, WrongState
from aggregates.event import Event, Minor, MoneyEvent, Words
from aggregates.stream import Kind
from aggregates.trust_rules import NotBilled, WrongClient, money
from aggregates.typed_number import as_compared


class BillingReferenceRecorded(MoneyEvent):
    """A document was issued on `effective_date`, and the client had it by `notice_given_on` (None: then, too).

    Where a day before it was recorded is claimed for that, `notice_evidence` says how one knows.
    """

    TOPIC: ClassVar[str] = "billing-reference/recorded"
    SCHEMA: ClassVar[int] = 2

    billing_reference_id: UUID
    document: Literal["invoice", "written_notice", "court_order", "signed_authority"]
    number: Words
    client_id: UUID
    matter_id: UUID
    amount_minor: Minor
    notice_given_on: date | None
    notice_evidence: Words | None


class BillingReferenceDrawn(MoneyEvent):
    """Trust money was taken against it."""

    TOPIC: ClassVar[str] = "billing-reference/drawn"

    entry_id: UUID
    amount_minor: Minor


class DrawReturned(MoneyEvent):
    """A drawing was undone: the bill is unpaid again by that much."""

    TOPIC: ClassVar[str] = "billing-reference/draw-returned"

    entry_id: UUID
    amount_minor: Minor


class BillLinked(Event):
    """The document is a bill of this program: what happens to the one is recorded on the other."""

    TOPIC: ClassVar[str] = "billing-reference/bill-linked"

    bill_id: UUID


class BillLowered(MoneyEvent):
    """Less may be drawn: the bill was paid otherwise, credited, written off or voided."""

    TOPIC: ClassVar[str] = "billing-reference/lowered"

    amount_minor: Minor
    why: Literal["paid", "credit_memo", "write_off", "void"]


class BillRaised(MoneyEvent):
    """A payment that had lowered it was taken back: that much may be drawn again."""

    TOPIC: ClassVar[str] = "billing-reference/raised"

    amount_minor: Minor


class BillDisputed(MoneyEvent):
    """The client disputes part of it. What of that is unpaid stays in trust (ABA Model Rule 1.15(e)); what was paid already,
    `paid_minor`, is on record as disputed.
    """

    TOPIC: ClassVar[str] = "billing-reference/disputed"
    SCHEMA: ClassVar[int] = 2

    amount_minor: Minor
    paid_minor: Annotated[int, Field(ge=0, le=10**15)] = 0
    why: Words


class DisputeResolved(MoneyEvent):
    """The dispute ended: `reduced_minor` of what was disputed is no longer owed, the rest of the bill stands."""

    TOPIC: ClassVar[str] = "billing-reference/dispute-resolved"
    SCHEMA: ClassVar[int] = 2

    how: Words
    reduced_minor: Annotated[int, Field(ge=0, le=10**15)]


class FeesGivenBack(MoneyEvent):
    """The firm gave back, of its own money, what a settled dispute had taken off a bill that was paid already."""

    TOPIC: ClassVar[str] = "billing-reference/fees-given-back"

    entry_id: UUID
    amount_minor: Minor
    how: Words


@dataclass(frozen=True, slots=True)
class BillingReference:
    """State after its events, in minor units."""

    recorded: BillingReferenceRecorded
    drawn_minor: int = 0
    disputed_minor: int = 0
    """All that is disputed, whether it was paid or not."""
    reduced_minor: int = 0
    lowered_minor: int = 0
    paid_otherwise_minor: int = 0
    """Of what lowered it: payments to operating."""
    given_back_minor: int = 0
    bill_id: UUID | None = None

    @property
    def unpaid_minor(self) -> int:
        """What is billed and not paid; below zero, what the firm has to give back."""
        billed = self.recorded.amount_minor - self.reduced_minor - self.lowered_minor
        return billed - self.drawn_minor + self.given_back_minor

    @property
    def held_minor(self) -> int:
        """What is disputed and not paid: it stays in trust. A dispute holds what is unpaid first."""
        return min(self.disputed_minor, max(self.unpaid_minor, 0))

    @property
    def owed_back_minor(self) -> int:
        """What was paid and is no longer owed."""
        return max(-self.unpaid_minor, 0)

    @property
    def open_minor(self) -> int:
        """What may still be drawn."""
        return max(self.unpaid_minor, 0) - self.held_minor

    def draw(
        self,
        entry_id: UUID,
        amount_minor: int,
        *,
        client_id: UUID | None,
        matter_id: UUID | None,
        on: date,
        notice_days: int,
    ) -> BillingReferenceDrawn:
        """Raises WrongClient (T4), NotBilled (T7)."""
        bill = self.recorded
        if client_id != bill.client_id:
            raise WrongClient(f"{bill.number} is another client's; one client's money never pays another's bill")
        if matter_id != bill.matter_id:
            raise WrongClient(f"{bill.number} is of another matter; transfer between the client's ledgers first")
        earliest = earliest_draw(bill.effective_date, bill.notice_given_on, notice_days)
        if on < earliest:
            raise NotBilled(
                f"{bill.number} was issued on {bill.effective_date}; money may be taken from {earliest}",
                earliest=earliest,
            )
        if amount_minor > self.open_minor:
            raise NotBilled(
                f"{bill.number} has {money(self.open_minor)} open and undisputed; {money(amount_minor)} was asked",
                open_minor=self.open_minor,
                disputed_minor=self.disputed_minor,
                asked_minor=amount_minor,
            )
        return BillingReferenceDrawn(effective_date=on, entry_id=entry_id, amount_minor=amount_minor)

    def lower(self, amount_minor: int, why: Literal["paid", "credit_memo", "write_off", "void"], *, on: date) -> BillLowered:
        """Raises NotBilled where trust money was drawn or asked for against it, or it is disputed."""
        if amount_minor > self.open_minor:
            raise NotBilled(
                f"{self.recorded.number} has {money(self.open_minor)} that is neither drawn from trust nor disputed; "
                f"{money(amount_minor)} is more",
                open_minor=self.open_minor,
                asked_minor=amount_minor,
            )
        return BillLowered(effective_date=on, amount_minor=amount_minor, why=why)

    def dispute(self, amount_minor: int, why: str, *, on: date) -> BillDisputed:
        """What is disputed is held as far as it is unpaid, and noted as far as it was paid.

        Raises BadRequest when more is disputed than was billed and is not disputed yet.
        """
        billed = self.recorded.amount_minor - self.reduced_minor - self.lowered_minor + self.paid_otherwise_minor
        if amount_minor > (left := billed - self.disputed_minor):
            raise BadRequest(
                f"of {self.recorded.number} {money(left)} is billed and not disputed yet; {money(amount_minor)} cannot be "
                "disputed",
                undisputed_minor=left,
                asked_minor=amount_minor,
            )
        paid = amount_minor - min(amount_minor, self.open_minor)
        return BillDisputed(effective_date=on, amount_minor=amount_minor, paid_minor=paid, why=why)

    def give_back(self, entry_id: UUID, amount_minor: int, how: str, *, on: date) -> FeesGivenBack:
        """Raises BadRequest for more than the firm owes back."""
        if amount_minor > self.owed_back_minor:
            raise BadRequest(
                f"of {self.recorded.number} {money(self.owed_back_minor)} is to be given back; "
                f"{money(amount_minor)} is more",
                owed_back_minor=self.owed_back_minor,
                asked_minor=amount_minor,
            )
        return FeesGivenBack(effective_date=on, entry_id=entry_id, amount_minor=amount_minor, how=how)

    def resolve(self, how: str, *, on: date, reduce_by_minor: int = 0) -> DisputeResolved:
        """End the dispute. Settled for the client, the bill is lowered, by no more than was disputed; what had been paid of
        that is owed back.

        Raises WrongState when nothing is disputed, BadRequest.
        """
        if not self.disputed_minor:
            raise WrongState(f"nothing of {self.recorded.number} is disputed")
        if reduce_by_minor > self.disputed_minor:
            raise BadRequest(
                f"{money(self.disputed_minor)} of {self.recorded.number} is disputed; the settlement cannot lower it by "
                f"{money(reduce_by_minor)}",
                disputed_minor=self.disputed_minor,
                asked_minor=reduce_by_minor,
            )
        return DisputeResolved(effective_date=on, how=how, reduced_minor=reduce_by_minor)


def earliest_draw(issued_on: date, notice_given_on: date | None, notice_days: int) -> date:
    """The first day on which trust money may be taken: notice runs from when the client had it, not from a date on paper."""
    return (notice_given_on or issued_on) + timedelta(days=notice_days) if notice_days else issued_on


def evolve(bill: BillingReference | None, event: Event) -> BillingReference:
    """The state one event later."""
    if isinstance(event, BillingReferenceRecorded):
        assert bill is None, "recorded twice"
        return BillingReference(event)
    assert bill is not None, "drawn before it was recorded"
    match event:
        case BillingReferenceDrawn():
            return replace(bill, drawn_minor=bill.drawn_minor + event.amount_minor)
        case DrawReturned():
            return replace(bill, drawn_minor=bill.drawn_minor - event.amount_minor)
        case BillLinked():
            return replace(bill, bill_id=event.bill_id)
        case BillLowered():
            return _lowered(bill, event.amount_minor, paid=event.why == "paid")
        case BillRaised():
            return _lowered(bill, -event.amount_minor, paid=True)
        case BillDisputed():
            return replace(bill, disputed_minor=bill.disputed_minor + event.amount_minor)
        case DisputeResolved():
            return replace(bill, disputed_minor=0, reduced_minor=bill.reduced_minor + event.reduced_minor)
        case FeesGivenBack():
            return replace(bill, given_back_minor=bill.given_back_minor + event.amount_minor)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a billing reference")


def _lowered(bill: BillingReference, amount_minor: int, *, paid: bool) -> BillingReference:
    otherwise = bill.paid_otherwise_minor + (amount_minor if paid else 0)
    return replace(bill, lowered_minor=bill.lowered_minor + amount_minor, paid_otherwise_minor=otherwise)


KIND = Kind("billing-reference", evolve)


def number_stream(number: str) -> UUID:
    """The stream of a document's number, however it is written: recorded twice, one bill could be drawn twice (T7)."""
    return KIND.stream_id(as_compared(number))


EVENTS: tuple[type[Event], ...] = (
    BillingReferenceRecorded, BillingReferenceDrawn, DrawReturned, BillLinked, BillLowered, BillRaised, BillDisputed,
    DisputeResolved, FeesGivenBack,
)  # fmt: skip
