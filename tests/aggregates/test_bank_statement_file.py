"""A line is known by what it says and by which of several equal lines it is."""

from dataclasses import replace
from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum, line_keys

LINE = ParsedLine(1, date(2026, 9, 3), 5000, "deposit", "319", "FIT1", "Smith & Sons", "Retainer")


def test_equal_lines_have_keys_of_their_own_that_come_again() -> None:
    keys = line_keys("account", [LINE, LINE, LINE])
    assert len(set(keys)) == 3
    assert line_keys("account", [LINE, replace(LINE, line_number=9, kind="other"), LINE]) == keys
    assert line_keys("account", [LINE, LINE]) == keys[:2]
    assert all(len(key) == 64 and int(key, 16) for key in keys)


def test_another_account_has_other_keys() -> None:
    assert line_keys("other", [LINE]) != line_keys("account", [LINE])


def test_case_and_spaces_do_not_matter() -> None:
    assert replace(LINE, payee="  SMITH &  SONS", memo="retainer\n").fingerprint == LINE.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        replace(LINE, booked_on=date(2026, 9, 4)),
        replace(LINE, amount_minor=-5000),
        replace(LINE, amount_minor=5001),
        replace(LINE, cheque_number=None),
        replace(LINE, bank_reference="FIT2"),
        replace(LINE, payee="Smith"),
        replace(LINE, payee="Smith & Sons Retainer", memo=""),
        replace(LINE, payee="Smith & Sons\x1fRetainer", memo=""),
    ],
)
def test_everything_the_line_says_matters(other: ParsedLine) -> None:
    assert other.fingerprint != LINE.fingerprint


def test_fitid_alone_is_no_identity() -> None:
    assert len(set(line_keys("account", [LINE, replace(LINE, amount_minor=1), replace(LINE, memo="")]))) == 3


def test_opening_and_lines_make_the_closing_balance() -> None:
    statement = ParsedStatement("1", "USD", 10000, 15000, LINE.booked_on, LINE.booked_on, (LINE,))
    check_sum(statement)
    with pytest.raises(StatementFileRefused, match=r"make 150\.00, but it closes at 150\.01"):
        check_sum(replace(statement, closing_minor=15001))


def test_a_refusal_tells_its_line() -> None:
    error = StatementFileRefused("no amount", 7)
    assert (str(error), error.reason, error.line_number, error.code) == (
        "line 7: no amount",
        "no amount",
        7,
        "statement.refused",
    )
