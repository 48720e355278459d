"""Which open statement lines look like which open book entries. A suggestion posts nothing: a person accepts or rejects it.

Exact amount and cheque number; exact amount within a window of days; one line for several entries, or several lines for
one entry, that add up; and a cheque whose number agrees but whose amount does not, which smells of a bank error.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeVar

from aggregates.errors import BadRequest
from aggregates.trust_rules import money
from projections.reports.bank_leg import OutstandingItem, open_lines, outstanding_items
from projections.reports.reader import Reader, bounds
from projections.reports.report import Report, columns

_Row = TypeVar("_Row")
WINDOW_DAYS, LONGEST_WINDOW_DAYS = 10, 366
_EARLY_DAYS = 3
"""A bank may show an item a few days before the books date it."""
_MOST_MEMBERS = 6
_MOST_CANDIDATES = 24
_MOST_STEPS = 2_000
_MOST_STEPS_IN_ALL = 1_000_000
"""Sums are looked for within bounds: a few thousand steps for each, and a second or so for all of them."""
_MOST_TWINS = 20
"""Entries of the very same amount that are shown for one line."""
_SHAPE = columns(
    "best booked_on:date lines_minor:money entry_date:date entries_minor:money difference_minor:money why score:count "
    "bank_says books_say line_ids entry_ids"
)


@dataclass(frozen=True, slots=True)
class Line:
    """An open statement line; `amount_minor` is signed, money in is positive."""

    line_id: str
    booked_on: date
    amount_minor: int
    cheque_number: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines and entries that may be the same money. `difference_minor` is entries less lines, 0 but for a bank error.

    `best` marks a set of suggestions of which no two name the same line or entry.
    """

    lines: tuple[Line, ...]
    entries: tuple[OutstandingItem, ...]
    why: str
    score: int
    best: bool = False

    @property
    def key(self) -> tuple[frozenset[str], frozenset[str]]:
        """What it is about."""
        return frozenset(line.line_id for line in self.lines), frozenset(entry.entry_id for entry in self.entries)

    @property
    def difference_minor(self) -> int:
        """What a bank error would have to explain."""
        return sum(entry.amount_minor for entry in self.entries) - sum(line.amount_minor for line in self.lines)


def report(
    reader: Reader,
    *,
    trust_account_id: str,
    as_of: date | None = None,
    known_at: int | None = None,
    window_days: int = WINDOW_DAYS,
) -> Report:
    """Suggestions for the lines neither matched nor explained, the likeliest first. Raises BadRequest for a long window."""
    if not 0 <= window_days <= LONGEST_WINDOW_DAYS:
        raise BadRequest(f"a window is 0 to {LONGEST_WINDOW_DAYS} days long, not {window_days}")
    with reader.snapshot():
        found = suggestions(reader, trust_account_id, as_of or reader.today, known_at, window_days=window_days)
    rows = tuple(
        (
            "yes" if one.best else "",
            one.lines[0].booked_on,
            sum(line.amount_minor for line in one.lines),
            one.entries[0].effective_date,
            sum(entry.amount_minor for entry in one.entries),
            one.difference_minor,
            one.why,
            one.score,
            "; ".join(line.words for line in one.lines),
            "; ".join(_words(entry) for entry in one.entries),
            [line.line_id for line in one.lines],
            [[entry.ledger_id, entry.entry_id] for entry in one.entries],
        )
        for one in found
    )
    counts = {"suggestions": len(rows), "best": sum(one.best for one in found)}
    return Report("Suggested matches", _SHAPE, rows, as_of, known_at, counts=counts)


def suggestions(
    reader: Reader, trust_account_id: str, on: date, known_at: int | None = None, *, window_days: int = WINDOW_DAYS
) -> list[Suggestion]:
    """Suggestions for one account at the end of a day, without those that a person rejected."""
    lines = _open(reader, trust_account_id, on, known_at)
    entries = outstanding_items(reader, trust_account_id, on, known_at)
    rejected = _rejected(reader, trust_account_id, known_at)
    found = [one for one in suggest(lines, entries, window_days) if one.key not in rejected]
    return _with_best(found)


