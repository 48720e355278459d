"""How a statement comes onto an account's chain, whosever account it is: what of it is new, and how its lines are kept.

Each statement opens where the one before closed (F5). One that was imported before changes nothing, and of one that overlaps
only what is new is taken in. Days between two that agree may be covered by none: that is told, and one that comes later for
a longer stretch of such days is put on record, though it has no new line.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.event import MOST_PERSONAL, Event, Personal
from aggregates.statement_overlap import KeptLine, meet

LINES_PER_EVENT = 100
BYTES_PER_EVENT = 48_000
"""Of lines; the rest of an event's 65,535 bytes is its envelope's."""
QUIET_DAYS = 6
"""So many days without a statement need no word: banks that send one by the day send none for weekends and holidays, and a
file that names no days of its own begins with its first line.
"""


class StatementLine(BaseModel):
    """A line as it is kept. `amount_minor` is signed: money in is positive.

    Payee and memo name people whom nobody has looked up yet, so their subject is the line itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: UUID
    key: str
    line_number: int
    booked_on: date
    amount_minor: int
    kind: str
    cheque_number: str | None
    bank_reference: str | None
    payee: Personal
    memo: Personal


class Uncovered(NamedTuple):
    """Days between two statements that no statement tells of; both days are among them."""

    from_date: date
    to_date: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.to_date - self.from_date).days + 1

    @property
    def is_long(self) -> bool:
        """Whether it needs a word: a statement may be missing."""
        return self.days > QUIET_DAYS

    @property
    def sentence(self) -> str:
        """As a bookkeeper is told."""
        return (
            f"no statement covers {self.from_date} to {self.to_date} ({self.days} day{'s' if self.days > 1 else ''}); "
            "the balances before and after agree"
        )

    def told(self) -> dict[str, str | int]:
        """As whoever took a statement in is answered."""
        return {"from_date": str(self.from_date), "to_date": str(self.to_date), "days": self.days, "note": self.sentence}


class OnChain(Protocol):
    """A statement that was taken in: its stretch of days, its closing balance in minor units, and the file it came from."""

    @property
    def statement_id(self) -> UUID:
        """Its own."""

    @property
    def sha256(self) -> str:
        """Of its file, in hex."""

    @property
    def from_date(self) -> date:
        """The first day it adds."""

    @property
    def to_date(self) -> date:
        """Its last day."""

    @property
    def closing_minor(self) -> int:
        """What the account stood at in its end."""


Imported = TypeVar("Imported", bound=OnChain)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a statement adds to the chain: its days and balances, how many lines were known, and the new ones in chunks."""

    statement_id: UUID
    from_date: date
    to_date: date
    opening_minor: int
    closing_minor: int
    opening_derived: bool
    line_count: int
    lines_known: int
    chunks: tuple[tuple[StatementLine, ...], ...]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking a statement in leads to; no events where all of it was on record (`standing` says as what)."""

    standing: UUID
    events: tuple[Event, ...]
    lines_new: int
    lines_known: int
    conflicts: tuple[str, ...] = ()
    uncovered: Uncovered | None = None
    """The days between it and the statement before it."""


def uncovered_between(stretches: Iterable[tuple[date, date]], after: date = date.min) -> tuple[Uncovered, ...]:
    """The days that none covers of the stretches of statements (first day, last day), before those that end past a day."""
    found, last = [], date.max
    for first_day, last_day in sorted(stretches, key=lambda one: (one[1], one[0])):
        if last < first_day - timedelta(days=1) and last_day > after:
            found.append(Uncovered(last + timedelta(days=1), first_day - timedelta(days=1)))
        last = last_day
    return tuple(found)


def in_order(imported: Iterable[Imported], one: Imported) -> tuple[Imported, ...]:
    """The chain with one more statement, by their last days."""
    return tuple(sorted((*imported, one), key=lambda each: each.to_date))


def taken_from(imported: Iterable[Imported], sha256: str) -> list[Imported]:
    """The statements that were taken in from this file."""
    return [one for one in imported if one.sha256 == sha256]


