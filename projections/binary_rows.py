"""Rows of facts as COPY's binary format has them, packed column by column.

As text, PostgreSQL reads an id digit by digit, and each line letter by letter: a tenth of the time of a rebuild. Here an id
that stands in many rows is packed once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from struct import Struct, error, pack
from typing import Any

import orjson

UNPACKABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError, error)
"""What packing raises where a value is not what its column wants, or a row has another length."""

Packer = Callable[[Iterable[Any]], Iterable[bytes]]

_START = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NOTHING = b"\xff\xff\xff\xff"
_length = Struct("!i").pack
_ID_BYTES = 16
_ID_LENGTH = _length(_ID_BYTES)
_columns = Struct("!h").pack
_bigint = Struct("!iq").pack
_integer = Struct("!ii").pack
_BOOLEANS = {False: b"\x00\x00\x00\x01\x00", True: b"\x00\x00\x00\x01\x01"}
_AT_A_TIME = 500
"""Rows that are packed together: what they consist of fits into the processor's cache."""
_FIRST_DAY = date(2000, 1, 1).toordinal()
_FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Packed(dict[Any, bytes]):
    """What was packed already, by its value."""

    def __init__(self, pack: Callable[[Any], bytes]) -> None:
        super().__init__({None: _NOTHING})
        self._pack = pack

    def __missing__(self, value: Any) -> bytes:
        made = self[value] = self._pack(value)
        return made


class Packing:
    """Packs rows of several tables; an id, day or word that stands in many of them is packed once."""

    def __init__(self) -> None:
        self._packers = {kind: make() for kind, make in _PACKERS.items()}

    def whole(self, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> bytes:
        """All that a COPY FROM STDIN (FORMAT binary) takes: rows of columns of these bare types, values as JSON has them.

        Raises one of UNPACKABLE; KeyError for a type that is not known here.
        """
        packers = [self._packers[kind] for kind in types]
        count = repeat(_columns(len(types)))
        parts = [_START]
        for first in range(0, len(rows), _AT_A_TIME):
            columns = zip(*rows[first : first + _AT_A_TIME], strict=True)
            fields = [packer(values) for packer, values in zip(packers, columns, strict=True)]
            parts.append(b"".join(chain.from_iterable(zip(count, *fields, strict=False))))  # the count has no end
        parts.append(_END)
        return b"".join(parts)


def _once(pack: Callable[[Any], bytes]) -> Callable[[], Packer]:
    """Packs what stands in many rows once."""

    def packer() -> Packer:
        find = _Packed(pack).__getitem__
        return lambda values: map(find, values)

    return packer


def _bigints(values: Iterable[int | None]) -> list[bytes]:
    return [_NOTHING if value is None else _bigint(8, value) for value in values]


def _objects(values: Iterable[Any]) -> list[bytes]:
    return [_NOTHING if value is None else _object(value) for value in values]


def _id(value: str) -> bytes:
    made = bytes.fromhex(value.replace("-", ""))
    if len(made) != _ID_BYTES:
        raise ValueError(f"{value!r} is no id")
    return _ID_LENGTH + made


def _text(value: str) -> bytes:
    made = value.encode()
    return _length(len(made)) + made


def _day(value: str) -> bytes:
    return _integer(4, date.fromisoformat(value).toordinal() - _FIRST_DAY)


def _instant(value: str) -> bytes:
    return _bigint(8, (datetime.fromisoformat(value) - _FIRST_INSTANT) // _MICROSECOND)


def _object(value: Any) -> bytes:
    made = orjson.dumps(value)
    return _length(len(made) + 1) + b"\x01" + made


def _words(value: str) -> bytes:
    """As `search_words.vector_of` writes them: quoted words that hold no quote, each with its places."""
    parts = []
    for one in value.split():
        word, _, places = one.rpartition(":")
        at = [int(place) for place in places.split(",")]
        parts.append(word[1:-1].encode() + pack(f"!xh{len(at)}H", len(at), *at))
    made = _length(len(parts)) + b"".join(parts)
    return _length(len(made)) + made


_PACKERS: Mapping[str, Callable[[], Packer]] = {
    "uuid": _once(_id),
    "text": _once(_text),
    "tsvector": _once(_words),
    "date": _once(_day),
    "timestamptz": _once(_instant),
    "boolean": _once(_BOOLEANS.__getitem__),
    "integer": _once(lambda value: _integer(4, value)),
    "bigint": lambda: _bigints,
    "jsonb": lambda: _objects,
}
