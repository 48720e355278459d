"""A raw statement file as text with counted lines. What is not text, or not in a known encoding, is refused."""

import codecs
import re

from aggregates.bank_statement_file import StatementFileRefused

MOST_BYTES = 20_000_000
MOST_LINES = 200_000
MOST_TAGS = 2_000_000
MOST_WORDS = 10_000
"""Characters of one field: far more than any format's, and little enough for an event."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def marked_encoding(raw: bytes) -> tuple[str, int] | None:
    """The encoding that a byte-order mark names, and the mark's length in bytes."""
    return next(((name, len(mark)) for mark, name in _MARKS if raw.startswith(mark)), None)


def as_text(raw: bytes, encoding: str | None = None, *, framing: str = "") -> str:
    r"""The text with "\n" line ends. `framing` is control characters that this format allows.

    A byte-order mark wins over `encoding`. Without either: UTF-8 where the bytes prove it, else Windows-1252, whose
    letters change a payee's spelling at worst and never a figure.

    Raises StatementFileRefused on undecodable bytes and on control characters.
    """
    if mark := marked_encoding(raw):
        candidates, raw = [mark[0]], raw[mark[1] :]
    else:
        candidates = [encoding] if encoding else ["utf-8", "cp1252"]
    for candidate in candidates:
        try:
            text = raw.decode(candidate)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise StatementFileRefused(f"it is not text in {' or '.join(candidates)}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\x1a")
    for sign in framing:
        text = text.replace(sign, "")
    if found := _CONTROLS.search(text):
        raise StatementFileRefused("it holds control characters, so it is not a text file", line_at(text, found.start()))
    if text.count("\n") >= MOST_LINES:
        raise StatementFileRefused(f"it has more than {MOST_LINES:,} lines")
    return text


def line_at(text: str, offset: int) -> int:
    """The line, from 1, in which a character stands. Counts from the start: for refusals, not for every token."""
    return text.count("\n", 0, offset) + 1


def known_encoding(name: str) -> str | None:
    """Python's name of an encoding that bank files declare, None for an unknown one."""
    return _DECLARED.get(re.sub(r"[^A-Z0-9]", "", name.upper()))


_DECLARED = {
    "USASCII": "ascii",
    "ASCII": "ascii",
    "UTF8": "utf-8",
    "ISO88591": "iso-8859-1",
    "88591": "iso-8859-1",
    "LATIN1": "iso-8859-1",
    "ISO885915": "iso-8859-15",
    "1252": "cp1252",
    "CP1252": "cp1252",
    "WINDOWS1252": "cp1252",
}