def take_in(
    imported: Sequence[Imported],
    kept: Sequence[KeptLine],
    parsed: ParsedStatement,
    *,
    account_id: UUID,
    begins_at_minor: int,
    earlier: list[Imported],
    new_id: Callable[[], UUID],
    write: Callable[[Stretch], tuple[Event, ...]],
) -> TakenIn:
    """Take in what is new of a statement. Raises StatementFileRefused off the chain, or where it contradicts it.

    `begins_at_minor`: what the account stood at before its first statement. `earlier`: the statements taken from this very
    file before it was sent now; the one that is found again is removed, because one file may hold two statements that end on
    the same day and balance. `write` makes the events of the stretch that is new.
    """
    if (again := _the_same(earlier, parsed)) is not None:
        earlier.remove(again)
        return TakenIn(again.statement_id, (), 0, len(parsed.lines))
    last = imported[-1] if imported else None
    begins_at = last.closing_minor if last is not None else begins_at_minor
    last_day = last.to_date if last is not None else date.min
    meeting = meet(account_id, kept, last_day=last_day, closing_minor=begins_at, parsed=parsed)
    if last is not None and not meeting.new and parsed.to_date <= last.to_date:
        late = [write(one) for one in _late(imported, parsed, new_id)]
        standing = _standing(imported, parsed)
        return TakenIn(standing, tuple(chain.from_iterable(late)), 0, meeting.known, meeting.conflicts)
    statement_id = new_id()
    stretch = Stretch(
        statement_id,
        from_date=parsed.from_date if last is None else _first_day(parsed, last.to_date),
        to_date=parsed.to_date,
        opening_minor=parsed.opening_minor if last is None else begins_at,
        closing_minor=parsed.closing_minor,
        opening_derived=parsed.opening_derived,
        line_count=len(meeting.new),
        lines_known=meeting.known,
        chunks=tuple(_in_chunks([_line(new_id(), key, line) for line, key in meeting.new])),
    )
    before = ((last.from_date, last.to_date),) if last is not None else ()
    gap = next(iter(uncovered_between((*before, (stretch.from_date, stretch.to_date)))), None)
    return TakenIn(statement_id, write(stretch), stretch.line_count, meeting.known, meeting.conflicts, gap)


def kept_of(imported: Sequence[Imported], statement_id: UUID, lines: Iterable[StatementLine]) -> list[KeptLine]:
    """What is remembered of the lines of a statement."""
    its = next(one for one in reversed(imported) if one.statement_id == statement_id)
    return [
        KeptLine(
            line.line_id,
            line.key,
            line.booked_on,
            line.amount_minor,
            line.bank_reference,
            counted_on=min(max(line.booked_on, its.from_date), its.to_date),
        )
        for line in lines
    ]


def _the_same(earlier: Sequence[Imported], parsed: ParsedStatement) -> Imported | None:
    """The statement that was taken in from this very file."""
    end = (parsed.to_date, parsed.closing_minor)
    return next((one for one in earlier if (one.to_date, one.closing_minor) == end), None)


def _late(imported: Sequence[OnChain], parsed: ParsedStatement, new_id: Callable[[], UUID]) -> Iterator[Stretch]:
    """What a statement without a new line tells of the longer stretches of days that none covered."""
    for gap in uncovered_between((one.from_date, one.to_date) for one in imported):
        first_day, last_day = max(gap.from_date, parsed.from_date), min(gap.to_date, parsed.to_date)
        if not gap.is_long or first_day > last_day:
            continue
        stood_at = next(one.closing_minor for one in reversed(imported) if one.to_date < first_day)
        yield Stretch(
            new_id(),
            from_date=first_day,
            to_date=last_day,
            opening_minor=stood_at,
            closing_minor=stood_at,
            opening_derived=parsed.opening_derived,
            line_count=0,
            lines_known=len(parsed.lines),
            chunks=(),
        )


def _standing(imported: Sequence[OnChain], parsed: ParsedStatement) -> UUID:
    """The statement that holds what this one says."""
    return next((one for one in imported if one.to_date >= parsed.to_date), imported[-1]).statement_id


def _first_day(parsed: ParsedStatement, last_day: date) -> date:
    """The first day of what it adds; its last day where it adds only to the day that was told last."""
    return min(max(parsed.from_date, last_day + timedelta(days=1)), parsed.to_date)


def _line(line_id: UUID, key: str, line: ParsedLine) -> StatementLine:
    """Raises StatementFileRefused for words that are too long to keep."""
    if max(len(line.payee), len(line.memo)) > MOST_PERSONAL:
        raise StatementFileRefused(f"its payee or its text is longer than {MOST_PERSONAL:,} characters", line.line_number)
    return StatementLine(
        line_id=line_id,
        key=key,
        line_number=line.line_number,
        booked_on=line.booked_on,
        amount_minor=line.amount_minor,
        kind=line.kind,
        cheque_number=line.cheque_number,
        bank_reference=line.bank_reference,
        payee=Personal(subject_id=line_id, text=line.payee),
        memo=Personal(subject_id=line_id, text=line.memo),
    )


def _in_chunks(lines: list[StatementLine]) -> list[tuple[StatementLine, ...]]:
    """As many as fit into one event each. Raises StatementFileRefused for a line that alone is too long to keep."""
    chunks: list[tuple[StatementLine, ...]] = []
    chunk: list[StatementLine] = []
    filled = 0
    for line in lines:
        size = len(line.model_dump_json().encode()) + 1
        if size > BYTES_PER_EVENT:
            raise StatementFileRefused("it says more than can be kept of one line", line.line_number)
        if chunk and (filled + size > BYTES_PER_EVENT or len(chunk) == LINES_PER_EVENT):
            chunks.append(tuple(chunk))
            chunk, filled = [], 0
        chunk.append(line)
        filled += size
    return [*chunks, tuple(chunk)] if chunk else chunks
