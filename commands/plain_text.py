"""What a person may write: signs that can be seen, so that a text is read as it is stored.

A sign that turns the direction of writing (U+202E), takes no room (U+200B) or works a terminal (U+001B) makes two names look
alike, or one look like another: Unicode TR 36, Unicode Security Considerations, and TR 39.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

MANY_LINES = frozenset({
    "authority", "description", "evidence", "explanation", "how", "how_to_pay", "message", "narrative", "note", "purpose",
    "reason", "reasoning", "why",
})  # fmt: skip
"""Fields of commands that may run over several lines; every other text is one line."""

_JOINERS = "\u200c\u200d"
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_SEEN_THOUGH_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""Numbers' and chapters' signs of Arabic, Syriac and Kaithi, which Unicode counts among the invisible ones."""
_VARIANT_15, _VARIANT_16 = "\ufe0e", "\ufe0f"
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_SURE = re.compile(r"[\x20-\x7e]*")


def check_plain(text: str, *, many_lines: bool = False) -> str:
    """The text itself. Raises ValueError for what cannot be seen in it, and for line breaks in one line.

    The joiners (U+200C, U+200D) stand inside words of Persian and of India's scripts, and in pictographs; nowhere else.
    """
    if _SURE.fullmatch(text):
        return text
    for index, sign in enumerate(text):
        if (many_lines and sign in "\r\n\t") or (sign in _JOINERS and _joins(text, index)):
            continue
        if sign in "\r\n":
            raise ValueError("this is one line; it has a line break in it")
        if _is_hidden(sign):
            name = unicodedata.name(sign, "a control character").lower()
            raise ValueError(f"an invisible character stands at place {index + 1} (U+{ord(sign):04X}, {name}); take it out")
    return text


def _is_hidden(sign: str) -> bool:
    if unicodedata.category(sign) in _HIDDEN:
        return _SEEN_THOUGH_FORMAT.fullmatch(sign) is None
    return sign in _FILLERS or (ord(sign) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF  # noqa: PLR2004 -- noncharacters


def _joins(text: str, index: int) -> bool:
    """Whether a joiner follows a letter of a script that is written with joiners, or a pictograph."""
    before = text[index - 1] if index else " "
    if unicodedata.category(before)[0] in "LM" and _takes_joiners(before):
        return True
    after = text[index + 1] if index + 1 < len(text) else " "
    pictograph = unicodedata.category(before) in {"So", "Sk"} or before in {_VARIANT_15, _VARIANT_16}
    return text[index] == "\u200d" and pictograph and unicodedata.category(after) in {"So", "Sm"}


def _takes_joiners(letter: str) -> bool:
    """Arabic, Syriac, N'Ko, Mandaic, Mongolian, and the scripts of India and its neighbours."""
    code = ord(letter)
    return any(
        low <= code <= high
        for low, high in (
            (0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF), (0xA800, 0xABFF),
            (0xFB50, 0xFDFF), (0xFE70, 0xFEFF), (0x10A00, 0x11FFF), (0x1E900, 0x1E95F),
        )
    )  # fmt: skip


_EMAIL = re.compile(
    r"(?P<local>[^\s@<>()\[\],;:\\\"]{1,64})@"
    r"(?P<domain>[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)+)"
)
_PHONE = re.compile(r"\+?[\d ()./\u2010-\u2013-]+(?:(?:,? ?(?:x|ext\.?|extension)|#) ?\d{1,8})?", re.IGNORECASE)
_FEWEST_DIGITS, _MOST_DIGITS = 3, 23


def check_email(text: str) -> str:
    """The text itself. Raises ValueError where post cannot go to it: one @, a name before it, a domain after it."""
    found = _EMAIL.fullmatch(text)
    local = found["local"] if found else ""
    if found is None or len(text) > 254 or local[0] == "." or local[-1] == "." or ".." in local:  # noqa: PLR2004 -- RFC 5321
        raise ValueError("this is no e-mail address; write it like nora@ashby.example")
    return text


def check_phone(text: str) -> str:
    """The text itself. Raises ValueError where it cannot be called: digits, and how people set them apart."""
    digits = sum(sign.isdigit() for sign in text)
    if _PHONE.fullmatch(text) is None or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise ValueError("this is no phone number; write it in digits, like +1 919 555 0142 or (919) 555-0142 ext. 7")
    return text


Email = Annotated[str, Field(min_length=1, max_length=254, examples=["nora@ashby.example"]), AfterValidator(check_email)]
Phone = Annotated[str, Field(min_length=1, max_length=60, examples=["+1 919 555 0142"]), AfterValidator(check_phone)]
