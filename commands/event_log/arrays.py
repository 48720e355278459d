"""Arrays packed as PostgreSQL's binary protocol has them, in one go.

psycopg looks at every value of every list; for the sixteen arrays of an append that took longer than deciding.
"""

import struct
from collections.abc import Iterable, Sequence
from uuid import UUID

_INTEGER, _UUID, _TEXT, _BYTES = 23, 2950, 25, 17
_NULL = b"\xff\xff\xff\xff"
_LENGTHS = [struct.pack("!i", length) for length in range(2_000)]


def integers(values: Sequence[int]) -> bytes:
    """An int[]."""
    return _packed(_INTEGER, [value.to_bytes(4, "big", signed=True) for value in values])


def uuids(values: Sequence[UUID | str | None]) -> bytes:
    """A uuid[], None as NULL; the library's types allow for text. Raises ValueError for text that is no id."""
    return _packed(
        _UUID, [value.bytes if isinstance(value, UUID) else None if value is None else UUID(value).bytes for value in values]
    )


def texts(values: Sequence[str]) -> bytes:
    """A text[]."""
    return _packed(_TEXT, [value.encode() for value in values])


def byte_strings(values: Sequence[bytes]) -> bytes:
    """A bytea[]."""
    return _packed(_BYTES, values)


def _packed(oid: int, items: Sequence[bytes | None]) -> bytes:
    if not items:
        return struct.pack("!iii", 0, 0, oid)
    head = struct.pack("!iiiii", 1, None in items, oid, len(items), 1)
    return b"".join((head, *_parts(items)))


def _parts(items: Iterable[bytes | None]) -> Iterable[bytes]:
    for item in items:
        if item is None:
            yield _NULL
        else:
            size = len(item)
            yield _LENGTHS[size] if size < len(_LENGTHS) else struct.pack("!i", size)
            yield item
