"""The bank's statements of one trust account, chained: each opens where the one before closed (F5).

The stream is the account's: a statement that does not follow is refused, one that was imported before changes nothing, and
of one that overlaps only what is new is taken in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from aggregates import statement_chain
from aggregates.bank_statement_file import ParsedStatement, StatementFileRefused
from aggregates.errors import NotFound, WrongState
from aggregates.event import AccountEvent, Event, Words
from aggregates.statement_chain import StatementLine, Stretch, TakenIn, in_order, kept_of
from aggregates.statement_overlap import KeptLine
from aggregates.stream import Kind
from aggregates.trust_rules import money


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
    explaining: frozenset[UUID] = frozenset()
    """The entries of recorded facts that explain a line."""

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

    `earlier`: the statements taken from this very file before it was sent now (`taken_from`).
    """
    if known is None and parsed.opening_minor != account_balance_minor:
        raise StatementFileRefused(
            f"it opens at {money(parsed.opening_minor)}, but the account was opened at {money(account_balance_minor)}: a "
            "statement is missing before it"
        )

    def write(new: Stretch) -> tuple[Event, ...]:
        imported = StatementImported(
            trust_account_id=account_id,
            statement_id=new.statement_id,
            sha256=sha256,
            filename=filename,
            format=file_format,
            from_date=new.from_date,
            to_date=new.to_date,
            opening_minor=new.opening_minor,
            closing_minor=new.closing_minor,
            opening_derived=new.opening_derived,
            line_count=new.line_count,
            lines_known=new.lines_known,
        )
        recorded = [
            StatementLinesRecorded(trust_account_id=account_id, statement_id=new.statement_id, lines=chunk)
            for chunk in new.chunks
        ]
        return (imported, *recorded)

    return statement_chain.take_in(
        known.imported if known is not None else (),
        known.lines() if known is not None else (),
        parsed,
        account_id=account_id,
        begins_at_minor=account_balance_minor,
        earlier=taken_from(known, sha256) if earlier is None else earlier,
        new_id=new_id,
        write=write,
    )


def taken_from(known: Statements | None, sha256: str) -> list[StatementImported]:
    """The statements that were taken in from this file."""
    return statement_chain.taken_from(known.imported, sha256) if known is not None else []


def evolve(statements: Statements | None, event: Event) -> Statements:
    """The state one event later."""
    match event:
        case StatementImported():
            if statements is None:
                return Statements((event,))
            return replace(statements, imported=in_order(statements.imported, event))
        case StatementLinesRecorded():
            assert statements is not None, "lines before their statement"
            kept = tuple(kept_of(statements.imported, event.statement_id, event.lines))
            return replace(statements, chunks=(*statements.chunks, kept))
        case LineExplained():
            assert statements is not None, "explained before it was there"
            explaining = statements.explaining | {event.entry_id} if event.entry_id is not None else statements.explaining
            return replace(statements, explained=statements.explained | {event.line_id}, explaining=explaining)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a bank statement")


KIND = Kind("bank-statement", evolve)
EVENTS: tuple[type[Event], ...] = (StatementImported, StatementLinesRecorded, LineExplained)
