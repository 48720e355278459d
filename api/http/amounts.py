"""Money as the API writes it: decimal text such as "2500.00", where the books count minor units.

A field `amount_minor` of a command or an answer is `amount` here. JSON numbers are refused: a float is no amount of money.
"""

import re

SUFFIX = "_minor"
SIGNED = r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"
UNSIGNED = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"
_AMOUNT = re.compile(SIGNED)
_TOO_LONG = re.compile(r"-?[1-9][0-9]{13,}(\.[0-9]{1,2})?")
_MOST_WHOLE = 10**13 - 1


class NotAnAmount(ValueError):  # noqa: N818 -- said as a person would
    """What was given is not decimal text with at most two decimals."""


def minor_units(value: object) -> int:
    """Decimal text as minor units: "12.5" → 1250. Raises NotAnAmount."""
    if isinstance(value, str) and _TOO_LONG.fullmatch(value) is not None:
        raise NotAnAmount(f"the amount is too large: at most {_MOST_WHOLE:,}.99 is taken")
    if not isinstance(value, str) or _AMOUNT.fullmatch(value) is None:
        raise NotAnAmount('an amount is text with at most two decimals, such as "2500.00"')
    whole, _, part = value.removeprefix("-").partition(".")
    units = int(whole) * 100 + int(part.ljust(2, "0"))
    return -units if value.startswith("-") else units


def face_name(name: str) -> str:
    """A field's name over HTTP."""
    return name.removesuffix(SUFFIX)
