"""What follows from a bank fact that hurts: an exception, with the day by which to cure it. Facts are never refused.

The exception of an entry is known by that entry, so that it is found again where the entry turns out to be a slip.
"""

from datetime import date, timedelta
from uuid import UUID

from aggregates import trust_exception
from aggregates.trust_exception import ExceptionCause, TrustExceptionOpened
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import EntryReversed, LedgerEntry
from commands.trust_books import ledger, policy
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
    exception_id: UUID | None = None,
) -> UUID:
    """Open an exception, due within the firm's days; returns its id."""
    exception_id = exception_id or work.new_id()
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


def exception_if_short(work: Work, cause: ExceptionCause, before: TrustLedger, fact: LedgerEntry) -> str | None:
    """Open an exception where a fact that was just recorded took the ledger below zero, on its day or any later one.

    Its amount is what this fact added to the shortage; returns its id.
    """
    on = fact.effective_date
    day, lowest = ledger(work, before.id).lowest_from(on)
    more = min(lowest, 0) - min(before.lowest_from(on)[1], 0)
    if more >= 0:
        return None
    later = "" if day == on else f" (short from {day})"
    exception_id = open_exception(
        work,
        cause,
        account_id=before.account_id,
        on=on,
        amount_minor=more,
        evidence=fact.description[: 2000 - len(later)] + later,
        ledger_id=before.id,
        entry_id=fact.entry_id,
        exception_id=trust_exception.KIND.stream_id(fact.entry_id),
    )
    return str(exception_id)


def settle_exception(work: Work, after: TrustLedger, undoing: EntryReversed) -> str | None:
    """What becomes of the exception of a bank fact that was recorded by mistake; returns the id of the one it touched.

    It is cured where the ledger is not short any more. Where the firm had made it good already, its money lies in trust with
    nothing to make good (T5): that opens another one.
    """
    exception_id = trust_exception.KIND.stream_id(undoing.reverses_entry_id)
    state = work.find(trust_exception.KIND, exception_id)
    if state is None:
        return None
    if state.cured_on is None:
        if after.balance_minor < 0:
            return None
        cured = state.cure(on=undoing.effective_date, how=undoing.description, entry_id=undoing.entry_id)
        work.record(trust_exception.KIND, exception_id, cured)
        return str(exception_id)
    paid_in = after.entries.get(state.cured_by) if state.cured_by is not None else None
    if paid_in is None or paid_in.undone or not paid_in.paid_in:
        return None
    left = open_exception(
        work,
        ExceptionCause.FIRM_MONEY_LEFT,
        account_id=after.account_id,
        on=undoing.effective_date,
        amount_minor=paid_in.effect_minor,
        evidence=undoing.description,
        ledger_id=after.id,
        entry_id=state.cured_by,
    )
    return str(left)
