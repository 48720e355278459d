"""The codes that time, costs and bills may carry, and the kinds of timekeepers: what a program offers, with their source."""

from datetime import date
from typing import Literal

from aggregates.timekeeper_classifications import CLASSIFICATIONS, SOURCE
from aggregates.utbms import ACTIVITIES, EXPENSES, TASKS, Code
from aggregates.utbms_tables import SOURCES
from projections.reports.reader import Reader
from projections.reports.report import Report, columns

CodeSet = Literal[
    "litigation",
    "ediscovery",
    "counseling",
    "project",
    "bankruptcy",
    "patent",
    "trademark",
    "activity",
    "expense",
    "revised-expense",
    "timekeeper",
]
_SHAPE = columns("code title code_set kind phase")
_TIMEKEEPERS = {code: Code(code, title, "timekeeper", None) for code, title in CLASSIFICATIONS.items()}
_KINDS = (("task", TASKS), ("activity", ACTIVITIES), ("expense", EXPENSES), ("timekeeper", _TIMEKEEPERS))
_SOURCES = {**SOURCES, "timekeeper": SOURCE}


def report(
    reader: Reader,  # noqa: ARG001 -- as every report has one
    *,
    code_set: CodeSet | None = None,
    as_of: date | None = None,
    known_at: int | None = None,
) -> Report:
    """Every code with its set and the phase that it belongs to, or those of one set; the same for every firm and day."""
    rows = tuple(
        (one.code, one.title, one.code_set, kind, one.phase)
        for kind, codes in _KINDS
        for one in codes.values()
        if code_set in {None, one.code_set}
    )
    sources = tuple(f"{name}: {said}" for name, said in _SOURCES.items() if code_set in {None, name})
    return Report("UTBMS codes", _SHAPE, rows, as_of, known_at, counts={"codes": len(rows)}, notes=sources)
