"""Paying from trust as the firm does it: the bookkeeper asks, partners approve, the bookkeeper releases."""

from datetime import date
from uuid import UUID

from api.demo.people import Office
from commands.approve_disbursement import ApproveDisbursement
from commands.release_disbursement import ReleaseDisbursement
from commands.request_disbursement import RequestDisbursement

FIRM = "Ashby & Reyes, PLLC, operating account"
OPERATING = "Operating, First Example Bank, ending 0417"
_TWO_APPROVE_OVER_MINOR = 10_000_00


def pay(
    office: Office,
    ledger_id: UUID,
    amount_minor: int,
    payee: str,
    purpose: str,
    *,
    cheque: int | None = None,
    bill: UUID | None = None,
) -> None:
    """Pay by cheque, or by transfer to operating against a bill, on the day it is. Much money needs two partners."""
    asked = RequestDisbursement(
        ledger_id=ledger_id,
        amount_minor=amount_minor,
        effective_date=office.calendar.day,
        payee=payee,
        method="cheque" if cheque else "ach",
        purpose=purpose,
        billing_reference_id=bill,
        recipient_account=None if cheque else OPERATING,
    )
    disbursement_id = UUID(office.does("lind", asked)["disbursement_id"])
    release(office, disbursement_id, amount_minor, office.calendar.day, cheque)


def release(office: Office, disbursement_id: UUID, amount_minor: int, on: date, cheque: int | None = None) -> None:
    """Approve what was asked for, and let it go."""
    office.does("ashby", ApproveDisbursement(disbursement_id=disbursement_id))
    if amount_minor > _TWO_APPROVE_OVER_MINOR:
        office.does("reyes", ApproveDisbursement(disbursement_id=disbursement_id))
    office.does("lind", ReleaseDisbursement(disbursement_id=disbursement_id, effective_date=on, cheque_number=cheque))
