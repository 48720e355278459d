"""The disbursements journal of a trust account (ABA Model Rules for Client Trust Account Records, rule 1(a))."""

from datetime import date

from projections.reports.journals import DISBURSEMENTS, journal
from projections.reports.reader import Reader
from projections.reports.report import Report


def report(
    reader: Reader,
    *,
    trust_account_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    start: date | None = None,
    ledger_id: str | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Report:
    """From `start` to `as_of`, oldest first. Raises BadRequest for a bad page or cursor."""
    return journal(
        reader,
        DISBURSEMENTS,
        as_of=as_of,
        known_at=known_at,
        trust_account_id=trust_account_id,
        start=start,
        ledger_id=ledger_id,
        limit=limit,
        cursor=cursor,
    )
