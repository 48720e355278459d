"""Where a new statement meets what is on record: which of its lines are known, which are new, and whether the two agree.

A line is the same when account, content and occurrence are (the key). An overlap is believed only where both tell the same
story of the days they share, and the new statement opens where the chain says it must; all else is shown and refused.
Source of the rule: domain reference, section 5.
"""

from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, line_key, line_keys
from aggregates.trust_rules import money

_SHOWN = 10


class KeptLine(NamedTuple):
    """What is remembered of a line that stands on the chain. `amount_minor` is signed: money in is positive."""

    line_id: UUID
    key: str
    booked_on: date
    amount_minor: int
    bank_reference: str | None
    counted_on: date
    """Its booking day, but never outside the days of its own statement: whose closing balance holds it."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is new of a statement, each line with its key; how many lines were known; and what a person should look at."""

    new: tuple[tuple[ParsedLine, str], ...]
    known: int
    conflicts: tuple[str, ...] = ()


def meet(
    account_id: UUID, kept: Sequence[KeptLine], *, last_day: date, closing_minor: int, parsed: ParsedStatement
) -> Meeting:
    """Lay a statement beside the lines kept up to `last_day`, when the account stood at `closing_minor`.

    Raises StatementFileRefused for a gap (F5), or where the two disagree; `conflicts` among its figures says how.
    """
    keys = {line.key: line for line in kept}
    ours = line_keys(str(account_id), parsed.lines)
    reused = _reused_references(kept, parsed.lines, set(ours))
    if parsed.opening_minor == closing_minor and _follows(parsed, last_day, [keys[key] for key in ours if key in keys]):
        return Meeting(_all_new(account_id, parsed.lines, keys.keys()), 0, reused)
    if parsed.from_date > last_day:
        raise StatementFileRefused(_gap(parsed, closing_minor))
    chain = (last_day, closing_minor)
    try:
        return _overlapping(kept, chain, parsed, ours, reused)
    except StatementFileRefused as refused:
        found, shown = _renumbered(account_id, kept, parsed, ours)
        try:
            return _overlapping(kept, chain, parsed, found, reused + shown)
        except StatementFileRefused:
            raise refused from None


def _renumbered(
    account_id: UUID, kept: Sequence[KeptLine], parsed: ParsedStatement, ours: Sequence[str]
) -> tuple[list[str], tuple[str, ...]]:
    """The lines' keys where another reference is all that parts a line from one on record; and which lines those are.

    Banks number the same lines anew in every export (FITID). This is asked only where the keys alone contradict the record.
    """
    keys = {line.key: line for line in kept}
    told = line_keys(str(account_id), _with_references_on_record(kept, parsed, ours))
    found = [again if again in keys else key for again, key in zip(told, ours, strict=True)]
    if len(set(found)) < len(found):
        return list(ours), ()
    return found, tuple(
        f"{line.booked_on} {money(line.amount_minor)} (line {line.line_number}) has the reference {line.bank_reference} "
        f"here, and {keys[key].bank_reference} on record"
        for line, key, first in zip(parsed.lines, found, ours, strict=True)
        if key != first
    )


def _overlapping(
    kept: Sequence[KeptLine],
    chain: tuple[date, int],
    parsed: ParsedStatement,
    ours: Sequence[str],
    reused: tuple[str, ...],
) -> Meeting:
    """The meeting of a statement that tells days on record again, `ours` its lines' keys. Raises StatementFileRefused."""
    last_day, closing_minor = chain
    keys = {line.key for line in kept}
    new = tuple((line, key) for line, key in zip(parsed.lines, ours, strict=True) if key not in keys)
    met = set(ours) & keys
    conflicts = _disagreements(kept, met, new, last_day, parsed)
    if conflicts:
        raise StatementFileRefused(
            f"it tells days that are on record otherwise: {_told(conflicts)}", conflicts=conflicts + reused
        )
    later = sum(line.amount_minor for line in kept if line.key in met or _after(line, parsed))
    if parsed.opening_minor != closing_minor - later:
        raise StatementFileRefused(_gap(parsed, closing_minor - later), conflicts=reused)
    return Meeting(new, len(met), reused)


