"""The bank's statements of one trust account, chained: each opens where the one before closed (F5).

The stream is the account's: a statement that does not follow is refused, one that was imported before changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.bank_statement_file import ParsedStatement, StatementFileRefused, line_keys
from aggregates.errors import AlreadyExists, NotFound, WrongState
from aggregates.event import AccountEvent, Event, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money

LINES_PER_EVENT = 100


class StatementLine(BaseModel):
    """A line as it is kept. `amount_minor` is signed: money in is positive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: UUID
    key: str
    line_number: int
    booked_on: date
    amount_minor: int
    kind: str
    cheque_number: str | None
    bank_reference: str | None
    payee: str
    memo: str


class StatementImported(AccountEvent):
    """A statement was taken in, from a raw file kept by its hash."""

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


class StatementLinesRecorded(AccountEvent):
    """Lines of a statement, up to a hundred an event."""

    TOPIC: ClassVar[str] = "bank-statement/lines-recorded"

    statement_id: UUID
    lines: tuple[StatementLine, ...]


class LineExplained(AccountEvent):
    """A person said what an unmatched line is: a fact that was recorded, or an exception that was opened."""

    TOPIC: ClassVar[str] = "bank-statement/line-explained"

    line_id: UUID
    how: Literal["fact_recorded", "exception_opened"]
    exception_id: UUID | None
    note: Words


@dataclass(frozen=True, slots=True)
class Statements:
    """State after its events: the last statement's end, and every line's key and amount."""

    last_id: UUID
    closing_minor: int
    to_date: date
    keys: frozenset[str] = frozenset()
    explained: frozenset[UUID] = frozenset()


def take_in(
    known: Statements | None,
    parsed: ParsedStatement,
    *,
    account_id: UUID,
    account_balance_minor: int,
    statement_id: UUID,
    line_ids: tuple[UUID, ...],
    sha256: str,
    filename: str,
    file_format: str,
) -> list[Event]:
    """The events of a new statement. Raises AlreadyExists for one taken in before, StatementFileRefused off the chain."""
    keys = line_keys(str(account_id), parsed.lines)
    if known is not None and parsed.to_date <= known.to_date and set(keys) <= known.keys:
        raise AlreadyExists(f"the statement to {parsed.to_date} was imported before; nothing was changed")
    expected = account_balance_minor if known is None else known.closing_minor
    if parsed.opening_minor != expected:
        raise StatementFileRefused(
            f"it opens at {money(parsed.opening_minor)}, but the one before closed at {money(expected)}: a statement is "
            "missing between, or was changed"
        )
    if known is not None and parsed.from_date <= known.to_date and any(key in known.keys for key in keys):
        raise StatementFileRefused(
            f"it overlaps the statement to {known.to_date} in part; export it from {known.to_date} on"
        )
    imported = StatementImported(
        trust_account_id=account_id,
        statement_id=statement_id,
        sha256=sha256,
        filename=filename,
        format=file_format,
        from_date=parsed.from_date,
        to_date=parsed.to_date,
        opening_minor=parsed.opening_minor,
        closing_minor=parsed.closing_minor,
        opening_derived=parsed.opening_derived,
        line_count=len(parsed.lines),
    )
    lines = [
        StatementLine(
            line_id=line_id,
            key=key,
            line_number=line.line_number,
            booked_on=line.booked_on,
            amount_minor=line.amount_minor,
            kind=line.kind,
            cheque_number=line.cheque_number,
            bank_reference=line.bank_reference,
            payee=line.payee,
            memo=line.memo,
        )
        for line_id, key, line in zip(line_ids, keys, parsed.lines, strict=True)
    ]
    chunks = [lines[at : at + LINES_PER_EVENT] for at in range(0, len(lines), LINES_PER_EVENT)]
    return [
        imported,
        *(
            StatementLinesRecorded(trust_account_id=account_id, statement_id=statement_id, lines=tuple(chunk))
            for chunk in chunks
        ),
    ]


def evolve(statements: Statements | None, event: Event) -> Statements:
    """The state one event later."""
    match event:
        case StatementImported():
            keys = statements.keys if statements else frozenset[str]()
            explained = statements.explained if statements else frozenset[UUID]()
            return Statements(event.statement_id, event.closing_minor, event.to_date, keys, explained)
        case StatementLinesRecorded():
            assert statements is not None, "lines before their statement"
            return replace(statements, keys=statements.keys | {line.key for line in event.lines})
        case LineExplained():
            assert statements is not None, "explained before it was there"
            return replace(statements, explained=statements.explained | {event.line_id})
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a bank statement")


def explain(
    statements: Statements | None, account_id: UUID, line_id: UUID, how: Literal["fact_recorded", "exception_opened"],
    *, exception_id: UUID | None, note: str,
) -> LineExplained:  # fmt: skip
    """Raises NotFound, WrongState when it was explained before."""
    if statements is None:
        raise NotFound("this account has no statement yet")
    if line_id in statements.explained:
        raise WrongState("this statement line was explained already", line_id=line_id)
    return LineExplained(trust_account_id=account_id, line_id=line_id, how=how, exception_id=exception_id, note=note)


KIND = Kind("bank-statement", evolve)
EVENTS: tuple[type[Event], ...] = (StatementImported, StatementLinesRecorded, LineExplained)
