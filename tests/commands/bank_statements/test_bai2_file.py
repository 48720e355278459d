"""BAI2: continuations, funds types, and every control total."""

from dataclasses import replace
from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedStatement
from commands.bank_statements.bai2_file import read_bai2
from tests.commands.bank_statements.samples import BAI2, refusal


def read_one(text: str) -> ParsedStatement:
    (statement,) = read_bai2(text.encode())
    return statement


def test_continuations_and_funds_types() -> None:
    statement = read_one(BAI2)
    assert (statement.account_number, statement.bank_id, statement.currency) == ("1001", "122099999", "USD")
    assert (statement.opening_minor, statement.closing_minor) == (10000, 13750)
    assert statement.from_date == statement.to_date == date(2026, 9, 30)
    deposit, cheque = statement.lines
    assert (deposit.line_number, deposit.amount_minor, deposit.bank_reference) == (5, 5000, "REF1")
    assert deposit.memo == "ACH CREDIT, CLIENT A/B SECOND LINE OF THE TEXT"
    assert (cheque.amount_minor, cheque.kind, cheque.cheque_number) == (-1250, "cheque", "319")
    assert cheque.value_on == date(2026, 10, 1)


def test_blanks_at_line_ends_and_windows_line_ends() -> None:
    assert read_one(BAI2.replace("/\n", "/   \r\n")) == read_one(BAI2)


def test_a_summary_may_go_on_inside_of_an_item_and_distribute_funds() -> None:
    whole = BAI2.replace("88,100,5000,1,,400,1250,1,/", "88,100/\n88,5000,1,D,2,0,3000,1,2000,400,1250,1,/")
    whole = whole.replace("49,36250,6", "49,36250,7").replace("98,36250,1,8", "98,36250,1,9")
    lines = read_one(whole.replace("99,36250,1,10/", "99,36250,1,11/")).lines
    assert lines == tuple(replace(line, line_number=line.line_number + 1) for line in read_one(BAI2).lines)


def test_yen_and_dinars_have_their_own_decimals_implied() -> None:
    assert read_one(BAI2.replace("USD", "JPY")).closing_minor == 13750
    assert read_one(BAI2.replace("USD", "")).currency == "USD"
    assert read_one(BAI2.replace("03,1001,,", "03,1001,BHD,")).currency == "BHD"


@pytest.mark.parametrize(
    ("found", "instead", "line", "words"),
    [
        ("49,36250,6/", "49,36251,6/", 8, "control total"),
        ("49,36250,6/", "49,36250,7/", 8, "number of records"),
        ("98,36250,1,8/", "98,36250,2,8/", 9, "number of accounts"),
        ("98,36250,1,8/", "98,36249,1,8/", 9, "control total"),
        ("98,36250,1,8/", "98,36250,1,9/", 9, "number of records"),
        ("99,36250,1,10/", "99,36250,2,10/", 10, "number of groups"),
        ("99,36250,1,10/", "99,36250,1,11/", 10, "number of records"),
        ("99,36250,1,10/", "99,1,1,10/", 10, "control total"),
        ("99,36250,1,10/\n", "", 9, "cut off"),
        ("99,36250,1,10/", "99,36250,1,10", 10, "cut off"),
        ("16,165,5000", "16,465,5000", 3, "total of credits"),
        ("16,165,5000", "16,165,-5000", 5, "without a sign"),
        ("16,165,5000", "16,165,50.00", 5, "not a whole number"),
        ("16,165,5000", "16,715,5000", 5, "money in or out"),
        ("010,10000,,,015,13750", "040,10100,,,045,13650", 3, "no closing ledger balance"),
        ("010,10000,,,015,13750", "010,10001,,,015,13749", 3, "make"),
        ("S,1000,2000,2000", "Q,1000,2000,2000", 5, "funds type"),
        ("16,475,1250,V,261001,,REF2,0000319/", "16,475,1250,V/", 7, "not all there"),
        ("V,261001", "V,261301", 7, "not a date"),
        (",1,260930,2359,", ",3,260930,2359,", 2, "status"),
        (",2359,USD,2/", ",2359,USD,3/", 2, "interim"),
        ("80,,2/", "80,,3/", 1, "version"),
        ("01,122099999", "00,122099999", 1, "not a BAI2 record"),
        ("88,SECOND", "SECOND", 6, "not a BAI2 record"),
        ("02,031001234", "03,031001234", 2, "belongs"),
        ("99,36250,1,10/\n", "99,36250,1,10/\n99,36250,1,10/\n", 11, "goes on after"),
        ("03,1001,,", "03,,,", 3, "no number"),
    ],
)
def test_damage_is_refused_with_its_line(found: str, instead: str, line: int, words: str) -> None:
    assert found in BAI2
    error = refusal(read_bai2, BAI2.replace(found, instead))
    assert words in error.reason
    if "make" not in words:
        assert error.line_number == line


def test_a_lost_or_doubled_line_breaks_the_totals() -> None:
    lines = BAI2.splitlines(keepends=True)
    for at in range(len(lines)):
        assert refusal(read_bai2, "".join(lines[:at] + lines[at + 1 :])).code == "statement.refused"
        assert refusal(read_bai2, "".join(lines[: at + 1] + lines[at:])).code == "statement.refused"


def test_a_non_monetary_record_is_no_line_of_money() -> None:
    more = BAI2.replace("49,36250,6/", "16,890,,,,,NOTE/\n49,36250,7/")
    more = more.replace("98,36250,1,8/", "98,36250,1,9/").replace("99,36250,1,10/", "99,36250,1,11/")
    assert len(read_one(more).lines) == 2


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (",015,13750,,/", ",045,13750,,/"),
        ("010,10000,,,015,13750", "040,10000,,,045,13750"),
        ("USD,2/", " ,2 /"),
        ("16,165,", "16,920,"),
        ("16,475,", "16,999,"),
    ],
    ids=["opening and totals", "available balances that the lines explain", "padded", "own credit", "own debit"],
)
def test_what_proves_the_balances_in_other_banks_dialects(found: str, instead: str) -> None:
    assert found in BAI2
    statement = read_one(BAI2.replace(found, instead))
    assert (statement.opening_minor, statement.closing_minor) == (10000, 13750)
    assert [line.amount_minor for line in statement.lines] == [5000, -1250]


def test_an_opening_balance_alone_proves_no_closing_one() -> None:
    no_totals = BAI2.replace("015,13750,,/\n88,100,5000,1,,400,1250,1,/", "020,13750,,/\n88,102,5000,1,,402,1250,1,/")
    assert "no closing ledger balance" in refusal(read_bai2, no_totals).reason
