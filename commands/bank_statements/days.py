"""No statement runs into days to come."""

from collections.abc import Iterable
from datetime import date, timedelta

from aggregates.bank_statement_file import ParsedStatement, StatementFileRefused

_AHEAD = timedelta(days=1)
"""The bank's day may have begun where the firm's has not."""


def check_past(statements: Iterable[ParsedStatement], today: date) -> None:
    """A day to come is a day misread, and would bar every true statement until then. Raises StatementFileRefused."""
    for statement in statements:
        if statement.to_date > today + _AHEAD:
            raise StatementFileRefused(
                f"it runs to {statement.to_date}, which is yet to come: is the day read as the bank writes it?"
            )