def suggest(lines: Sequence[Line], entries: Sequence[OutstandingItem], window_days: int) -> Iterator[Suggestion]:
    """Every suggestion, in no order."""
    by_amount: dict[int, list[OutstandingItem]] = defaultdict(list)
    by_cheque: dict[str, list[OutstandingItem]] = defaultdict(list)
    entries = sorted(entries, key=lambda entry: (entry.effective_date, entry.position))
    lines = sorted(lines, key=lambda line: (line.booked_on, line.line_id))
    for entry in entries:
        by_amount[entry.amount_minor].append(entry)
        if entry.cheque_number is not None:
            by_cheque[str(entry.cheque_number)].append(entry)
    alone_lines: list[Line] = []
    taken: set[str] = set()
    twins: dict[int, int] = defaultdict(int)
    for line in lines:
        same = by_amount.get(line.amount_minor, ())
        found = [*_by_number(line, by_cheque), *_by_amount(line, same, twins[line.amount_minor], window_days)]
        twins[line.amount_minor] += 1
        yield from found
        taken |= {entry.entry_id for one in found for entry in one.entries}
        if not found:
            alone_lines.append(line)
    alone_entries = [entry for entry in entries if entry.entry_id not in taken]
    sums = _Sums()
    yield from _one_of_many(alone_lines, alone_entries, window_days, sums)
    yield from _many_of_one(alone_lines, alone_entries, window_days, sums)


def _by_number(line: Line, by_cheque: dict[str, list[OutstandingItem]]) -> Iterator[Suggestion]:
    number = (line.cheque_number or "").lstrip("0")
    for entry in by_cheque.get(number, ()):
        difference = entry.amount_minor - line.amount_minor
        if difference == 0:
            yield Suggestion((line,), (entry,), f"cheque {number}, exact amount", 100)
        else:
            yield Suggestion(
                (line,), (entry,), f"cheque {number}, amount differs by {money(abs(difference))}: bank error?", 60
            )


def _by_amount(line: Line, same: Sequence[OutstandingItem], rank: int, window_days: int) -> Iterator[Suggestion]:
    """`rank` counts the earlier lines of this amount, so that of many equal ones each is shown to its own line."""
    low, high = _within(same, line.booked_on, window_days, _EARLY_DAYS, _entry_day)
    start = max(low, min(rank, high - _MOST_TWINS))
    for entry in same[start : min(high, start + _MOST_TWINS)]:
        numbered = line.cheque_number is not None and entry.cheque_number is not None
        apart = (line.booked_on - entry.effective_date).days
        if not numbered:
            yield Suggestion((line,), (entry,), f"exact amount, {abs(apart)} day(s) apart", 95 - abs(apart))


def _one_of_many(
    lines: Sequence[Line], entries: Sequence[OutstandingItem], window_days: int, sums: "_Sums"
) -> Iterator[Suggestion]:
    """One line, such as a deposit slip, for several entries; cheques stand alone."""
    loose = [entry for entry in entries if entry.cheque_number is None]
    by_sign = {sign: [entry for entry in loose if (entry.amount_minor > 0) == sign] for sign in (True, False)}
    for line in lines:
        near = _nearest(by_sign[line.amount_minor > 0], line.booked_on, window_days, _EARLY_DAYS, _entry_day)
        chosen = sums.adding_up(line.amount_minor, [entry.amount_minor for entry in near])
        if chosen:
            members = tuple(near[at] for at in chosen)
            yield Suggestion((line,), members, f"{len(members)} entries add up to it", 70)


def _many_of_one(
    lines: Sequence[Line], entries: Sequence[OutstandingItem], window_days: int, sums: "_Sums"
) -> Iterator[Suggestion]:
    """Several lines, such as parts of a transfer, for one entry."""
    by_sign = {sign: [line for line in lines if (line.amount_minor > 0) == sign] for sign in (True, False)}
    for entry in entries:
        near = _nearest(by_sign[entry.amount_minor > 0], entry.effective_date, _EARLY_DAYS, window_days, _line_day)
        chosen = sums.adding_up(entry.amount_minor, [line.amount_minor for line in near])
        if chosen:
            members = tuple(near[at] for at in chosen)
            yield Suggestion(members, (entry,), f"{len(members)} lines add up to it", 65)


