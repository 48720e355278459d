"""Issuing a bill: its entries are frozen on it, it is owed, and it may be paid from trust by a document of its number."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import bill, bill_numbers, billing_reference, matter, trust_ledger
from aggregates.bill import Bill
from aggregates.bill_numbers import BillNumbers, BillNumberTaken
from aggregates.billing_reference import BillingReferenceRecorded, BillLinked
from aggregates.errors import AlreadyExists, BadRequest
from commands import bill_shares, billables, fee_caps
from commands.work import Work

DAYS_TO_PAY = timedelta(days=30)
"""Where nothing else is said."""


def day_of_issue(work: Work, asked: date | None, *drafts: Bill) -> date:
    """Today, or the day that is asked for. Raises BadRequest for a day to come, or before the last of the work."""
    on = asked or work.today
    days = (line.day for draft in drafts for line in draft.lines.values())
    if not max(days, default=on) <= on <= work.today:
        raise BadRequest(f"a bill is issued by {work.today} and not before the last of its work, which {on} is not")
    return on


def take_number(work: Work, bill_id: UUID, year: int) -> BillNumberTaken:
    """The firm's next number, for a bill or a client bill."""
    numbers = work.find(bill_numbers.KIND, bill_numbers.STREAM) or BillNumbers()
    taken = numbers.take(year, bill_id)
    work.record(bill_numbers.KIND, bill_numbers.STREAM, taken)
    return taken


def issue(work: Work, draft: Bill, number: str, *, on: date, due_on: date) -> Bill:
    """Issue an approved draft. Raises WrongState, BadRequest, FeesOverCap, AlreadyExists for a number that was used."""
    bill_id, reference_id = draft.drafted.bill_id, billing_reference.number_stream(number)
    if work.find(billing_reference.KIND, reference_id) is not None:
        raise AlreadyExists(
            f"a bill {number} was recorded by reference before; agree another pattern for bill numbers",
            billing_reference_id=reference_id,
        )
    held = _held(work, draft.drafted.matter_id, on)
    issued = draft.finalize(number, reference_id, on=on, due_on=due_on, trust_before_minor=held)
    fee_caps.count(work, draft, on=on)
    for line in draft.lines.values():
        billables.bill(work, line.entry_id, bill_id, line.charged_minor, on=on)
    work.record(
        billing_reference.KIND,
        reference_id,
        BillingReferenceRecorded(
            effective_date=on,
            billing_reference_id=reference_id,
            document="invoice",
            number=number,
            client_id=issued.client_id,
            matter_id=issued.matter_id,
            amount_minor=issued.totals.total_minor,
            notice_given_on=work.today,
            notice_evidence=None,
        ),
        BillLinked(bill_id=bill_id),
    )
    bill_shares.share(work, work.record(bill.KIND, bill_id, issued))
    return work.load(bill.KIND, bill_id)


def _held(work: Work, matter_id: UUID, on: date) -> int:
    ledgers = (work.load(trust_ledger.KIND, key) for key in work.load(matter.KIND, matter_id).ledgers)
    return sum(one.balance_on(on) for one in ledgers)
