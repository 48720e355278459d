"""The typefaces that a form is set in, and which characters they have: a name is never printed as a box, or not at all.

Noto's fonts come as locked packages, so that every machine prints the same; the machine's own fonts are never asked.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

FACES = (
    "Libertinus Serif",
    *(
        f"Noto Sans{script}"
        for script in (
            "", " Arabic", " Hebrew", " CJK SC", " CJK JP", " CJK KR", " Armenian", " Bengali", " Devanagari", " Ethiopic",
            " Georgian", " Gujarati", " Gurmukhi", " Kannada", " Khmer", " Lao", " Malayalam", " Myanmar", " Oriya",
            " Sinhala", " Tamil", " Telugu", " Thai", " Symbols",
        )
    ),
    "Noto Emoji",
)  # fmt: skip
"""In the order in which they are asked for a letter: the face of the text, then those of the scripts that it lacks."""

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
_JOINERS = frozenset("\u200c\u200d")
"""They shape letters of Persian and of the scripts of India."""
_SPACES = frozenset("\t\n\r")
_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT = re.compile(f"{_RTL}(?:[^A-Za-z]*{_RTL})?")
"""A name written from right to left ends with a mark, or it would draw the number after it into its own order."""


@cache
def fonts() -> typst.Fonts:
    """The typesetter's own fonts, and Noto for the scripts they lack."""
    return typst.Fonts(include_system_fonts=False, font_paths=list(_folders()))


def printable(value: Any) -> Any:
    """A document whose words hold only what can be seen in print; anything else stands there by its code point.

    What orders or hides text (direction marks, controls) is shown by its code point too: a form is read by people.
    """
    match value:
        case str():
            return _RIGHT_TO_LEFT.sub("\\g<0>\u200e", "".join(map(_shown, unicodedata.normalize("NFC", value))))
        case dict():
            return {name: printable(one) for name, one in value.items()}
        case list() | tuple():
            return [printable(one) for one in value]
        case _:
            return value


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if character in _JOINERS or character in _SPACES or "\ufe00" <= character <= "\ufe0f":
        return character
    if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} or ord(character) not in _characters():
        return f"[U+{ord(character):04X}]"
    return character


@cache
def _characters() -> frozenset[int]:
    """The code points of all Noto fonts, read once in a process (a third of a second), when a form is first printed.

    The faces of a collection have one set of characters, drawn as each country draws them.
    """
    found: set[int] = set()
    for folder in _folders():
        for path in sorted(folder.glob("*.[to]t[fc]")):
            with TTFont(path, lazy=True, fontNumber=0) as font:
                found |= font.getBestCmap().keys()
    return frozenset(found)


def _folders() -> list[Path]:
    """Raises ModuleNotFoundError where the fonts are not installed: nothing is printed without them."""
    return [Path(str(files(name))) for name in _PACKAGES]
