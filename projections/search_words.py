"""Words to search by: how a text is taken apart, and how a search is read that somebody typed.

Both sides are taken apart in the same way, once for each text, and PostgreSQL keeps and compares the words. Its own parser
read each text anew, was three quarters of the time that the index of a rebuild took, and made of "B-000123" or of a day,
"2026-03-02", words with signs that nobody would type.
"""

import re
from functools import lru_cache
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]{1,500}")  # a tsvector holds words of up to 2,046 bytes; a longer one is as several
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_LAST_PLACE, _MOST_PLACES = 16_383, 255
"""What PostgreSQL's tsvector holds."""
_SHORT = 400
"""Characters; most events of a practice say nothing, and many the same short thing."""


def words_of(text: str) -> list[str]:
    """The words in their order: letters and digits, whatever their case, width and ligatures."""
    return _WORD.findall(normalize("NFKC", text).casefold())


def vector_of(text: str) -> str:
    """A text as PostgreSQL's tsvector is written: each word with its places."""
    return _short_vector(text) if len(text) <= _SHORT else _vector(text)


def query_of(asked: str) -> str:
    """What somebody typed, as PostgreSQL's tsquery is written; empty where there is no word in it.

    All words must be there; "words in quotes" one after the other; `or` between two leaves the choice; -word must not be.
    """
    choices: list[list[str]] = [[]]
    for minus, quoted, bare in _TERM.findall(asked):
        if not minus and bare.casefold() == "or":
            choices.append([])
            continue
        words = [f"'{word}'" for word in words_of(quoted or bare)]
        if words:
            choices[-1].append(f"{'!' if minus else ''}({' <-> '.join(words)})")
    return " | ".join(f"({' & '.join(terms)})" for terms in choices if terms)


def _vector(text: str) -> str:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words_of(text), start=1):
        known = places.setdefault(word, [])
        place = min(at, _LAST_PLACE)
        if len(known) < _MOST_PLACES and known[-1:] != [place]:
            known.append(place)
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())


_short_vector = lru_cache(maxsize=4_096)(_vector)
