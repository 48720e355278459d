"""UTBMS codes: the published titles, and a clear refusal of anything else."""

import pytest

from aggregates import utbms
from aggregates.errors import BadRequest


@pytest.mark.parametrize(
    ("code", "title", "code_set", "phase"),
    [
        ("L110", "Fact Investigation/Development", "litigation", "L100"),
        ("L530", "Oral Argument", "litigation", "L500"),
        ("L100", "Case Assessment, Development and Administration", "litigation", None),
        ("C300", "Analysis and Advice", "counseling", None),
        ("P220", "Tax", "project", "P200"),
        ("B195", "Non-Working Travel", "bankruptcy", "B100"),
        ("B420", "Restructurings", "bankruptcy", "B400"),
    ],
)
def test_tasks_have_title_set_and_phase(code: str, title: str, code_set: str, phase: str | None) -> None:
    assert utbms.task(code) == utbms.Code(code, title, code_set, phase)


def test_activities_and_expenses_have_no_phase() -> None:
    assert utbms.activity("A101") == utbms.Code("A101", "Plan and prepare for", "activity", None)
    assert utbms.expense("E124") == utbms.Code("E124", "Other", "expense", None)


def test_the_sets_are_whole() -> None:
    sizes = {name: sum(code.code_set == name for code in utbms.TASKS.values()) for name in ("litigation", "counseling")}
    assert sizes == {"litigation": 34, "counseling": 4}
    assert len(utbms.ACTIVITIES) == 11
    assert len(utbms.EXPENSES) == 24
    assert all(code.phase in {None, *utbms.TASKS} for code in utbms.TASKS.values())


@pytest.mark.parametrize("unknown", ["L600", "L999", "l110", "", "A101", "L110 "])
def test_an_unknown_task_is_refused_by_name(unknown: str) -> None:
    with pytest.raises(BadRequest, match="is not a UTBMS task code"):
        utbms.task(unknown)


def test_a_code_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRequest, match="'E101' is not a UTBMS activity code"):
        utbms.activity("E101")
    with pytest.raises(BadRequest, match="'A101' is not a UTBMS expense code"):
        utbms.expense("A101")


def test_every_set_says_where_it_comes_from() -> None:
    sets = {one.code_set for codes in (utbms.TASKS, utbms.ACTIVITIES, utbms.EXPENSES) for one in codes.values()}
    assert set(utbms.SOURCES) == sets
