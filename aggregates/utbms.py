"""The Uniform Task-Based Management System: codes for tasks, activities and expenses on time, costs and bills.

The tables and their sources are in `utbms_tables`. The activities added in 2013 (A112 and on) are not among them: what
could be had of them disagrees about their numbers.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from aggregates import utbms_tables as tables
from aggregates.errors import BadRequest


class Code(NamedTuple):
    """A code with its title, its set, and the phase it belongs to (None for a phase, an activity or an expense)."""

    code: str
    title: str
    code_set: str
    phase: str | None


_HUNDREDS, _TENS = 2, 1
"""Last digits that are zero in the code of a phase: two, but in the eDiscovery set one."""


def _read(code_set: str, text: str, *, digits: int = 0) -> dict[str, Code]:
    """Codes as they stand in a table, by their phases; `digits` is 0 where there are no phases."""
    found = {}
    for word in text.strip().replace("\n", "|").split("|"):
        code, _, title = word.partition(" ")
        phase = code[: len(code) - digits] + "0" * digits
        found[code] = Code(code, title, code_set, phase if phase != code else None)
    return found


TASKS: Mapping[str, Code] = MappingProxyType(
    _read("litigation", tables.LITIGATION, digits=_HUNDREDS)
    | _read("ediscovery", tables.EDISCOVERY, digits=_TENS)
    | _read("counseling", tables.COUNSELING, digits=_HUNDREDS)
    | _read("project", tables.PROJECT, digits=_HUNDREDS)
    | _read("bankruptcy", tables.BANKRUPTCY, digits=_HUNDREDS)
    | _read("patent", tables.PATENT, digits=_HUNDREDS)
    | _read("trademark", tables.TRADEMARK, digits=_HUNDREDS)
)
ACTIVITIES: Mapping[str, Code] = MappingProxyType(_read("activity", tables.ACTIVITIES))
EXPENSES: Mapping[str, Code] = MappingProxyType(
    _read("expense", tables.EXPENSES) | _read("revised-expense", tables.REVISED_EXPENSES)
)


def task(code: str) -> Code:
    """A task or phase. Raises BadRequest."""
    return _known(TASKS, code, "task")


def activity(code: str) -> Code:
    """Raises BadRequest."""
    return _known(ACTIVITIES, code, "activity")


def expense(code: str) -> Code:
    """Raises BadRequest."""
    return _known(EXPENSES, code, "expense")


def _known(codes: Mapping[str, Code], code: str, what: str) -> Code:
    if code not in codes:
        raise BadRequest(f"{code!r} is not a UTBMS {what} code, such as {next(iter(codes))}", code_given=code)
    return codes[code]
