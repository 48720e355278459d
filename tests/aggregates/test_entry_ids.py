"""Ids kept side by side: a list that grows, as a set would hold them."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.entry_ids import EntryIds, holds_id, with_id

_bytes_alike = st.binary(min_size=16, max_size=16) | st.lists(st.sampled_from(b"\x00\x01"), min_size=16, max_size=16).map(
    bytes
)
ids = _bytes_alike.map(lambda sixteen: UUID(bytes=sixteen))
"""Some of two different bytes only, so that one stands across the border of two others now and then."""


@given(st.lists(ids, max_size=400), st.lists(ids, max_size=10))
def test_they_hold_what_was_put_in_and_nothing_else(put_in: list[UUID], others: list[UUID]) -> None:
    kept: EntryIds = ()
    for one in put_in:
        kept = with_id(kept, one)

    assert all(holds_id(kept, one) for one in put_in)
    assert [holds_id(kept, one) for one in others] == [one in put_in for one in others]


def test_an_id_across_the_border_of_two_others_is_not_there() -> None:
    kept = with_id(with_id((), UUID(bytes=bytes(range(16)))), UUID(bytes=bytes(range(16, 32))))

    assert not holds_id(kept, UUID(bytes=bytes(range(8, 24))))


def test_what_there_was_stays_as_it_is_over_many_parts() -> None:
    versions: list[EntryIds] = [()]
    for number in range(1, 301):
        versions.append(with_id(versions[-1], UUID(int=number)))

    assert [sum(len(part) for part in version) // 16 for version in versions] == list(range(301))
    assert not holds_id(versions[200], UUID(int=201))
    assert holds_id(versions[201], UUID(int=201))
