"""Changes folded together: in one go or in several that are joined, the rows are the same."""

from hypothesis import given
from hypothesis import strategies as st

from projections.changes import Changes
from projections.projection import Add, Change, Projection, Table, Upsert

_CARDS = Table("cards", {"id": "text", "name": "text", "data": "jsonb"}, key=("id",), merged=frozenset({"data"}))
_SUMS = Table("sums", {"id": "text", "amount_minor": "bigint", "entries": "bigint"}, key=("id",))
_BOTH = (Projection("both", 1, (_CARDS, _SUMS), lambda _: ()),)
_KEYS = st.sampled_from([("a",), ("b",)])
_OBJECTS = st.none() | st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9))
_UPSERTS = st.builds(
    Upsert,
    st.just("cards"),
    _KEYS,
    st.fixed_dictionaries({}, optional={"name": st.text(max_size=2), "data": _OBJECTS}),
)
_ADDS = st.builds(
    Add,
    st.just("sums"),
    _KEYS,
    st.fixed_dictionaries({"amount_minor": st.integers(-9, 9)}, optional={"entries": st.integers(0, 1)}),
)


@given(st.lists(_UPSERTS | _ADDS, max_size=12), st.integers(0, 12))
def test_stretches_that_are_joined_are_as_one_stretch(changes: list[Change], cut: int) -> None:
    whole = Changes(_BOTH)
    whole.take(1, changes)
    joined, later = Changes(_BOTH), Changes(_BOTH)
    joined.take(1, changes[:cut])
    later.take(2, changes[cut:])

    joined.take(2, later.keyed_changes())

    assert list(joined.keyed_changes()) == list(whole.keyed_changes())
    assert joined.keyed == len({change[:2] for change in changes}), "a row for each table and key"
