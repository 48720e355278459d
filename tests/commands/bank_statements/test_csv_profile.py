"""CSV by a profile."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from aggregates.bank_statement_file import ParsedStatement
from commands.bank_statements.csv_profile import CsvProfile, read_csv
from tests.commands.bank_statements.samples import CSV, refusal


def profile(**changes: Any) -> CsvProfile:
    told: dict[str, Any] = {
        "account_number": "1001",
        "currency": "USD",
        "date_format": "%m/%d/%Y",
        "date": "Date",
        "amount": "Amount",
        "payee": "Description",
        "cheque": "Check",
        "balance": "Balance",
        "currency_sign": "$",
    }
    return CsvProfile.model_validate({**told, **changes})


def read_one(text: str, **changes: Any) -> ParsedStatement:
    (statement,) = read_csv(text.encode(), profile(**changes))
    return statement


def test_quoted_separators_and_negatives_in_parentheses() -> None:
    statement = read_one(CSV)
    assert (statement.opening_minor, statement.closing_minor, statement.opening_derived) == (10000, 13750, True)
    assert (statement.from_date, statement.to_date) == (date(2026, 9, 3), date(2026, 9, 10))
    deposit, cheque = statement.lines
    assert (deposit.line_number, deposit.amount_minor, deposit.payee) == (2, 5000, "SMITH, SONS")
    assert (cheque.line_number, cheque.kind, cheque.cheque_number) == (3, "cheque", "319")


def test_newest_first_with_preamble_footer_and_blank_lines() -> None:
    head, first, second = CSV.splitlines()
    text = f"Account 1001\n\n{head}\n{second}\n\n{first}\nTotal,,,37.50,\n"
    statement = read_one(text, header_row=3, newest_first=True, footer_rows=1)
    assert [(line.line_number, line.amount_minor) for line in statement.lines] == [(6, 5000), (4, -1250)]


def test_european_debit_and_credit_by_number() -> None:
    text = "03.09.2026;1.050,00;;Müller\n10.09.2026;;1.012,50;Cheque\n"
    told = {
        "header_row": None,
        "delimiter": ";",
        "encoding": "cp1252",
        "date_format": "%d.%m.%Y",
        "decimal_sign": ",",
        "thousands_sign": ".",
        "currency": "EUR",
        "date": 1,
        "credit": 2,
        "debit": 3,
        "payee": 4,
        "opening_balance": "100.00",
    }
    chosen = CsvProfile.model_validate({**told, "account_number": "1001"})
    (statement,) = read_csv(text.encode("cp1252"), chosen)
    assert [line.amount_minor for line in statement.lines] == [105000, -101250]
    assert (statement.opening_minor, statement.closing_minor, statement.opening_derived) == (10000, 13750, False)
    assert statement.lines[0].payee == "Müller"
    minus = CsvProfile.model_validate({**told, "account_number": "1001", "debit_is_negative": True})
    assert read_csv(text.replace("1.012", "-1.012").encode("cp1252"), minus)[0].lines[1].amount_minor == -101250
    assert "either a debit or a credit" in refusal(lambda raw: read_csv(raw, minus), text).reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1234.56", 123456),
        ("1,234.56", 123456),
        ("-1,234.56", -123456),
        ("1,234.56-", -123456),
        ("+1234.5", 123450),
        ("($1,234)", -123400),
        ("-$5.00", -500),
        (".5", 50),
    ],
)
def test_amounts(cell: str, expected: int) -> None:
    statement = read_one(
        f'Date,Amount\n09/03/2026,"{cell}"\n', thousands_sign=",", balance=None, opening_balance="0", payee=None, cheque=None
    )
    assert statement.lines[0].amount_minor == expected
    flipped = {"thousands_sign": ",", "balance": None, "opening_balance": "0", "payee": None, "cheque": None}
    assert read_one(f'Date,Amount\n09/03/2026,"{cell}"\n', **flipped, money_in="negative").lines[0].amount_minor == -expected


@pytest.mark.parametrize(
    "cell",
    ["", "-", "()", "1,23.45", "12,345,6", "1.234,56", "12.345", "1e5", "--5", "(-5)", "5 USD", "١", "1.2.3", "$", "NaN"],
)
def test_what_is_no_amount_refuses_the_file_with_its_line(cell: str) -> None:
    error = refusal(
        lambda raw: read_csv(raw, profile(thousands_sign=",", balance=None, opening_balance="0", payee=None, cheque=None)),
        f'Date,Amount\n09/03/2026,1.00\n09/04/2026,"{cell}"\n',
    )
    assert error.line_number == 3


@pytest.mark.parametrize(
    ("found", "instead", "line", "words"),
    [
        ("150.00", "150.01", 3, "running balance"),
        ("(12.50)", "12.50", 3, "running balance"),
        ("09/10/2026", "2026-09-10", 3, "not a date"),
        ("09/10/2026", "09/31/2026", 3, "not a date"),
        ("CHECK,319", "CHECK", 3, "has 4 columns"),
        ("CHECK,319", "CHECK,x,319", 3, "has 6 columns"),
        ('"SMITH, SONS"', '"SMITH, "SONS"', 2, "not CSV"),
        ('"SMITH, SONS"', '"SMITH, SONS', 2, "not CSV"),
        ("Amount", "Sum", 1, "no column named 'Amount'"),
        ("Check", "Amount", 1, "more than one column"),
        ("CHECK", "\x00", 3, "control characters"),
    ],
)
def test_damage_is_refused_with_its_line(found: str, instead: str, line: int, words: str) -> None:
    assert found in CSV
    error = refusal(lambda raw: read_csv(raw, profile()), CSV.replace(found, instead))
    assert words in error.reason
    assert error.line_number == line


def test_opening_balance_must_agree_with_the_running_one() -> None:
    assert read_one(CSV, opening_balance="100.00").opening_derived is False
    assert "does not start" in refusal(lambda raw: read_csv(raw, profile(opening_balance="99.99")), CSV).reason


def test_encoding_is_held_to() -> None:
    cafe = CSV.replace("CHECK", "Café")
    assert read_csv(cafe.encode("utf-8-sig"), profile())[0].lines[1].payee == "Café"
    assert read_csv(cafe.encode("utf-16"), profile())[0].lines[1].payee == "Café"
    assert "not text in utf-8" in refusal(lambda raw: read_csv(raw, profile()), cafe.encode("latin-1")).reason


def test_a_line_break_inside_quotes_keeps_the_lines_counted() -> None:
    broken = CSV.replace("SMITH, SONS", "SMITH,\nSONS")
    assert [line.line_number for line in read_one(broken).lines] == [2, 4]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": None},
        {"debit": "Out"},
        {"debit": "Out", "credit": "In"},
        {"balance": None},
        {"decimal_sign": ",", "thousands_sign": ","},
        {"header_row": None},
        {"date": 0},
        {"date_format": "%m/%d"},
        {"date_format": "%c"},
        {"encoding": "zip"},
        {"currency": "usd"},
        {"unknown": 1},
    ],
)
def test_a_profile_that_cannot_work_is_no_profile(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        profile(**changes)


def test_a_row_may_end_in_more_delimiters_than_its_header_but_not_in_more_words() -> None:
    wider = CSV.replace("150.00\n", "150.00,\n").replace("137.50\n", "137.50,,\n")
    assert read_csv(wider.encode(), profile()) == read_csv(CSV.encode(), profile())
    assert refusal(lambda raw: read_csv(raw, profile()), CSV.replace("150.00\n", "150.00,x\n")).line_number == 2


def test_rows_that_only_tell_a_balance_are_checked_and_are_no_lines() -> None:
    rows = "Date,Description,Check,Amount,Balance\n09/01/2026,Beginning,,,100.00\n"
    (month,) = read_csv((rows + CSV.partition("\n")[2] + "09/30/2026,Ending,,,137.50\n").encode(), profile())
    (quiet,) = read_csv(rows.encode(), profile())

    assert (month.from_date, month.to_date, month.opening_derived) == (date(2026, 9, 1), date(2026, 9, 30), False)
    assert [line.amount_minor for line in month.lines] == [5000, -1250]
    assert (quiet.opening_minor, quiet.closing_minor, quiet.lines) == (10000, 10000, ())
    wrong = rows.replace("100.00", "100.01") + CSV.partition("\n")[2]
    assert refusal(lambda raw: read_csv(raw, profile()), wrong).line_number == 3


@pytest.mark.parametrize(
    ("words", "amount_minor"),
    [
        ("-$1.00", -100),
        ("$-1.00", -100),
        ("($1.00)", -100),
        ("$(1.00)", -100),
        ("1.00 DR", -100),
        ("$1.00 CR", 100),
        ("\u22121.00", -100),
        ("\u00a01.00-", -100),
    ],
)
def test_signs_stand_where_banks_put_them(words: str, amount_minor: int) -> None:
    raw = f"Date,Description,Check,Amount,Balance\n09/03/2026,A,,{words},{100 + amount_minor // 100}.00\n"
    assert read_csv(raw.encode(), profile())[0].lines[0].amount_minor == amount_minor


@pytest.mark.parametrize("words", ["--1.00", "(-1.00)", "-1.00 DR", "-1.00-", "$$1.00", "CR", "-", "()", "$"])
def test_two_signs_or_no_figures_are_no_amount(words: str) -> None:
    raw = f"Date,Description,Check,Amount,Balance\n09/03/2026,A,,{words},99.00\n"
    assert "is not an amount" in refusal(lambda raw: read_csv(raw, profile()), raw).reason


@pytest.mark.parametrize(("mark", "separator"), [(" ", "\u00a0"), (" ", "\u202f"), ("'", "\u2019")])
def test_thousands_are_parted_by_what_only_looks_like_the_sign(mark: str, separator: str) -> None:
    raw = f"Date,Description,Check,Amount,Balance\n09/03/2026,A,,1{separator}050.00,1{separator}150.00\n"
    (statement,) = read_csv(raw.encode(), profile(thousands_sign=mark))
    assert (statement.lines[0].amount_minor, statement.opening_minor) == (105000, 10000)


def test_a_column_of_words_gives_unsigned_amounts_their_direction() -> None:
    raw = "Date,Type,Amount,Balance\n09/03/2026,Credit,50.00,150.00\n09/10/2026,DEBIT,12.50,137.50\n"
    words = {"direction": "Type", "in_word": "Credit", "out_word": "Debit"}
    fits = CsvProfile(
        account_number="1001", currency="USD", date_format="%m/%d/%Y", date="Date", amount="Amount", balance="Balance",
        **words,
    )  # fmt: skip
    assert [line.amount_minor for line in read_csv(raw.encode(), fits)[0].lines] == [5000, -1250]
    for found, instead in (("DEBIT", "Fee"), ("DEBIT", ""), ("12.50,", "-12.50,")):
        assert refusal(lambda raw: read_csv(raw, fits), raw.replace(found, instead)).line_number == 3
    for wrong in ({"in_word": ""}, {"in_word": "debit"}, {"direction": None}, {"amount": None, "debit": "D", "credit": "C"}):
        with pytest.raises(ValidationError, match="direction column"):
            CsvProfile.model_validate(fits.model_dump() | wrong)


@pytest.mark.parametrize(
    ("rows", "more", "line"),
    [
        ("09/03/2026,50.00\n09/10/2026,-12.50\n", {}, 1),
        ("09/03/2026,50.00\n09/10/2026,-12.50\n", {"header_row": None, "footer_rows": 1}, 2),
        ("09/03/2026,50.00\nDate,Amount\n09/10/2026,-12.50\n", {"header_row": 2}, 1),
        ("09/03/2026,50.00\n", {"footer_rows": 5}, 1),
    ],
    ids=["header", "footer", "above the header", "all of it"],
)
def test_no_line_is_left_out_as_header_or_footer(rows: str, more: dict[str, int | None], line: int) -> None:
    columns = CsvProfile.model_validate(
        {
            "account_number": "1001", "currency": "USD", "date_format": "%m/%d/%Y", "date": 1, "amount": 2,
            "opening_balance": "100.00",
        }
        | more
    )  # fmt: skip
    error = refusal(lambda raw: read_csv(raw, columns), rows)
    assert (error.line_number, "reads like a line" in error.reason) == (line, True)


def test_a_period_that_is_told_holds_the_lines_and_ends_the_statement() -> None:
    month = {"period_start": "2026-09-01", "period_end": "2026-09-30"}
    whole = read_one(CSV, **month)
    quiet = read_one(CSV.partition("\n")[0], opening_balance="137.50", **month)

    assert (whole.from_date, whole.to_date, len(whole.lines)) == (date(2026, 9, 1), date(2026, 9, 30), 2)
    assert (quiet.from_date, quiet.to_date, quiet.closing_minor) == (date(2026, 9, 1), date(2026, 9, 30), 13750)
    for changes, line in (({"period_start": "2026-09-04"}, 2), ({"period_end": "2026-09-09"}, 3)):
        error = refusal(partial(read_csv, profile=profile(**changes)), CSV)
        assert (error.line_number, "outside of the period" in error.reason) == (line, True)
    assert "neither a period nor" in refusal(lambda raw: read_csv(raw, profile(**month)), CSV.partition("\n")[0]).reason
    with pytest.raises(ValidationError, match="starts after its end"):
        profile(period_start="2026-10-01", period_end="2026-09-30")
