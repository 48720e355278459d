"""Amounts and currencies as statement files write them, read into minor units without a float in between.

The number of decimals is ISO 4217's. A currency that is not in its list is refused: two decimals would be a guess.
"""

import re

from aggregates.bank_statement_file import StatementFileRefused

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNH CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG "
    "HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL"
)
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_DECIMALS = {code: digits for digits, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()}

_PLAIN = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")
_MOST_DIGITS = 15
"""More whole digits than any bank account holds, and still far within a 64-bit integer of minor units."""


def decimals(currency: str, line_number: int | None = None) -> int:
    """How many decimals a currency has. Raises StatementFileRefused for one that ISO 4217 does not list."""
    if currency not in _DECIMALS:
        raise StatementFileRefused(f"its currency {shown(currency)} is not one of ISO 4217", line_number)
    return _DECIMALS[currency]


def minor_units(number: str, currency: str, line_number: int | None = None) -> int:
    """A plain decimal ("-12.50", "+7", ".5") in minor units; zeros past the currency's decimals are allowed.

    Raises StatementFileRefused for any other writing, thousands separators too, and for a part of a minor unit.
    """
    digits = decimals(currency, line_number)
    match = _PLAIN.fullmatch(number.strip())
    if match is None or not (match[2] or match[3]):
        raise StatementFileRefused(f"{shown(number)} is not an amount", line_number)
    whole, part = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(whole) > _MOST_DIGITS:
        raise StatementFileRefused(f"the amount {shown(number)} is too large", line_number)
    if len(part) > digits:
        raise StatementFileRefused(f"the amount {shown(number)} is not whole in {currency} minor units", line_number)
    amount = int((whole + part.ljust(digits, "0")) or "0")
    return -amount if match[1] == "-" else amount


def written(amount_minor: int, currency: str) -> str:
    """Minor units as a plain decimal with the currency's own number of decimals: what `minor_units` reads back."""
    digits = decimals(currency)
    text = str(abs(amount_minor)).rjust(digits + 1, "0")
    sign = "-" if amount_minor < 0 else ""
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def shown(words: str) -> str:
    """A file's own words, quoted for a refusal: escaped, and cut where they are long."""
    return repr(words if len(words) <= 40 else f"{words[:40]}…")  # noqa: PLR2004 -- about half a line of a terminal
