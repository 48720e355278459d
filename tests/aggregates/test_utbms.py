"""UTBMS codes: the published titles, and a clear refusal of anything else."""

from collections import Counter

import pytest

from aggregates import utbms, utbms_tables
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
        ("L600", "Identification", "ediscovery", None),
        ("L601", "Discovery Planning", "ediscovery", "L600"),
        ("L610", "Preservation", "ediscovery", None),
        ("L653", "First Pass Document Review", "ediscovery", "L650"),
        ("PA100", "Assessment, Development, and Administration", "patent", None),
        ("PA499", "Other Patent Prosecution - Domestic", "patent", "PA400"),
        ("TR750", "Domain Names - gTLDs", "trademark", "TR700"),
    ],
)
def test_tasks_have_title_set_and_phase(code: str, title: str, code_set: str, phase: str | None) -> None:
    assert utbms.task(code) == utbms.Code(code, title, code_set, phase)


def test_activities_and_expenses_have_no_phase() -> None:
    assert utbms.activity("A101") == utbms.Code("A101", "Plan and prepare for", "activity", None)
    assert utbms.expense("E124") == utbms.Code("E124", "Other", "expense", None)
    assert utbms.expense("X117") == utbms.Code("X117", "Court and Governmental Agency Fees", "revised-expense", None)


def test_the_sets_are_whole() -> None:
    sizes = Counter(code.code_set for codes in (utbms.TASKS, utbms.ACTIVITIES, utbms.EXPENSES) for code in codes.values())
    assert sizes == {
        "litigation": 34,
        "counseling": 4,
        "project": 16,
        "bankruptcy": 25,
        "ediscovery": 28,
        "patent": 50,
        "trademark": 41,
        "activity": 11,
        "expense": 24,
        "revised-expense": 68,
    }
    assert all(code.phase in {None, *utbms.TASKS} for code in utbms.TASKS.values())
    phases = [code.code for code in utbms.TASKS.values() if code.code_set == "ediscovery" and code.phase is None]
    assert phases == ["L600", "L610", "L620", "L630", "L650", "L660", "L670", "L680", "L690"]


def test_codes_left_to_clients_are_none_of_the_sets() -> None:
    with pytest.raises(BadRequest, match="'X900' is not a UTBMS expense code"):
        utbms.expense("X900")


@pytest.mark.parametrize("unknown", ["L640", "L999", "l110", "", "A101", "L110 ", "PA", "L65"])
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
    assert set(utbms_tables.SOURCES) == sets
