"""What every command about bills needs: the bill, its lines from entries, and the document that trust is drawn against."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import bill, billing_reference
from aggregates.bill import Bill
from aggregates.bill_events import AmountClass, BillPaid, principal
from aggregates.errors import BadRequest
from commands import bill_shares, billables
from commands.trust_books import the_firm
from commands.work import Work


def put_on(work: Work, bill_id: UUID, entry_ids: tuple[UUID, ...]) -> None:
    """Put entries on a draft. Raises NotFound, WrongState, BadRequest for those of another matter."""
    for entry_id in dict.fromkeys(entry_ids):
        kind, entry = billables.find_billable(work, entry_id)
        draft = work.load(bill.KIND, bill_id)
        if billables.matter_of(entry) != draft.drafted.matter_id:
            raise BadRequest("this is of another matter than the bill", entry_id=entry_id)
        put = entry.put_on_bill(bill_id)
        day = billables.day_of(entry)
        if day is not None and day > draft.drafted.through:
            raise BadRequest(f"this is of {day}; the bill goes through {draft.drafted.through}", entry_id=entry_id)
        work.record(kind, entry_id, put)
        work.record(bill.KIND, bill_id, draft.add(billables.line_of(entry, work.new_id())))


def take_off(work: Work, state: Bill, why: str) -> None:
    """Free the entries of a draft that is dropped."""
    for line in state.lines.values():
        billables.take_off(work, line.entry_id, state.drafted.bill_id, why)


def lower_reference(
    work: Work, state: Bill, amount_minor: int, why: Literal["paid", "credit_memo", "write_off", "void"], *, on: date
) -> None:
    """Less of the bill may be drawn from trust: of nothing, nothing.

    Raises NotBilled where the rest is disputed or asked for from trust.
    """
    if not amount_minor:
        return
    issued = state.check_issued()
    reference = work.load(billing_reference.KIND, issued.billing_reference_id)
    event = reference.lower(amount_minor, why, on=on)
    work.record(billing_reference.KIND, issued.billing_reference_id, event)


def raise_reference(work: Work, state: Bill, amount_minor: int, *, on: date) -> None:
    """That much may be drawn from trust again: of nothing, nothing."""
    if not amount_minor:
        return
    issued = state.check_issued()
    event = billing_reference.BillRaised(effective_date=on, amount_minor=amount_minor)
    work.record(billing_reference.KIND, issued.billing_reference_id, event)


def shown(state: Bill) -> dict[str, object]:
    """What the asker is told of a bill, in minor units."""
    totals = state.totals
    return {
        "bill_id": str(state.drafted.bill_id),
        "status": state.status,
        "number": state.finalized.number if state.finalized is not None else None,
        **totals.model_dump(),
        "open_minor": state.open_minor,
        "lines": len(state.lines),
        **({"shares": _shares(state)} if state.shares is not None else {}),
    }


def _shares(state: Bill) -> list[dict[str, object]]:
    of = state.shares
    assert of is not None, "a bill that is shared"
    return [
        {"payer_id": str(one), "share_minor": part, "open_minor": of.open[one]} for one, part in of.shared.shares.items()
    ]


REDUCED_FIRST: tuple[AmountClass, ...] = ("fee", "soft_cost", "hard_cost", "tax")
"""What is taken off a bill falls on fees first: costs were paid out, and tax is another's."""


def credit(work: Work, bill_id: UUID, amount_minor: int, why: str, *, on: date) -> None:
    """A settled dispute lowers the bill. Raises WrongState, BadRequest."""
    of = work.load(bill.KIND, bill_id)
    falls = of.allocate(amount_minor, REDUCED_FIRST)
    bill_shares.record(work, bill_id, of.reduce(work.new_id(), "credit_memo", falls, why, on=on))


def credit_settled(work: Work, billing_reference_id: UUID, why: str, *, on: date) -> None:
    """What a settled dispute had taken off a paid bill is not owed again when its payment comes back."""
    reference = work.load(billing_reference.KIND, billing_reference_id)
    if reference.bill_id is None:
        return
    over = principal(work.load(bill.KIND, reference.bill_id).owed) - max(reference.unpaid_minor, 0)
    if over > 0:
        credit(work, reference.bill_id, over, why, on=on)


def pay_from_trust(work: Work, bill_id: UUID | None, entry_id: UUID, amount_minor: int, *, on: date) -> None:
    """Trust money was drawn against the document of a bill: that much of the bill is paid. Nothing for other documents.

    It is never drawn for interest, which the firm's order of payment may have before the rest.
    """
    if bill_id is not None:
        order = tuple(one for one in the_firm(work).payment_order.classes if one != "interest")
        falls = work.load(bill.KIND, bill_id).allocate(amount_minor, order)
        paid = BillPaid(effective_date=on, allocation_id=entry_id, source="trust", source_id=entry_id, by_class=falls)
        bill_shares.record(work, bill_id, paid)


def unpay_from_trust(work: Work, bill_id: UUID | None, entry_id: UUID, why: str, *, on: date) -> None:
    """The drawing was undone: the bill is owed again."""
    if bill_id is not None:
        bill_shares.record(work, bill_id, work.load(bill.KIND, bill_id).reverse_payment(entry_id, why, on=on))