def _with_references_on_record(kept: Sequence[KeptLine], parsed: ParsedStatement, ours: Sequence[str]) -> list[ParsedLine]:
    """The lines, those not on record under the references that lines of the same day and amount have there."""
    told, known = set(ours), {other.key for other in kept}
    unmet: dict[tuple[date, int], deque[str | None]] = {}
    for other in kept:
        if other.key not in told:
            unmet.setdefault((other.booked_on, other.amount_minor), deque()).append(other.bank_reference)
    lines = []
    for line, key in zip(parsed.lines, ours, strict=True):
        there = unmet.get((line.booked_on, line.amount_minor))
        lines.append(replace(line, bank_reference=there.popleft()) if there and key not in known else line)
    return lines


def _follows(parsed: ParsedStatement, last_day: date, met: Sequence[KeptLine]) -> bool:
    """It begins after the last day, or on it where the bank cut the day in two and no line of it is known by its money."""
    if parsed.from_date > last_day:
        return True
    return parsed.from_date == last_day and (not met or sum(line.amount_minor for line in met) != 0)


def _all_new(account_id: UUID, lines: Sequence[ParsedLine], taken: Collection[str]) -> tuple[tuple[ParsedLine, str], ...]:
    """All of them, counted on from the equal lines there are: the chain shows that each is money of its own."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        content = line.fingerprint
        seen[content] += 1
        while (key := line_key(str(account_id), line, seen[content])) in taken:
            seen[content] += 1
        found.append((line, key))
    return tuple(found)


def _after(line: KeptLine, parsed: ParsedStatement) -> bool:
    """A kept line that the bank booked after this statement was made."""
    late_that_day = line.booked_on == parsed.to_date and parsed.from_date < parsed.to_date
    return line.booked_on > parsed.to_date or late_that_day


def _disagreements(
    kept: Sequence[KeptLine],
    met: set[str],
    new: Sequence[tuple[ParsedLine, str]],
    last_day: date,
    parsed: ParsedStatement,
) -> tuple[str, ...]:
    """Lines that only one of the two knows of, on days both tell. The first and the last day may have been cut in two."""
    reaches_on = parsed.to_date >= last_day
    missing = [
        line
        for line in kept
        if line.key not in met
        and (parsed.from_date < line.booked_on < parsed.to_date or (bool(new) and line.booked_on == parsed.to_date))
    ]
    extra = [line for line, _ in new if line.booked_on < last_day or not reaches_on]
    return (
        *(f"{line.booked_on} {money(line.amount_minor)} is on record and not in this file" for line in missing),
        *(
            f"{line.booked_on} {money(line.amount_minor)} (line {line.line_number}) is in this file and not on record"
            for line in extra
        ),
    )


def _reused_references(kept: Sequence[KeptLine], lines: Sequence[ParsedLine], ours: set[str]) -> tuple[str, ...]:
    """The bank's own reference on another day or amount: banks do that, so it is shown, and the line is not dropped."""
    known = {line.bank_reference: line for line in kept if line.bank_reference and line.key not in ours}
    return tuple(
        f"reference {line.bank_reference} stands for {money(line.amount_minor)} of {line.booked_on} here, and for "
        f"{money(other.amount_minor)} of {other.booked_on} on record"
        for line in lines
        if line.bank_reference
        and (other := known.get(line.bank_reference)) is not None
        and (other.booked_on, other.amount_minor) != (line.booked_on, line.amount_minor)
    )


def _gap(parsed: ParsedStatement, expected_minor: int) -> str:
    return (
        f"it opens at {money(parsed.opening_minor)}, but what came before closed at {money(expected_minor)}: a statement "
        "is missing between, or was changed"
    )


def _told(conflicts: Sequence[str]) -> str:
    more = f"; and {len(conflicts) - _SHOWN} more" if len(conflicts) > _SHOWN else ""
    return "; ".join(conflicts[:_SHOWN]) + more