def _nearest(rows: Sequence[_Row], on: date, before: int, after: int, day_of: Callable[[_Row], date]) -> list[_Row]:
    """The candidates nearest to a day, from some days before it to some after; rows are in the order of their days."""
    low, high = _within(rows, on, before, after, day_of)
    middle = bisect_left(rows, on, key=day_of)
    near = rows[max(low, middle - _MOST_CANDIDATES) : min(high, middle + _MOST_CANDIDATES)]
    return sorted(near, key=lambda row: abs((on - day_of(row)).days))[:_MOST_CANDIDATES]


class _Sums:
    """Looks for sums, with one allowance of steps for the whole account."""

    def __init__(self) -> None:
        self._left = _MOST_STEPS_IN_ALL

    def adding_up(self, total: int, amounts: Sequence[int]) -> tuple[int, ...]:
        """The first two to six amounts, in their order, that make the total; empty where none is found within bounds."""
        sizes = [abs(amount) for amount in amounts]
        allowed = min(_MOST_STEPS, self._left)
        steps = 0
        rests = list(accumulate(reversed(sizes), initial=0))[::-1]
        """What all amounts from each place on make together."""

        def search(at: int, rest: int, chosen: tuple[int, ...]) -> tuple[int, ...]:
            nonlocal steps
            if rest == 0:
                return chosen if len(chosen) > 1 else ()
            for index in range(at, len(sizes)):
                steps += 1
                if steps > allowed or len(chosen) == _MOST_MEMBERS or rests[index] < rest:
                    return ()
                if sizes[index] <= rest and (found := search(index + 1, rest - sizes[index], (*chosen, index))):
                    return found
            return ()

        found = search(0, abs(total), ())
        self._left -= steps
        return found


def _entry_day(entry: OutstandingItem) -> date:
    return entry.effective_date


def _line_day(line: Line) -> date:
    return line.booked_on


def _within(rows: Sequence[_Row], on: date, before: int, after: int, day_of: Callable[[_Row], date]) -> tuple[int, int]:
    """Where the rows from some days before a day to some after it begin and end; rows are in the order of their days."""
    first = on - timedelta(days=min(before, (on - date.min).days))
    last = on + timedelta(days=min(after, (date.max - on).days))
    return bisect_left(rows, first, key=day_of), bisect_right(rows, last, key=day_of)


def _with_best(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Sorted; the likeliest that share no line and no entry are marked."""
    ordered = sorted(
        found,
        key=lambda one: (
            -one.score,
            one.lines[0].booked_on,
            one.entries[0].effective_date,
            one.entries[0].position,
            one.lines[0].line_id,
        ),
    )
    lines: set[str] = set()
    entries: set[str] = set()
    marked = []
    for one in ordered:
        its_lines, its_entries = one.key
        best = not (its_lines & lines or its_entries & entries)
        if best:
            lines |= its_lines
            entries |= its_entries
        marked.append(Suggestion(one.lines, one.entries, one.why, one.score, best))
    return marked


def _open(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> list[Line]:
    ids = [
        line.line_id
        for line in open_lines(reader, trust_account_id, on, known_at)
        if line.explained is None and line.why == "not matched"
    ]
    rows = reader.rows(
        "SELECT line_id::text, booked_on, amount_minor, cheque_number, concat_ws(' ', payee, nullif(memo, '')) AS words "
        "FROM {s}.statement_lines WHERE line_id = ANY(%(ids)s::uuid[]) ORDER BY booked_on, position, n",
        ids=ids,
    )
    return [Line(**row) for row in rows]


def _rejected(reader: Reader, trust_account_id: str, known_at: int | None) -> set[tuple[frozenset[str], frozenset[str]]]:
    rows = reader.rows(
        "SELECT line_ids, entry_ids FROM {s}.matches_rejected WHERE trust_account_id = %(account)s "
        "AND position <= %(known_at)s",
        account=trust_account_id,
        **bounds(None, known_at),
    )
    return {(frozenset(row["line_ids"]), frozenset(row["entry_ids"])) for row in rows}


def _words(entry: OutstandingItem) -> str:
    number = f"cheque {entry.cheque_number}, " if entry.cheque_number is not None else ""
    return f"{number}{entry.counterparty or ''} {entry.description}".strip()
