"""Statements chain: each opens where the one before closed (F5), and one taken in before changes nothing."""

from datetime import date
from uuid import UUID

import pytest

from aggregates.bank_statement import (
    LINES_PER_EVENT,
    StatementImported,
    StatementLinesRecorded,
    Statements,
    evolve,
    explain,
    take_in,
)
from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.errors import AlreadyExists, NotFound, WrongState
from aggregates.event import Event

ACCOUNT, EXCEPTION = UUID(int=1), UUID(int=2)


def statement(month: int, opening_minor: int, *amounts: int) -> ParsedStatement:
    lines = tuple(
        ParsedLine(number, date(2026, month, 3), amount, "deposit" if amount > 0 else "withdrawal")
        for number, amount in enumerate(amounts, start=1)
    )
    return ParsedStatement(
        account_number="000123",
        currency="USD",
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(amounts),
        from_date=date(2026, month, 1),
        to_date=date(2026, month, 28),
        lines=lines,
    )


def take(known: Statements | None, parsed: ParsedStatement, first_opening_minor: int = 100_00) -> list[Event]:
    return take_in(
        known,
        parsed,
        account_id=ACCOUNT,
        account_balance_minor=first_opening_minor,
        statement_id=UUID(int=1000 + parsed.to_date.month),
        line_ids=tuple(UUID(int=10_000 * parsed.to_date.month + line.line_number) for line in parsed.lines),
        sha256="00" * 32,
        filename="bank.ofx",
        file_format="ofx",
    )


def fold(*statements: ParsedStatement) -> Statements:
    known: Statements | None = None
    for parsed in statements:
        for event in take(known, parsed):
            known = evolve(known, event)
    assert known is not None
    return known


SEPTEMBER = statement(9, 100_00, 50_00, 50_00, -30_00)


def test_the_first_statement_opens_at_the_accounts_balance() -> None:
    imported, lines = take(None, SEPTEMBER)

    assert isinstance(imported, StatementImported)
    assert isinstance(lines, StatementLinesRecorded)
    assert (imported.opening_minor, imported.closing_minor, imported.line_count) == (100_00, 170_00, 3)
    assert [line.amount_minor for line in lines.lines] == [50_00, 50_00, -30_00]
    assert len({line.key for line in lines.lines}) == 3
    with pytest.raises(StatementFileRefused):
        take(None, SEPTEMBER, first_opening_minor=100_01)


def test_f5_the_next_opens_where_the_one_before_closed_to_the_cent() -> None:
    known = fold(SEPTEMBER)

    assert take(known, statement(10, 170_00, 5_00))
    for opening_minor in (169_99, 170_01):
        with pytest.raises(StatementFileRefused, match=r"170\.00"):
            take(known, statement(10, opening_minor, 5_00))


def test_what_was_taken_in_before_changes_nothing() -> None:
    with pytest.raises(AlreadyExists):
        take(fold(SEPTEMBER, statement(10, 170_00, 5_00)), SEPTEMBER)


def test_a_changed_copy_of_an_old_statement_is_refused() -> None:
    with pytest.raises(StatementFileRefused):
        take(fold(SEPTEMBER), statement(9, 100_00, 50_00, 50_00, -30_01))


def test_a_month_without_lines_keeps_the_chain() -> None:
    empty = statement(10, 170_00)

    assert [event.TOPIC for event in take(fold(SEPTEMBER), empty)] == ["bank-statement/imported"]
    assert fold(SEPTEMBER, empty).to_date == empty.to_date


def test_lines_come_in_chunks_that_keep_their_order() -> None:
    amounts = tuple(range(1, LINES_PER_EVENT + 2))
    _, first, second = take(None, statement(9, 100_00, *amounts))

    assert isinstance(first, StatementLinesRecorded)
    assert isinstance(second, StatementLinesRecorded)
    assert (len(first.lines), len(second.lines)) == (LINES_PER_EVENT, 1)
    assert [line.amount_minor for line in (*first.lines, *second.lines)] == list(amounts)


def test_a_line_is_explained_once() -> None:
    known, line_id = fold(SEPTEMBER), UUID(int=90_001)
    told = explain(known, ACCOUNT, line_id, "exception_opened", exception_id=EXCEPTION, note="the bank is asked")

    assert told.exception_id == EXCEPTION
    with pytest.raises(WrongState):
        explain(evolve(known, told), ACCOUNT, line_id, "exception_opened", exception_id=EXCEPTION, note="again")
    with pytest.raises(NotFound):
        explain(None, ACCOUNT, line_id, "exception_opened", exception_id=EXCEPTION, note="no statement yet")
