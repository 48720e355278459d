"""Many entries of which nothing but the id is asked again, in 16 bytes each.

A ledger that moves money to and fro for years is kept in memory whole: as objects of their own in a map, its ids took some
thirty times as much, and the time to page that memory in.
"""

from typing import TypeAlias
from uuid import UUID

EntryIds: TypeAlias = tuple[bytes, ...]
"""Ids side by side, in parts; all parts but the last are full. `()` is none."""

_ID_BYTES = 16
_PART_BYTES = 128 * _ID_BYTES


def with_id(ids: EntryIds, entry_id: UUID) -> EntryIds:
    """One more; what there was stays as it is."""
    if ids and len(ids[-1]) < _PART_BYTES:
        return (*ids[:-1], ids[-1] + entry_id.bytes)
    return (*ids, entry_id.bytes)


def holds_id(ids: EntryIds, entry_id: UUID) -> bool:
    """Whether it is among them. Looks through all of them: for what a person asks about one entry."""
    sought = entry_id.bytes
    return any(_stands_in(part, sought) for part in ids)


def _stands_in(part: bytes, sought: bytes) -> bool:
    at = part.find(sought)
    while at >= 0 and at % _ID_BYTES:
        at = part.find(sought, at + 1)
    return at >= 0
