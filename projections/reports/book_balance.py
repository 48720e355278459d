"""The book balance of a trust bank account: the sum of its postings."""

from datetime import date

from projections.chart_of_accounts import Account
from projections.reports.reader import Reader, bounds


def book_balance(reader: Reader, trust_account_id: str, as_of: date | None, known_at: int | None) -> int:
    """In minor units, from every posting to the trust bank up to that day and position."""
    return book_before(reader, trust_account_id, as_of=as_of, known_at=known_at)


def book_before(
    reader: Reader,
    trust_account_id: str,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    day: date | None = None,
    position: int = 0,
) -> int:
    """The same; with `day`, before the posting of that day and position. Without `known_at` whole days come summed."""
    values = {"account": trust_account_id, "code": Account.TRUST_BANK.value, "day": day, "at": position}
    values |= bounds(as_of, known_at)
    facts = (
        "SELECT sum(amount_minor) FROM {s}.postings WHERE trust_account_id = %(account)s AND account = %(code)s "
        "AND effective_date <= %(as_of)s AND position <= %(known_at)s "
    )
    if known_at is not None:
        before = "" if day is None else "AND (effective_date, position) < (%(day)s, %(at)s)"
        return reader.number(facts + before, **values)
    whole = "SELECT sum(net_minor) FROM {s}.trust_bank_days WHERE trust_account_id = %(account)s AND day <= %(as_of)s "
    if day is None:
        return reader.number(whole, **values)
    return reader.number(whole + "AND day < %(day)s", **values) + reader.number(
        facts + "AND effective_date = %(day)s AND position < %(at)s", **values
    )
