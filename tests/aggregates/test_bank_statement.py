"""Statements chain: each opens where the one before closed (F5), and one taken in before changes nothing."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from aggregates.bank_statement import (
    StatementImported,
    StatementLinesRecorded,
    Statements,
    evolve,
    take_in,
)
from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.errors import NotFound, WrongState
from aggregates.event import Event
from aggregates.statement_chain import LINES_PER_EVENT, TakenIn, Uncovered, uncovered_between

ACCOUNT, EXCEPTION, ENTRY = UUID(int=1), UUID(int=2), UUID(int=3)


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


def taken(
    known: Statements | None, parsed: ParsedStatement, first_opening_minor: int = 100_00, sha256: str = "00" * 32
) -> TakenIn:
    ids = itertools.count(10_000 * parsed.to_date.toordinal() + len(parsed.lines))
    return take_in(
        known,
        parsed,
        account_id=ACCOUNT,
        account_balance_minor=first_opening_minor,
        new_id=lambda: UUID(int=next(ids)),
        sha256=sha256,
        filename="bank.ofx",
        file_format="ofx",
    )


def take(known: Statements | None, parsed: ParsedStatement, first_opening_minor: int = 100_00) -> tuple[Event, ...]:
    return taken(known, parsed, first_opening_minor).events


def fold(*statements: ParsedStatement) -> Statements:
    known: Statements | None = None
    for parsed in statements:
        for event in take(known, parsed):
            known = evolve(known, event)
    assert known is not None
    return known


def days(
    opening_minor: int,
    first: int,
    last: int,
    *lines: tuple[int, int],
    bank_reference: str | None = None,
    memo: str = "",
) -> ParsedStatement:
    """A statement of some days of September; lines as (day, signed amount)."""
    return ParsedStatement(
        account_number="000123",
        currency="USD",
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(amount for _, amount in lines),
        from_date=date(2026, 9, first),
        to_date=date(2026, 9, last),
        lines=tuple(
            ParsedLine(number, date(2026, 9, on), amount, "other", bank_reference=bank_reference, memo=memo)
            for number, (on, amount) in enumerate(lines, start=1)
        ),
    )


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


def test_days_between_two_statements_that_agree_are_told() -> None:
    after = date(2026, 9, 28)
    known = fold(SEPTEMBER)

    follows = taken(known, replace(statement(10, 170_00, 5_00), from_date=date(2026, 9, 29)))
    assert follows.uncovered is None
    told = taken(known, statement(10, 170_00, 5_00)).uncovered
    assert told == (date(2026, 9, 29), date(2026, 9, 30))
    assert told is not None
    assert (told.days, told.is_long) == (2, False)
    assert taken(None, SEPTEMBER).uncovered is None
    for last, is_long in ((after + timedelta(days=6), False), (after + timedelta(days=7), True)):
        assert Uncovered(after + timedelta(days=1), last).is_long is is_long


def test_a_statement_of_a_month_that_was_left_out_is_put_on_record_when_it_comes() -> None:
    known = fold(SEPTEMBER, statement(11, 170_00, 5_00))
    assert uncovered_between((one.from_date, one.to_date) for one in known.imported) == (
        (date(2026, 9, 29), date(2026, 10, 31)),
    )  # fmt: skip

    (late,) = taken(known, statement(10, 170_00), sha256="22" * 32).events

    assert isinstance(late, StatementImported)
    assert (late.from_date, late.to_date, late.line_count) == (date(2026, 10, 1), date(2026, 10, 28), 0)
    assert (late.opening_minor, late.closing_minor) == (170_00, 170_00)
    whole = evolve(known, late)
    assert [one.to_date.month for one in whole.imported] == [9, 10, 11]
    assert whole.last.to_date.month == 11
    assert taken(whole, statement(10, 170_00), sha256="33" * 32).events == ()
    with pytest.raises(StatementFileRefused):
        taken(known, statement(10, 170_00, 1), sha256="44" * 32)


def test_days_are_not_covered_only_since_the_period_that_was_signed() -> None:
    august, september, november = ((date(2026, month, 1), date(2026, month, 28)) for month in (8, 9, 11))

    found = uncovered_between([november, august, september], after=date(2026, 9, 28))
    assert found == (Uncovered(date(2026, 9, 29), date(2026, 10, 31)),)
    assert uncovered_between([november, september], after=date(2026, 11, 28)) == ()


def test_what_was_taken_in_before_changes_nothing() -> None:
    known = fold(SEPTEMBER, statement(10, 170_00, 5_00))
    again = taken(known, SEPTEMBER, sha256="11" * 32)

    assert again.events == ()
    assert (again.lines_new, again.lines_known) == (0, 3)
    assert again.standing == known.imported[0].statement_id
    assert taken(known, SEPTEMBER).standing == known.imported[0].statement_id


def test_of_an_overlap_only_the_new_lines_are_taken_in_and_equal_lines_survive() -> None:
    known = fold(days(100_00, 1, 15, (3, 50_00), (3, 50_00), (15, -30_00)))
    overlap = days(100_00, 1, 20, (3, 50_00), (3, 50_00), (15, -30_00), (15, -30_00), (18, 5_00), (18, 5_00))
    found = taken(known, overlap)
    imported, lines = found.events

    assert (found.lines_new, found.lines_known) == (3, 3)
    assert isinstance(imported, StatementImported)
    assert isinstance(lines, StatementLinesRecorded)
    assert [line.amount_minor for line in lines.lines] == [-30_00, 5_00, 5_00]
    assert (imported.opening_minor, imported.closing_minor, imported.lines_known) == (170_00, 150_00, 3)
    assert (imported.from_date, imported.to_date) == (date(2026, 9, 16), date(2026, 9, 20))
    whole = fold(days(100_00, 1, 15, (3, 50_00), (3, 50_00), (15, -30_00)), overlap)
    assert len({line.key for line in whole.lines()}) == 6
    for part in (overlap, days(200_00, 4, 18, (15, -30_00), (15, -30_00), (18, 5_00), (18, 5_00))):
        assert taken(whole, part, sha256="22" * 32).events == ()


def test_a_day_cut_in_two_by_the_bank_keeps_equal_lines_of_both_halves() -> None:
    morning, evening = days(100_00, 1, 15, (15, 7_00)), days(107_00, 15, 16, (15, 7_00), (16, 1_00))
    known = fold(morning, evening)

    assert [line.amount_minor for line in known.lines()] == [7_00, 7_00, 1_00]
    assert len({line.key for line in known.lines()}) == 3
    assert taken(known, evening, sha256="11" * 32).events == ()
    assert taken(known, morning, sha256="11" * 32).events == ()


@pytest.mark.parametrize(
    ("parsed", "word"),
    [
        (days(100_00, 1, 20, (3, 50_00), (15, -30_00)), "on record and not in this file"),
        (days(100_00, 1, 20, (3, 50_00), (3, 50_01), (15, -30_00)), "in this file and not on record"),
        (days(100_00, 1, 20, (3, 50_00), (3, 50_00), (9, 1_00), (15, -30_00)), "in this file and not on record"),
        (days(100_01, 1, 20, (3, 50_00), (3, 50_00), (15, -30_00), (16, 1_00)), "opens at 100.01"),
    ],
)
def test_an_overlap_that_tells_the_days_otherwise_is_shown_and_refused(parsed: ParsedStatement, word: str) -> None:
    known = fold(days(100_00, 1, 15, (3, 50_00), (3, 50_00), (15, -30_00)))

    with pytest.raises(StatementFileRefused, match=word) as refused:
        taken(known, parsed)
    assert word.startswith("opens") or refused.value.figures["conflicts"]


def test_a_reference_that_stands_for_other_money_is_shown_and_its_line_is_kept() -> None:
    known = fold(days(100_00, 1, 15, (3, 50_00), bank_reference="R1"))
    found = taken(known, days(150_00, 16, 20, (17, 60_00), bank_reference="R1"))

    assert found.lines_new == 1
    assert found.conflicts == ("reference R1 stands for 60.00 of 2026-09-17 here, and for 50.00 of 2026-09-03 on record",)


def test_a_changed_copy_of_an_old_statement_is_refused() -> None:
    with pytest.raises(StatementFileRefused):
        take(fold(SEPTEMBER), statement(9, 100_00, 50_00, 50_00, -30_01))


def test_a_month_without_lines_keeps_the_chain() -> None:
    empty = statement(10, 170_00)

    assert [event.TOPIC for event in take(fold(SEPTEMBER), empty)] == ["bank-statement/imported"]
    assert fold(SEPTEMBER, empty).last.to_date == empty.to_date


def test_lines_come_in_chunks_that_keep_their_order() -> None:
    amounts = tuple(range(1, LINES_PER_EVENT + 2))
    _, first, second = take(None, statement(9, 100_00, *amounts))

    assert isinstance(first, StatementLinesRecorded)
    assert isinstance(second, StatementLinesRecorded)
    assert (len(first.lines), len(second.lines)) == (LINES_PER_EVENT, 1)
    assert [line.amount_minor for line in (*first.lines, *second.lines)] == list(amounts)


def test_an_event_of_lines_stays_far_below_its_limit_of_bytes() -> None:
    lines = tuple(ParsedLine(n, date(2026, 9, 3), 1, "other", memo="é" * 4000) for n in range(1, 21))
    many = ParsedStatement("000123", "USD", 100_00, 100_20, date(2026, 9, 1), date(2026, 9, 28), lines)
    _, *recorded = take(None, many)

    assert len(recorded) > 1
    assert max(len(event.model_dump_json().encode()) for event in recorded) < 50_000
    assert sum(len(event.lines) for event in recorded if isinstance(event, StatementLinesRecorded)) == 20


def test_a_line_is_explained_once_by_an_exception_or_a_recorded_fact() -> None:
    known = fold(SEPTEMBER)
    line_id = known.lines()[0].line_id
    told = known.explain(line_id, "the bank is asked", exception_id=EXCEPTION)

    assert (told.how, told.exception_id) == ("exception_opened", EXCEPTION)
    fact = known.explain(line_id, "the bank's charge", entry_id=ENTRY)
    assert (fact.how, fact.entry_id) == ("fact_recorded", ENTRY)
    with pytest.raises(WrongState):
        evolve(known, told).explain(line_id, "again", exception_id=EXCEPTION)
    with pytest.raises(NotFound):
        known.explain(UUID(int=1), "another account's", exception_id=EXCEPTION)


def test_lines_that_the_bank_numbered_anew_are_known_and_shown() -> None:
    early = ((3, 50_00), (3, 50_00), (15, -30_00))
    known = fold(days(100_00, 1, 15, *early, bank_reference="OLD"))
    again = taken(known, days(100_00, 1, 15, *early, bank_reference="NEW"), sha256="11" * 32)
    longer = taken(known, days(100_00, 1, 20, *early, (15, -30_00), (17, 1_00), bank_reference="NEW"), sha256="22" * 32)

    assert (again.events, again.lines_known) == ((), 3)
    assert again.conflicts == (
        "2026-09-03 50.00 (line 1) has the reference NEW here, and OLD on record",
        "2026-09-03 50.00 (line 2) has the reference NEW here, and OLD on record",
        "2026-09-15 -30.00 (line 3) has the reference NEW here, and OLD on record",
    )
    # A fourth line like the third is money of its own, under the number it has.
    assert (longer.lines_new, longer.lines_known, len(longer.conflicts)) == (2, 3, 3)
    lines = longer.events[1]
    assert isinstance(lines, StatementLinesRecorded)
    assert [(line.amount_minor, line.bank_reference) for line in lines.lines] == [(-30_00, "NEW"), (1_00, "NEW")]


def test_a_line_with_another_number_and_other_words_is_refused() -> None:
    known = fold(days(100_00, 1, 15, (3, 50_00), bank_reference="OLD", memo="Smith"))
    with pytest.raises(StatementFileRefused, match="in this file and not on record"):
        taken(known, days(100_00, 1, 15, (3, 50_00), bank_reference="NEW", memo="Smythe"), sha256="11" * 32)
