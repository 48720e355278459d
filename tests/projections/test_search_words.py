"""What somebody types into the search box finds what somebody wrote."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.search_words import query_of, vector_of, words_of

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


def finds(database_url: str, asked: str, text: str) -> bool:
    """Whether PostgreSQL finds the text by what was asked."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT %s::tsvector @@ %s::tsquery", (vector_of(text), query_of(asked))).fetchone()
    return row is not None and row[0]


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("lienholder", "Paid to the Lienholder.", True),
        ("lien", "Paid to the Lienholder.", False),
        ("letter client", "Letter of the client", True),
        ('"letter client"', "Letter of the client", False),
        ('"of the client"', "Letter of the client", True),
        ('"of the', "Letter of the client", True),
        ("smith or jones", "Jones v. State", True),
        ("smith OR doe", "Jones v. State", False),
        ("jones -state", "Jones v. State", False),
        ("jones -smith", "Jones v. State", True),
        ("-smith", "", True),
        ("B-000123", "Matter B-000123, opened", True),
        ("000123", "Matter B-000123, opened", True),
        ("B-000124", "Matter B-000123, opened", False),
        ("2026-03-02", "heard on 2026-03-02", True),
        ("gil@example.com", "gil@example.com", True),
        ("example.com", "gil@example.com", True),
        ("köln strasse", "KÖLN, Lange Straße 4", True),
        ("ko\N{COMBINING DIAERESIS}ln", "Köln", True),
        ("", "anything", False),
        ("& | ! <-> ' \\ :*", "anything", False),
        ("don't", "Don't pay", True),
        ("w" * 3_000, "w" * 3_000, True),
        ("w" * 3_000, "w" * 2_999, False),
    ],
)
def test_searches_as_people_type_them(database_url: str, asked: str, text: str, found: bool) -> None:
    assert finds(database_url, asked, text) is found


def test_the_last_of_very_many_words_is_found(database_url: str) -> None:
    text = " ".join(["word", *(f"w{number}" for number in range(8_000)), *["word"] * 9_000, "last"])

    assert finds(database_url, "word w7999 last", text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_TEXTS, st.data())
def test_words_that_follow_each_other_are_found_in_quotes_and_kept_out_by_a_minus(
    database_url: str, text: str, data: st.DataObject
) -> None:
    words = words_of(text)
    first = data.draw(st.integers(0, len(words)))
    chosen = words[first : data.draw(st.integers(first, len(words)))]

    assert finds(database_url, f'"{" ".join(chosen)}"', text) is bool(chosen)
    assert finds(database_url, f'x or -"{" ".join(chosen)}"', text) is ("x" in words)
