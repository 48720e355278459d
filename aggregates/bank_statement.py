"""The bank's statements of one trust account, chained: each opens where the one before closed (F5).

The stream is the account's: a statement that does not follow is refused, one that was imported before changes nothing, and
of one that overlaps only what is new is taken in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.errors import NotFound, WrongState
from aggregates.event import MOST_PERSONAL, AccountEvent, Event, Personal, Words
from aggregates.statement_overlap import KeptLine, Meeting, meet
from aggregates.stream import Kind
from aggregates.trust_rules import money

LINES_PER_EVENT = 100
BYTES_PER_EVENT = 48_000
"""Of lines; the rest of an event's 65,535 bytes is its envelope's."""


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


class StatementImported(AccountEvent):
    """A statement was taken in, from a raw file kept by its hash.

    Days and opening balance are of the stretch that it adds: one that overlaps begins where the one before ends.
    `lines_known` counts the lines of its file that were on record already, `line_count` those that are new.
    """

    TOPIC: ClassVar[str] = "bank-statement/imported"

    statement_id: UUID
    sha256: str
    filename: str
    format: str
    from_date: date
    to_date: date
    opening_minor: int
    closing_minor: int
    opening_derived: bool
    line_count: int
    lines_known: int = 0


class StatementLinesRecorded(AccountEvent):
    """Lines of a statement, up to a hundred an event, or as many as fit into one."""

    TOPIC: ClassVar[str] = "bank-statement/lines-recorded"

    statement_id: UUID
    lines: tuple[StatementLine, ...]


class LineExplained(AccountEvent):
    """A person said what an unmatched line is: a fact that was recorded (its entry), or an exception that was opened."""

    TOPIC: ClassVar[str] = "bank-statement/line-explained"

    line_id: UUID
    how: Literal["fact_recorded", "exception_opened"]
    exception_id: UUID | None
    note: Words
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """State after its events: every statement, oldest first, and its lines as they came in."""

    imported: tuple[StatementImported, ...]
    chunks: tuple[tuple[KeptLine, ...], ...] = ()
    explained: frozenset[UUID] = frozenset()

    @property
    def last(self) -> StatementImported:
        """The statement at the end of the chain."""
        return self.imported[-1]

    def lines(self) -> list[KeptLine]:
        """Every line on the chain, oldest first."""
        return [line for chunk in self.chunks for line in chunk]

    def line(self, line_id: UUID) -> KeptLine:
        """Raises NotFound."""
        found = next((line for chunk in self.chunks for line in chunk if line.line_id == line_id), None)
        if found is None:
            raise NotFound("this account has no such statement line", line_id=line_id)
        return found

    def standing(self, parsed: ParsedStatement) -> StatementImported:
        """The statement that holds what this one says."""
        return next((one for one in self.imported if one.to_date >= parsed.to_date), self.last)

    def explain(
        self, line_id: UUID, note: str, *, exception_id: UUID | None = None, entry_id: UUID | None = None
    ) -> LineExplained:
        """By an exception, or by the entry of a recorded fact. Raises NotFound, WrongState when it was explained before."""
        assert (exception_id is None) != (entry_id is None), "a line is explained by one thing"
        self.line(line_id)
        if line_id in self.explained:
            raise WrongState("this statement line was explained already", line_id=line_id)
        return LineExplained(
            trust_account_id=self.last.trust_account_id,
            line_id=line_id,
            how="exception_opened" if entry_id is None else "fact_recorded",
            exception_id=exception_id,
            note=note,
            entry_id=entry_id,
        )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking a statement in leads to; no events where all of it was on record (`standing` says as what)."""

    standing: UUID
    events: tuple[Event, ...]
    lines_new: int
    lines_known: int
    conflicts: tuple[str, ...] = ()


