"""Facts that are packed stand in their table as PostgreSQL reads them from text; what cannot be packed is left to it."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projections.binary_rows import UNPACKABLE, Packing
from projections.changes import Changes, base_type
from projections.projection import Insert, Projection, Table
from projections.search_words import vector_of

_KINDS = {
    "who": "uuid", "said": "text", "amount_minor": "bigint", "times": "integer", "on_day": "date",
    "at_instant": "timestamptz", "is_so": "boolean", "words": "tsvector", "all_of_it": "jsonb",
}  # fmt: skip
_FACTS = Table("facts", _KINDS)
_AS_FACTS = (Projection("facts", 1, (_FACTS,), lambda _: ()),)
_PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
_INSTANTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=_ZONES)  # noqa: DTZ001
_VALUES = (
    st.uuids().map(str) | st.sampled_from([f"{number:032x}" for number in range(3)]),
    _PLAIN | st.sampled_from(["", "\\N", "a\tb", "c\nd", "\\", "été", "😀"]),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.dates(min_value=date(1900, 1, 1)).map(date.isoformat),
    _INSTANTS.map(datetime.isoformat),
    st.booleans(),
    (_PLAIN | st.just("one two two")).map(vector_of),
    st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | _PLAIN, lambda inner: st.dictionaries(_PLAIN, inner)),
)
_ROWS = st.lists(st.tuples(*(st.none() | values for values in _VALUES)), min_size=1, max_size=8)
_NOTHING = (None,) * len(_KINDS)


def written(connection: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows as they stand in the table after they were written there; nothing stays."""
    changes = Changes(_AS_FACTS)
    changes.take(1, [Insert("facts", row) for row in rows])
    columns = ", ".join(f"{name} {kind}" for name, kind in _FACTS.all_columns.items())
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE TABLE facts ({columns})".encode())
        changes.write_facts(connection, "public")
        return connection.execute(f"SELECT {', '.join(_KINDS)}, all_of_it::text FROM facts ORDER BY n".encode()).fetchall()


def read_from_text(connection: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The same rows, each value cast from its text by PostgreSQL."""
    casts = ", ".join(f"%s::text::{kind}" for kind in list(_KINDS.values())[:-1])
    return [
        (
            connection.execute(
                f"SELECT {casts}, j, j::text FROM (SELECT %s::text::jsonb AS j) t".encode(), _texts(row)
            ).fetchone()
        )
        or ()
        for row in rows
    ]


def _texts(row: tuple[Any, ...]) -> list[Any]:
    return [*row[:-1], None if row[-1] is None else orjson.dumps(row[-1]).decode()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_ROWS)
@example([_NOTHING] * 1_201)
def test_rows_stand_as_postgresql_reads_them_from_text(database_url: str, rows: list[tuple[Any, ...]]) -> None:
    types = [base_type(kind) for kind in _FACTS.all_columns.values()]
    assert Packing().whole(types, [(1, n, *row) for n, row in enumerate(rows)]), "none of these is left to PostgreSQL"
    with psycopg.connect(database_url) as connection:
        connection.execute("SET timezone = 'UTC'")

        assert written(connection, rows) == read_from_text(connection, rows)


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("who", "{00000000-0000-0000-0000-00000000000a}", None),
        ("on_day", "2 March 2026", date(2026, 3, 2)),
        ("at_instant", "2026-03-02 10:00:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("amount_minor", "12", 12),
    ],
)
def test_what_cannot_be_packed_is_read_by_postgresql(database_url: str, column: str, value: Any, read: Any) -> None:
    at = list(_KINDS).index(column)
    with psycopg.connect(database_url) as connection:
        connection.execute("SET timezone = 'UTC'")

        [row] = written(connection, [(*_NOTHING[:at], value, *_NOTHING[at + 1 :])])

    assert row[at] == read if read is not None else row[at].int == 10


@pytest.mark.parametrize(
    ("column", "value"),
    [("who", "00"), ("amount_minor", 2**63), ("times", 2**31), ("times", 1.5), ("on_day", "2026-02-30"),
     ("is_so", "perhaps"), ("said", "\x00"), ("all_of_it", {"a": "\x00"})],
)  # fmt: skip
def test_what_no_column_takes_is_refused(database_url: str, column: str, value: Any) -> None:
    at = list(_KINDS).index(column)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.DataError):
        written(connection, [(*_NOTHING[:at], value, *_NOTHING[at + 1 :])])


def test_a_row_of_another_length_is_not_packed() -> None:
    with pytest.raises(UNPACKABLE):
        Packing().whole(["bigint", "text"], [(1, "a"), (2,)])
    with pytest.raises(UNPACKABLE):
        Packing().whole(["bigint", "text"], [(1, "a", "b")])
