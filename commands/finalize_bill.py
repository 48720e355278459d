"""Finalize a bill: it gets the firm's next number, is frozen, and is owed."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import bill, bill_numbers, billing_reference, matter, trust_ledger
from aggregates.bill_numbers import BillNumbers
from aggregates.billing_reference import BillingReferenceRecorded, BillLinked
from aggregates.errors import AlreadyExists, BadRequest
from commands import bill_shares, billables, fee_caps
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work

_DAYS_TO_PAY = 30


class FinalizeBill(Command):
    """Finalize an approved draft, issued today or on an earlier day; due in 30 days where nothing else is said."""

    bill_id: UUID
    issued_on: date | None = None
    due_on: date | None = None


def handle(command: FinalizeBill, work: Work) -> Result:
    """Returns the bill with its number. Raises NotFound, WrongState, BadRequest, FeesOverCap."""
    draft = work.load(bill.KIND, command.bill_id)
    on = command.issued_on or work.today
    if not max((line.day for line in draft.lines.values()), default=on) <= on <= work.today:
        raise BadRequest(f"a bill is issued by {work.today} and not before the last of its work, which {on} is not")
    numbers = work.find(bill_numbers.KIND, bill_numbers.STREAM) or BillNumbers()
    taken = numbers.take(on.year, command.bill_id)
    reference_id = billing_reference.number_stream(taken.number)
    if work.find(billing_reference.KIND, reference_id) is not None:
        raise AlreadyExists(
            f"a bill {taken.number} was recorded by reference before; agree another pattern for bill numbers",
            billing_reference_id=reference_id,
        )
    due_on = command.due_on or on + timedelta(days=_DAYS_TO_PAY)
    held = _held(work, draft.drafted.matter_id, on)
    issued = draft.finalize(taken.number, reference_id, on=on, due_on=due_on, trust_before_minor=held)
    work.record(bill_numbers.KIND, bill_numbers.STREAM, taken)
    fee_caps.count(work, draft, on=on)
    for line in draft.lines.values():
        billables.bill(work, line.entry_id, command.bill_id, line.charged_minor, on=on)
    work.record(
        billing_reference.KIND,
        reference_id,
        BillingReferenceRecorded(
            effective_date=on,
            billing_reference_id=reference_id,
            document="invoice",
            number=taken.number,
            client_id=issued.client_id,
            matter_id=issued.matter_id,
            amount_minor=issued.totals.total_minor,
            notice_given_on=work.today,
            notice_evidence=None,
        ),
        BillLinked(bill_id=command.bill_id),
    )
    bill_shares.share(work, work.record(bill.KIND, command.bill_id, issued))
    state = work.load(bill.KIND, command.bill_id)
    return {**shown(state), "billing_reference_id": str(reference_id), "due_on": str(due_on)}


def _held(work: Work, matter_id: UUID, on: date) -> int:
    ledgers = (work.load(trust_ledger.KIND, key) for key in work.load(matter.KIND, matter_id).ledgers)
    return sum(one.balance_on(on) for one in ledgers)