def take_in(
    known: Statements | None,
    parsed: ParsedStatement,
    *,
    account_id: UUID,
    account_balance_minor: int,
    new_id: Callable[[], UUID],
    sha256: str,
    filename: str,
    file_format: str,
    earlier: list[StatementImported] | None = None,
) -> TakenIn:
    """Take in what is new of a statement. Raises StatementFileRefused off the chain, or where it contradicts it.

    `earlier`: the statements taken from this very file before it was sent now (`taken_from`); the one that is found again is
    removed, because one file may hold two statements that end on the same day and balance.
    """
    if earlier is None:
        earlier = taken_from(known, sha256)
    if known is not None and (again := _the_same(earlier, parsed)) is not None:
        earlier.remove(again)
        return TakenIn(again.statement_id, (), 0, len(parsed.lines))
    meeting = _meeting(known, parsed, account_id, account_balance_minor)
    if known is not None and not meeting.new and parsed.to_date <= known.last.to_date:
        return TakenIn(known.standing(parsed).statement_id, (), 0, meeting.known, meeting.conflicts)
    statement_id = new_id()
    imported = StatementImported(
        trust_account_id=account_id,
        statement_id=statement_id,
        sha256=sha256,
        filename=filename,
        format=file_format,
        from_date=parsed.from_date if known is None else first_day(parsed, known.last.to_date),
        to_date=parsed.to_date,
        opening_minor=parsed.opening_minor if known is None else known.last.closing_minor,
        closing_minor=parsed.closing_minor,
        opening_derived=parsed.opening_derived,
        line_count=len(meeting.new),
        lines_known=meeting.known,
    )
    lines = [kept_line(new_id(), key, line) for line, key in meeting.new]
    recorded = [
        StatementLinesRecorded(trust_account_id=account_id, statement_id=statement_id, lines=chunk)
        for chunk in in_chunks(lines)
    ]
    return TakenIn(statement_id, (imported, *recorded), len(lines), meeting.known, meeting.conflicts)


def taken_from(known: Statements | None, sha256: str) -> list[StatementImported]:
    """The statements that were taken in from this file."""
    return [one for one in known.imported if one.sha256 == sha256] if known else []


def _the_same(earlier: list[StatementImported], parsed: ParsedStatement) -> StatementImported | None:
    """The statement that was taken in from this very file."""
    end = (parsed.to_date, parsed.closing_minor)
    return next((one for one in earlier if (one.to_date, one.closing_minor) == end), None)


def _meeting(known: Statements | None, parsed: ParsedStatement, account_id: UUID, account_balance_minor: int) -> Meeting:
    if known is not None:
        last = known.last
        return meet(account_id, known.lines(), last_day=last.to_date, closing_minor=last.closing_minor, parsed=parsed)
    if parsed.opening_minor != account_balance_minor:
        raise StatementFileRefused(
            f"it opens at {money(parsed.opening_minor)}, but the account was opened at {money(account_balance_minor)}: a "
            "statement is missing before it"
        )
    return meet(account_id, (), last_day=date.min, closing_minor=account_balance_minor, parsed=parsed)


def first_day(parsed: ParsedStatement, last_day: date) -> date:
    """The first day of what it adds; its last day where it adds only to the day that was told last."""
    return min(max(parsed.from_date, last_day + timedelta(days=1)), parsed.to_date)


def kept_line(line_id: UUID, key: str, line: ParsedLine) -> StatementLine:
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


def in_chunks(lines: list[StatementLine]) -> list[tuple[StatementLine, ...]]:
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


def evolve(statements: Statements | None, event: Event) -> Statements:
    """The state one event later."""
    match event:
        case StatementImported():
            return (
                Statements((event,)) if statements is None else replace(statements, imported=(*statements.imported, event))
            )
        case StatementLinesRecorded():
            assert statements is not None, "lines before their statement"
            its = next(one for one in reversed(statements.imported) if one.statement_id == event.statement_id)
            kept = tuple(
                KeptLine(
                    line.line_id,
                    line.key,
                    line.booked_on,
                    line.amount_minor,
                    line.bank_reference,
                    counted_on=min(max(line.booked_on, its.from_date), its.to_date),
                )
                for line in event.lines
            )
            return replace(statements, chunks=(*statements.chunks, kept))
        case LineExplained():
            assert statements is not None, "explained before it was there"
            return replace(statements, explained=statements.explained | {event.line_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a bank statement")


KIND = Kind("bank-statement", evolve)
EVENTS: tuple[type[Event], ...] = (StatementImported, StatementLinesRecorded, LineExplained)
