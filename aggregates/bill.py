"""A bill: a draft that is reviewed, approved and finalized; from then on frozen, and changed by new facts only.

The life of a bill is that of domain reference, section 2.4. What is owed is kept by class, because payments are allocated
by class: tax, hard costs, soft costs, fees, and interest where it is overdue (section 2.5). All amounts are minor units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import bill_terms
from aggregates.bill_events import (
    BILL_EVENTS,
    IN_ORDER,
    Adjustment,
    AmountClass,
    BillApproved,
    BillDrafted,
    BillDropped,
    BillFinalized,
    BillJoined,
    BillLine,
    BillLineAdded,
    BillLineAdjusted,
    BillLineRemoved,
    BillNarrativeEdited,
    BillPaid,
    BillPaymentReversed,
    BillReduced,
    BillReleased,
    BillReturned,
    BillSent,
    BillVoided,
    CourtesyDiscountGiven,
    Totals,
    principal,
)
from aggregates.bill_interest import EVENTS as INTEREST_EVENTS
from aggregates.bill_interest import BillInterest, BillInterestCharged, BillInterestReversed
from aggregates.bill_shares import BILL_EVENTS as SHARE_EVENTS
from aggregates.bill_shares import BillShared, BillShares, BillSharesMoved, begun
from aggregates.bill_terms import EVENTS as TERM_EVENTS
from aggregates.bill_terms import BillLineTaxed, BillTerms, BillTermsAmended
from aggregates.bill_totals import totals_of
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.event import Event, Personal
from aggregates.late_terms import LateTermsAgreed
from aggregates.stream import Kind
from aggregates.trust_rules import money

Status = Literal["draft", "approved", "dropped", "finalized", "void"]


@dataclass(frozen=True, slots=True)
class Bill:
    """State after its events. `owed` is what is left of each class, from when it is finalized."""

    drafted: BillDrafted
    """With its terms as they were amended."""
    status: Status = "draft"
    lines: Mapping[UUID, BillLine] = field(default_factory=dict)
    discount_minor: int = 0
    finalized: BillFinalized | None = None
    owed: Mapping[AmountClass, int] = field(default_factory=dict)
    paid: Mapping[UUID, Mapping[AmountClass, int]] = field(default_factory=dict)
    """Allocations that stand, by their ids."""
    sent: bool = False
    moved: tuple[tuple[date, int], ...] = ()
    """What was issued, paid and taken off of the principal, by day: all but interest."""
    shares: BillShares | None = None
    """Of those who pay it together; None where the client pays alone."""
    interest: BillInterest = field(default_factory=BillInterest)
    client_bill_id: UUID | None = None
    """Of the client bill that it is a part of."""

    @property
    def name(self) -> str:
        """How a sentence speaks of it."""
        return f"bill {self.finalized.number}" if self.finalized is not None else "this draft"

    @property
    def totals(self) -> Totals:
        """What it comes to; from when it is finalized, what was issued."""
        if self.finalized is not None:
            return self.finalized.totals
        return totals_of(tuple(self.lines.values()), self.drafted.taxes, self.discount_minor)

    @property
    def open_minor(self) -> int:
        """What is still owed."""
        return sum(self.owed.values())

    def check_draft(self) -> None:
        """Raises WrongState unless it is a draft that may be changed."""
        if self.status != "draft":
            raise WrongState(f"{self.name} is {self.status} and is not changed", status=self.status)

    def check_alone(self) -> None:
        """Raises WrongState where it is a part of a client bill, whose parts are issued, dropped and voided together."""
        if self.client_bill_id is not None:
            raise WrongState(
                f"{self.name} is part of a client bill; do that with the whole", client_bill_id=self.client_bill_id
            )

    def join(self, client_bill_id: UUID) -> BillJoined:
        """Raises WrongState unless it is a draft that is not finalized, and of no client bill."""
        if self.status not in {"draft", "approved"}:
            raise WrongState(f"{self.name} is {self.status}; only drafts go on a client bill", status=self.status)
        self.check_alone()
        return BillJoined(client_bill_id=client_bill_id)

    def line(self, line_id: UUID) -> BillLine:
        """Raises NotFound."""
        if line_id not in self.lines:
            raise NotFound("the bill has no such line", line_id=line_id)
        return self.lines[line_id]

    def add(self, line: BillLine) -> BillLineAdded:
        """Raises WrongState."""
        self.check_draft()
        return BillLineAdded(line=line)

    def remove(self, line_id: UUID, why: str) -> BillLineRemoved:
        """Raises WrongState, NotFound."""
        self.check_draft()
        return BillLineRemoved(line_id=line_id, entry_id=self.line(line_id).entry_id, why=why)

    def adjust(self, line_id: UUID, adjustment: Adjustment, after_minor: int, why: str) -> BillLineAdjusted:
        """Raises WrongState, NotFound, BadRequest for an amount that is no such adjustment."""
        self.check_draft()
        before = self.line(line_id).charged_minor
        fits = {
            "write_up": after_minor > before,
            "write_down": after_minor < before,
            "discount": after_minor < before,
            "no_charge": after_minor == 0,
        }
        if not fits[adjustment] or after_minor == before:
            words = adjustment.replace("_", "-")
            raise BadRequest(f"from {money(before)} to {money(after_minor)} is no {words}", before_minor=before)
        return BillLineAdjusted(
            line_id=line_id, adjustment=adjustment, before_minor=before, after_minor=after_minor, why=why
        )

    def edit_narrative(self, line_id: UUID, text: str) -> BillNarrativeEdited:
        """Raises WrongState, NotFound, BadRequest where nothing changes."""
        self.check_draft()
        before = self.line(line_id).narrative
        if before.text == text:
            raise BadRequest("the line says that already")
        return BillNarrativeEdited(line_id=line_id, before=before, after=Personal(subject_id=before.subject_id, text=text))

    def tax_line(self, line_id: UUID, *, taxed_1: bool, taxed_2: bool) -> BillLineTaxed:
        """Raises WrongState, NotFound, BadRequest where nothing changes."""
        self.check_draft()
        return bill_terms.tax(self.line(line_id), taxed_1=taxed_1, taxed_2=taxed_2)

    def amend(self, after: BillTerms) -> BillTermsAmended:
        """Raises WrongState, BadRequest where nothing changes."""
        self.check_draft()
        return bill_terms.amend(self.drafted, after)

    def discount(self, amount_minor: int, note: str) -> CourtesyDiscountGiven:
        """Raises WrongState, BadRequest for more than the fees come to."""
        self.check_draft()
        fees = self.totals.fees_minor
        if amount_minor > fees:
            raise BadRequest(f"a courtesy discount of {money(amount_minor)} is more than the fees of {money(fees)}")
        if amount_minor == self.discount_minor:
            raise BadRequest(f"the courtesy discount is {money(amount_minor)} already")
        return CourtesyDiscountGiven(before_minor=self.discount_minor, after_minor=amount_minor, note=note)

    def approve(self, by: UUID) -> BillApproved:
        """Raises WrongState; BadRequest for one without lines, or whose discount is more than its fees by now."""
        self.check_draft()
        if not self.lines:
            raise BadRequest("there is nothing on this draft")
        totals = self.totals
        if self.discount_minor > totals.fees_minor:
            raise BadRequest(
                f"the courtesy discount of {money(self.discount_minor)} is more than the fees of {money(totals.fees_minor)}"
            )
        if totals.total_minor == 0:
            raise BadRequest("this draft comes to nothing; drop it, or charge for something")
        return BillApproved(approved_by=by, total_minor=totals.total_minor)

    def send_back(self, why: str) -> BillReturned:
        """Raises WrongState unless it is approved."""
        if self.status != "approved":
            raise WrongState(f"{self.name} is {self.status}; only an approved draft goes back", status=self.status)
        return BillReturned(why=why)

    def drop(self, why: str) -> BillDropped:
        """Raises WrongState where it was finalized or dropped."""
        if self.status not in {"draft", "approved"}:
            raise WrongState(f"{self.name} is {self.status} and cannot be dropped; void it", status=self.status)
        return BillDropped(why=why)

    def finalize(
        self, number: str, billing_reference_id: UUID, *, on: date, due_on: date, trust_before_minor: int
    ) -> BillFinalized:
        """Raises WrongState unless it is approved, BadRequest for a due date before it was issued."""
        if self.status != "approved":
            raise WrongState(f"{self.name} is {self.status}; only an approved draft is finalized", status=self.status)
        if due_on < on:
            raise BadRequest(f"{due_on}, when it is due, is before {on}, when it is issued")
        return BillFinalized(
            effective_date=on,
            bill_id=self.drafted.bill_id,
            number=number,
            client_id=self.drafted.client_id,
            matter_id=self.drafted.matter_id,
            currency=self.drafted.currency,
            due_on=due_on,
            totals=self.totals,
            trust_before_minor=trust_before_minor,
            billing_reference_id=billing_reference_id,
        )

    def check_issued(self) -> BillFinalized:
        """Raises WrongState unless it is finalized and not void."""
        if self.finalized is None or self.status == "void":
            raise WrongState(
                f"{self.name} is {self.status}; only an issued bill is paid, sent or reduced", status=self.status
            )
        return self.finalized

    def allocate(self, amount_minor: int, order: Sequence[AmountClass] = IN_ORDER) -> dict[AmountClass, int]:
        """How a payment falls on what is owed, class after class. Raises WrongState, BadRequest for more than is owed."""
        self.check_issued()
        if amount_minor > self.open_minor:
            raise BadRequest(
                f"{self.name} has {money(self.open_minor)} open; {money(amount_minor)} is more",
                open_minor=self.open_minor,
                asked_minor=amount_minor,
            )
        left, falls = amount_minor, {}
        for one in (*order, *(rest for rest in IN_ORDER if rest not in order)):
            part = min(left, self.owed.get(one, 0))
            if part:
                falls[one] = part
                left -= part
        return falls

    def reduce(
        self,
        reduction_id: UUID,
        kind: Literal["credit_memo", "write_off"],
        by: Mapping[AmountClass, int],
        why: str,
        *,
        on: date,
    ) -> BillReduced:
        """Raises WrongState, BadRequest where more of a class would go than is owed of it."""
        issued = self.check_issued()
        if on < issued.effective_date:
            raise BadRequest(f"{on} is before {issued.effective_date}, when {self.name} was issued")
        wanted = {one: part for one, part in by.items() if part}
        if not wanted:
            raise BadRequest("name what is taken off")
        for one, part in wanted.items():
            if part > (owed := self.owed.get(one, 0)):
                raise BadRequest(
                    f"of {one.replace('_', ' ')}s {money(owed)} is owed; {money(part)} cannot be taken off", owed_minor=owed
                )
        return BillReduced(effective_date=on, reduction_id=reduction_id, kind=kind, by_class=wanted, why=why)

    def void(self, why: str, *, on: date) -> BillVoided:
        """Raises WrongState where anything was paid or taken off: that is taken back first."""
        issued = self.check_issued()
        if self.interest.charges:
            raise WrongState(f"interest was charged on {self.name}; take that back first")
        if self.open_minor != issued.totals.total_minor:
            raise WrongState(
                f"{self.name} was paid or reduced in part; reverse that first, or issue a credit memo",
                open_minor=self.open_minor,
                total_minor=issued.totals.total_minor,
            )
        if on < issued.effective_date:
            raise BadRequest(f"{on} is before {issued.effective_date}, when {self.name} was issued")
        return BillVoided(effective_date=on, totals=issued.totals, why=why)

    def reverse_payment(self, allocation_id: UUID, why: str, *, on: date) -> BillPaymentReversed:
        """Raises NotFound where no such allocation stands."""
        self.check_issued()
        if allocation_id not in self.paid:
            raise NotFound(f"{self.name} has no such allocation, or it was reversed already", allocation_id=allocation_id)
        return BillPaymentReversed(
            effective_date=on, allocation_id=allocation_id, by_class=dict(self.paid[allocation_id]), why=why
        )

    def charge_interest(self, charge_id: UUID, terms: LateTermsAgreed, *, through: date) -> BillInterestCharged:
        """Raises WrongState, BadRequest where nothing is due by the terms."""
        issued = self.check_issued()
        return self.interest.charge(charge_id, terms, self.moved, issued.due_on, through=through)

    def reverse_interest(self, charge_id: UUID, why: str, *, forgiven: bool, on: date) -> BillInterestReversed:
        """Raises WrongState, NotFound, BadRequest."""
        self.check_issued()
        return self.interest.reverse(charge_id, self.owed.get("interest", 0), why, forgiven=forgiven, on=on)


def evolve(bill: Bill | None, event: Event) -> Bill:
    """The state one event later."""
    if isinstance(event, BillDrafted):
        assert bill is None, "drafted twice"
        return Bill(event)
    assert bill is not None, "changed before it was drafted"
    return _issued_later(bill, event) if bill.finalized is not None else _draft_later(bill, event)


def _draft_later(bill: Bill, event: Event) -> Bill:
    match event:
        case BillLineAdded() | BillLineRemoved() | BillLineAdjusted() | BillLineTaxed() | BillNarrativeEdited():
            return replace(bill, lines=_lines_later(bill.lines, event))
        case BillTermsAmended():
            return replace(bill, drafted=bill_terms.amended(bill.drafted, event))
        case CourtesyDiscountGiven():
            return replace(bill, discount_minor=event.after_minor)
        case BillApproved() | BillReturned() | BillDropped():
            return replace(bill, status=_BECOMES[type(event)])
        case BillJoined():
            return replace(bill, client_bill_id=event.client_bill_id)
        case BillReleased():
            return replace(bill, client_bill_id=None)
        case BillFinalized():
            moved = ((event.effective_date, event.totals.total_minor),)
            return replace(bill, status="finalized", finalized=event, owed=event.totals.by_class, moved=moved)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of the draft of a bill")


def _lines_later(lines: Mapping[UUID, BillLine], event: Event) -> Mapping[UUID, BillLine]:
    match event:
        case BillLineAdded():
            return {**lines, event.line.line_id: event.line}
        case BillLineRemoved():
            return {key: one for key, one in lines.items() if key != event.line_id}
        case BillLineAdjusted():
            return _with(lines, event.line_id, {"charged_minor": event.after_minor})
        case BillLineTaxed():
            return _with(lines, event.line_id, {"taxed_1": event.after_1, "taxed_2": event.after_2})
        case _:
            assert isinstance(event, BillNarrativeEdited), f"{event.TOPIC} is not of a line"
            return _with(lines, event.line_id, {"narrative": event.after})


def _issued_later(bill: Bill, event: Event) -> Bill:
    match event:
        case BillSent():
            return replace(bill, sent=True)
        case BillVoided():
            return replace(bill, status="void", owed={})
        case BillPaid():
            paid = {**bill.paid, event.allocation_id: event.by_class}
            return replace(_lowered(bill, event.effective_date, event.by_class), paid=paid)
        case BillPaymentReversed():
            left = {key: one for key, one in bill.paid.items() if key != event.allocation_id}
            return replace(_lowered(bill, event.effective_date, event.by_class, -1), paid=left)
        case BillReduced():
            return _lowered(bill, event.effective_date, event.by_class)
        case BillShared():
            return replace(bill, shares=begun(event))
        case BillSharesMoved():
            assert bill.shares is not None, "shares moved before there were any"
            return replace(bill, shares=bill.shares.later(event))
        case BillInterestCharged() | BillInterestReversed():
            sign = -1 if isinstance(event, BillInterestCharged) else 1
            owed = _less(bill.owed, {"interest": event.amount_minor}, sign)
            return replace(bill, owed=owed, interest=bill.interest.later(event))
        case _:
            raise AssertionError(f"{event.TOPIC} is not of an issued bill")


_BECOMES: Mapping[type[Event], Status] = {BillApproved: "approved", BillReturned: "draft", BillDropped: "dropped"}


def _with(lines: Mapping[UUID, BillLine], line_id: UUID, changed: dict[str, object]) -> dict[UUID, BillLine]:
    return {**lines, line_id: lines[line_id].model_copy(update=changed)}


def _lowered(bill: Bill, on: date, parts: Mapping[AmountClass, int], sign: int = 1) -> Bill:
    moved = (*bill.moved, (on, -sign * principal(parts)))
    interest = bill.interest.settle(on, sign * parts.get("interest", 0))
    return replace(bill, owed=_less(bill.owed, parts, sign), moved=moved, interest=interest)


def _less(owed: Mapping[AmountClass, int], parts: Mapping[AmountClass, int], sign: int = 1) -> dict[AmountClass, int]:
    return {one: owed.get(one, 0) - sign * parts.get(one, 0) for one in IN_ORDER}


KIND = Kind("bill", evolve)
EVENTS: tuple[type[Event], ...] = (*BILL_EVENTS, *TERM_EVENTS, *INTEREST_EVENTS, *SHARE_EVENTS)
