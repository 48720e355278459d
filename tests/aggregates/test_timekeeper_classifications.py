"""The firm's own words for its timekeepers as the codes of LEDES: known words only, and none invented."""

import pytest

from aggregates.timekeeper_classifications import CLASSIFICATIONS, ledes_code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Partner", "PARTNR"),
        ("partner", "PARTNR"),
        ("Senior Associate", "ASSOC"),
        ("junior  associate", "ASSOC"),
        ("Associate Trainee", "TRANEE"),
        ("Of Counsel", "OFCOUN"),
        ("paralg", "PARALG"),
        ("Equity Partner", None),
        ("Senior", None),
        ("", None),
    ],
)
def test_known_words_have_their_code(words: str, code: str | None) -> None:
    assert ledes_code(words) == code


def test_every_code_fits_the_column_and_is_found_by_its_own_title() -> None:
    assert all(len(code) <= 10 and code.isupper() for code in CLASSIFICATIONS)
    assert {ledes_code(title) for title in CLASSIFICATIONS.values()} == set(CLASSIFICATIONS)
