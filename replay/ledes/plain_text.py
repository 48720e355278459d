"""Text and figures as LEDES files spell them: ASCII, no pipes, no line breaks. No character is dropped in silence."""

import re
import unicodedata
from decimal import Decimal

from pydantic import TypeAdapter

from aggregates.errors import BadRequest
from aggregates.event import Currency

_SPELT = str.maketrans(
    {"|": "/", "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "•": "*"}
    | {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "€": "EUR", "£": "GBP", "¥": "JPY", "§": "Sec. ", "©": "(c)"}
    | {"®": "(R)", "«": '"', "»": '"', "\u2044": "/", "\u2026": "..."}
)
_BREAKS = re.compile("\r\n|[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]")
_CENTS = 100
_DIGITS = 40
_CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)


def plain(text: str, what: str) -> str:
    """The text in printable ASCII: breaks become spaces, pipes slashes, letters lose their accents.

    The mark that ends a line, [], is spelt [ ].

    Raises BadRequest where a character has no ASCII spelling here, naming it and `what` it stands in.
    """
    spelt = unicodedata.normalize("NFKD", _BREAKS.sub(" ", text).translate(_SPELT)).translate(_SPELT)
    kept: list[str] = []
    for character in spelt:
        if " " <= character <= "~":
            kept.append(character)
        elif not (unicodedata.combining(character) and kept and kept[-1].isalpha()):
            raise BadRequest(f"{what} holds U+{ord(character):04X}, which a LEDES file of plain ASCII cannot spell")
    return "".join(kept).replace("[]", "[ ]")


def money(minor: int) -> str:
    """Minor units as units and hundredths: -1250 is -12.50."""
    whole, cents = divmod(abs(minor), _CENTS)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def price(value: Decimal) -> str:
    """A price of one unit, of two decimals or of as many more as it has. Raises BadRequest as `number` does."""
    whole, _, part = number(value).partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def number(value: Decimal) -> str:
    """A Decimal without an exponent and without idle zeros. Raises BadRequest where it is no finite number."""
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS:
        raise BadRequest(f"{value} is not a number that can be billed")
    spelt = format(value, "f")
    spelt = spelt.rstrip("0").rstrip(".") if "." in spelt else spelt
    return "0" if spelt in {"-0", ""} else spelt


def of_hundredths(currency: str) -> bool:
    """Whether this is an ISO 4217 code of a currency whose minor unit is a hundredth."""
    try:
        _CURRENCY.validate_python(currency)
    except ValueError:
        return False
    return True
