"""Arrays packed as PostgreSQL's binary protocol has them, in one go.

psycopg looks at every value of every list; for the twenty arrays of an append that took longer than deciding.
"""

import struct
from collections.abc import Iterable, Sequence

_INTEGER, _UUID, _TEXT, _BYTES = 23, 2950, 25, 17
_EMPTY_INTEGERS = struct.pack("!iii", 0, 0, _INTEGER)
_LENGTHS = [struct.pack("!i", length) for length in range(2_000)]


def integers(values: Sequence[int]) -> bytes:
    """An int[]."""
    count = len(values)
    if not count:
        return _EMPTY_INTEGERS
    flat = [4] * (2 * count)
    flat[1::2] = values
    return struct.pack(f"!iiiii{2 * count}i", 1, 0, _INTEGER, count, 1, *flat)


def uuids(values: Iterable[int]) -> bytes:
    """A uuid[] of ids as numbers."""
    return _packed(_UUID, [value.to_bytes(16, "big") for value in values])


def texts(values: Sequence[str]) -> bytes:
    """A text[]."""
    return _packed(_TEXT, [value.encode() for value in values])


def byte_strings(values: Sequence[bytes]) -> bytes:
    """A bytea[]."""
    return _packed(_BYTES, values)


def _packed(oid: int, items: Sequence[bytes]) -> bytes:
    if not items:
        return struct.pack("!iii", 0, 0, oid)
    return b"".join((struct.pack("!iiiii", 1, 0, oid, len(items), 1), *_parts(items)))


def _parts(items: Iterable[bytes]) -> Iterable[bytes]:
    for item in items:
        size = len(item)
        yield _LENGTHS[size] if size < len(_LENGTHS) else struct.pack("!i", size)
        yield item
