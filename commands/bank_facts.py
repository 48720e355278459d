"""What follows from a bank fact that hurts: an exception, with the day by which to cure it. Facts are never refused."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import trust_exception
from aggregates.trust_exception import ExceptionCause, TrustExceptionOpened
from commands.trust_books import policy
from commands.work import Work


def open_exception(
    work: Work,
    cause: ExceptionCause,
    *,
    account_id: UUID,
    on: date,
    amount_minor: int,
    evidence: str,
    ledger_id: UUID | None = None,
    entry_id: UUID | None = None,
    line_id: UUID | None = None,
) -> UUID:
    """Open an exception, due within the firm's days; returns its id."""
    exception_id = work.new_id()
    event = TrustExceptionOpened(
        trust_account_id=account_id,
        effective_date=on,
        exception_id=exception_id,
        cause=cause,
        ledger_id=ledger_id,
        entry_id=entry_id,
        line_id=line_id,
        amount_minor=amount_minor,
        due_on=on + timedelta(days=policy(work).number("cure_within_days")),
        evidence=evidence,
    )
    work.record(trust_exception.KIND, exception_id, event)
    return exception_id
