"""How alike two names are, for conflict searches: spelling, order, spaces, initials and letters of other alphabets aside.

A search that misses somebody costs the firm more than one hit too many, so each way of writing a name is tried and the best
counts. Arabic and Hebrew are written without vowels, and so found by an alias alone.
"""

import re
import unicodedata

from anyascii import anyascii
from rapidfuzz import fuzz

_APOSTROPHES = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bc\u00b4\u2032"))
_NOT_A_WORD = re.compile(r"[\W_]+")
_FORMS = frozenset({
    "ag", "and", "bv", "co", "company", "corp", "corporation", "dr", "esq", "gmbh", "inc", "incorporated", "jr", "limited",
    "lllp", "llc", "llp", "lp", "ltd", "mr", "mrs", "ms", "nv", "pc", "plc", "pllc", "pty", "sarl", "sr", "srl", "the",
})  # fmt: skip
"""Legal forms and titles: they do not tell who it is."""
_SMALL = frozenset({"a", "and", "for", "of", "the"})
_PART, _JOINED, _INITIALS, _ACRONYM = 0.95, 0.95, 85, 80
_FIRM_SPELLING = 4
"""A part of fewer letters is told from others by each of them: Li is not Lu."""


def normalised(name: str) -> str:
    """A name for comparing: Latin letters, no accents, case or punctuation, no legal form unless nothing else is left."""
    words = _NOT_A_WORD.sub(" ", _latin(name).translate(_APOSTROPHES)).split()
    return " ".join([word for word in _form_joined(words) if word not in _FORMS] or words)


def ways_to_write(name: str) -> list[str]:
    """A name as it stands, and with what follows its only comma put first: De La Cruz, Maria."""
    last, comma, first = name.partition(",")
    ways = [normalised(name)]
    if comma and "," not in first and first.strip():
        ways.append(normalised(f"{first} {last}"))
    return [way for way in ways if way]


def likeness(asked: str, name: str) -> float:
    """0 to 100, of two normalised names; a little less where one is but part of the other, "Smith" of "John Smith"."""
    if asked == name:
        return 100
    best = max(fuzz.token_sort_ratio(asked, name), _PART * fuzz.token_set_ratio(asked, name))
    if " " in asked or " " in name:
        best = max(best, _JOINED * fuzz.ratio(asked.replace(" ", ""), name.replace(" ", "")))
        if best < _INITIALS:
            best = max(best, _by_letters(asked.split(), name.split()), _by_part(asked, name))
    return best


def _latin(name: str) -> str:
    """Letters as Latin ones; each sign of a script without cases, such as Chinese, is a word."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    if plain.isascii():
        return plain.casefold()
    plain = unicodedata.normalize("NFC", plain)
    letters = (char if char.isascii() else _transliterated(char) for char in plain)
    return "".join(letters).casefold()


def _transliterated(char: str) -> str:
    latin = anyascii(char)
    return f" {latin}" if unicodedata.category(char) == "Lo" and latin[:1].isupper() else latin


def _form_joined(words: list[str]) -> list[str]:
    """Letters that stand alone at the end and spell a legal form are that form: L.L.C."""
    start = len(words)
    while start > 0 and len(words[start - 1]) == 1:
        start -= 1
    form = "".join(words[start:])
    return [*words[:start], form] if form in _FORMS else words


def _by_part(asked: str, name: str) -> float:
    """The shorter name beside every run of words of the longer, spaces and slips aside: O Malley in Katherine O'Malley."""
    part, whole = sorted((asked, name), key=lambda one: len(one.replace(" ", "")))
    part, words = part.replace(" ", ""), whole.split()
    slips = 0 if len(part) < _FIRM_SPELLING else 2
    runs = ("".join(words[at:end]) for at in range(len(words)) for end in range(at + 1, len(words) + 1))
    return _PART * max(
        (fuzz.ratio(part, run) for run in runs if part == run or abs(len(run) - len(part)) < slips), default=0
    )


def _by_letters(one: list[str], other: list[str]) -> float:
    """A name with initials for some words, or all of them in one word: J. R. Smith, IBM."""
    if any(len(word) == 1 for word in (*one, *other)) and (_initialled(one, other) or _initialled(other, one)):
        return _INITIALS
    return _ACRONYM if _spells(one, other) or _spells(other, one) else 0


def _initialled(short: list[str], full: list[str]) -> bool:
    """Whether each word of the short name is one of the full name, or its initial; one of them whole."""
    left = list(full)
    whole = [word for word in short if len(word) > 1]
    if not whole or len(short) > len(full):
        return False
    for word in (*whole, *(word for word in short if len(word) == 1)):
        found = next((known for known in left if known == word or (len(word) == 1 and known[0] == word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _spells(acronym: list[str], words: list[str]) -> bool:
    if len(acronym) != 1 or len(words) < len("abc"):
        return False
    return acronym[0] in {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in _SMALL)}
