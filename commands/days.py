"""Days that a command may name: a slip of the keyboard (0202, 9999) is refused before it stands in the books."""

from datetime import date, timedelta

from aggregates.errors import BadRequest
from commands.work import Command

EARLIEST = date(1900, 1, 1)
"""No client, matter or bank account in these books is older."""
AHEAD = timedelta(days=3660)
"""Nothing is dated further ahead than ten years; most days may not be ahead at all."""


def check_days(command: Command, today: date) -> None:
    """Every day of a command and of the commands in it. Raises BadRequest."""
    for name, value in command.__dict__.items():
        if type(value) is date:
            _check_day(name, value, today)
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Command):
                    check_days(one, today)


def _check_day(name: str, day: date, today: date) -> None:
    if day < EARLIEST:
        raise BadRequest(f"{name.replace('_', ' ')} is {day}; a day before {EARLIEST} is a slip of the keyboard", field=name)
    if day - today > AHEAD:
        raise BadRequest(
            f"{name.replace('_', ' ')} is {day}; today is {today}, and nothing is dated more than ten years ahead",
            field=name,
        )


_LONGEST_HOLD = timedelta(days=366)


def check_hold(until: date, since: date) -> None:
    """How long money may wait to count as collected. Raises BadRequest."""
    if until - since > _LONGEST_HOLD:
        raise BadRequest(f"a hold from {since} to {until} is longer than a year; set money aside for a purpose instead")
