"""Amounts as CSV exports write them: a currency sign, thousands, a sign before or behind, parentheses, CR and DR."""

import re
from dataclasses import dataclass

from aggregates.bank_statement_file import StatementFileRefused
from commands.bank_statements.amounts import decimals, minor_units, shown

_SIGNS = {"+": False, "-": True, "CR": False, "DR": True}
"""What tells an amount's direction, and whether it is a minus."""
_LOOK_ALIKES = str.maketrans("\u00a0\u202f\u2009\u2019\u2212", "   '-")
"""Narrow and unbreakable spaces, the typographic apostrophe and the true minus, as the signs on a keyboard."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The signs that an account's amounts are written with."""

    currency: str
    decimal_sign: str
    thousands_sign: str
    currency_sign: str


def number(cell: str, line: int, figures: Figures) -> int:
    """An amount: "1,234.56", "(12.00)", "-12.00", "12.00-", "12.00 DR", as the profile's signs have it, in minor units.

    Raises StatementFileRefused for any other writing.
    """
    text, negative = _without_signs(cell, figures)
    thousands, point = re.escape(figures.thousands_sign), re.escape(figures.decimal_sign)
    grouped = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|" if thousands else ""
    match = re.fullmatch(rf"((?:{grouped}[0-9]+)?)(?:{point}([0-9]*))?", text, re.ASCII)
    if match is None or not (match[1] or match[2]):
        raise StatementFileRefused(f"{shown(cell)} is not an amount as the profile says", line)
    if len(match[2] or "") > decimals(figures.currency):
        raise StatementFileRefused(f"{shown(cell)} has more decimals than {figures.currency}", line)
    whole = match[1].replace(figures.thousands_sign, "") if thousands else match[1]
    amount_minor = minor_units(f"{whole}.{match[2] or ''}" if match[2] else whole, figures.currency, line)
    return -amount_minor if negative else amount_minor


def _without_signs(cell: str, figures: Figures) -> tuple[str, bool]:
    """An amount without its currency sign and its one sign, in whatever order they stand; and whether that is a minus."""
    text, currency, minus = cell.translate(_LOOK_ALIKES).strip(), figures.currency_sign, None
    while True:
        if currency and currency in {text[: len(currency)], text[-len(currency) :]}:
            text = text.removeprefix(currency) if text.startswith(currency) else text.removesuffix(currency)
            currency = ""
        elif minus is None and text.startswith("(") and text.endswith(")"):
            text, minus = text[1:-1], True
        elif minus is None and text[:1] in _SIGNS and text[1:]:
            text, minus = text[1:], _SIGNS[text[0]]
        elif minus is None and text[-1:] in _SIGNS and text[:-1]:
            text, minus = text[:-1], _SIGNS[text[-1]]
        elif minus is None and text[-2:].upper() in _SIGNS:
            text, minus = text[:-2], _SIGNS[text[-2:].upper()]
        else:
            return text, bool(minus)
        text = text.strip()
