"""Charge interest and the late fee on an overdue bill, by the terms agreed; a dry run says what it would come to."""

from datetime import date
from uuid import UUID

from aggregates import bill, billing_reference, late_terms
from aggregates.bill_events import BillFinalized
from aggregates.errors import WrongState
from aggregates.late_terms import LateTermsAgreed
from commands import bill_shares
from commands.bill_work import shown
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class ChargeInterest(Command):
    """Charge all that is due by a day and was not charged before; today, where no day is named."""

    bill_id: UUID
    through: date | None = None


def handle(command: ChargeInterest, work: Work) -> Result:
    """Returns the bill and what was charged.

    Raises NotFound, WrongState where nothing was agreed or the bill is disputed, BadRequest where nothing is due.
    """
    through = command.through or work.today
    check_day(work, through)
    state = work.load(bill.KIND, command.bill_id)
    issued = state.check_issued()
    terms = _terms(work, issued)
    if terms is None or not terms.charges:
        raise WrongState(f"nothing was agreed to be charged on {state.name} when it is overdue")
    if work.load(billing_reference.KIND, issued.billing_reference_id).disputed_minor:
        raise WrongState(f"{state.name} is disputed; interest is charged once that is resolved")
    charge = state.charge_interest(work.new_id(), terms, through=through)
    after = bill_shares.record(work, command.bill_id, charge)
    return {
        **shown(after),
        "charge_id": str(charge.charge_id),
        "interest_minor": charge.interest_minor,
        "late_fee_minor": charge.late_fee_minor,
        "principal_minor": charge.principal_minor,
    }


def _terms(work: Work, issued: BillFinalized) -> LateTermsAgreed | None:
    """The matter's that bound when the bill was issued, else the client's."""
    for subject_id in (issued.matter_id, issued.client_id):
        known = work.find(late_terms.KIND, late_terms.stream_of(subject_id))
        if known is not None and (found := known.of(issued.effective_date)) is not None:
            return found
    return None
