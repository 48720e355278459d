"""Read a bank's CSV export by a profile, which says once for an account how its columns are to be read.

Nothing is sniffed inside the file: a row that the profile does not fit refuses the whole file with its line number.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum
from commands.bank_statements.amounts import decimals, minor_units, shown
from commands.bank_statements.text import as_text

Column = str | int
"""A column by the name in its header, or by its number from 1."""
_DATE_FORMAT = re.compile(r"(?:%[YymdbBHMS]|[-/. :,TZ])+")


class CsvProfile(BaseModel):
    """How to read one account's CSV. Lines and columns count from 1; amounts are decimal strings.

    `header_row` is the line of the header: what stands above it is left out. None: no header, columns by number.
    `footer_rows` are left out at the end. `money_in` is the sign of a deposit in the amount column. `debit_is_negative`:
    the debit column writes a minus before what it takes out. Without a `balance` column, `opening_balance` must be given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_number: str = Field(min_length=1)
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["USD"])
    bank_id: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] = ","
    encoding: Literal["utf-8", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15", "ascii"] = "utf-8"
    header_row: int | None = Field(default=1, ge=1)
    footer_rows: int = Field(default=0, ge=0)
    date_format: str = Field(default="%Y-%m-%d", examples=["%m/%d/%Y"])
    decimal_sign: Literal[".", ","] = "."
    thousands_sign: Literal["", ",", ".", " ", "'"] = ""
    currency_sign: str = Field(default="", max_length=3, examples=["$"])
    money_in: Literal["positive", "negative"] = "positive"
    debit_is_negative: bool = False
    newest_first: bool = False
    opening_balance: str | None = Field(default=None, examples=["18800.00"])
    date: Column
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    balance: Column | None = None
    value_date: Column | None = None
    payee: Column | None = None
    memo: Column | None = None
    cheque: Column | None = None
    reference: Column | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.debit is None) != (self.credit is None) or (self.amount is None) == (self.debit is None):
            raise ValueError("name either an amount column, or a debit and a credit column")
        if self.balance is None and self.opening_balance is None:
            raise ValueError("name a balance column, or give the opening balance")
        if self.decimal_sign == self.thousands_sign:
            raise ValueError("the decimal sign and the thousands sign are the same")
        for name, column in self.columns().items():
            if isinstance(column, int) and column < 1:
                raise ValueError(f"column {name} counts from 1")
            if isinstance(column, str) and self.header_row is None:
                raise ValueError(f"column {name} is named, but there is no header; give its number")
        told = [token for token in ("%Y", "%y", "%m", "%b", "%B", "%d") if token in self.date_format]
        if not _DATE_FORMAT.fullmatch(self.date_format) or len(told) != len("ymd"):
            raise ValueError("the date format needs one year (%Y or %y), one month (%m, %b or %B) and one day (%d)")
        return self

    def columns(self) -> dict[str, Column]:
        """The columns that are named, by what they are for."""
        names = "date amount debit credit balance value_date payee memo cheque reference".split()  # noqa: SIM905 -- one line
        return {name: column for name in names if (column := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]


def read_csv(raw: bytes, profile: CsvProfile) -> tuple[ParsedStatement, ...]:
    """The one statement of the file. Raises StatementFileRefused."""
    decimals(profile.currency)
    rows = list(_rows(as_text(raw, profile.encoding), profile))
    if not rows:
        raise StatementFileRefused("it has no lines under its header, so neither a period nor a balance")
    if profile.newest_first:
        rows.reverse()
    lines = tuple(_line(row, profile) for row in rows)
    opening_minor, closing_minor = _balances(rows, lines, profile)
    days = [line.booked_on for line in lines]
    statement = ParsedStatement(
        account_number=profile.account_number,
        bank_id=profile.bank_id,
        currency=profile.currency,
        opening_minor=opening_minor,
        opening_derived=profile.opening_balance is None,
        closing_minor=closing_minor,
        from_date=min(days),
        to_date=max(days),
        lines=lines,
    )
    check_sum(statement)
    return (statement,)


def _rows(text: str, profile: CsvProfile) -> Iterator[_Row]:
    """The rows below the header and above the footer, each as wide as the header (or as the first row)."""
    above = (profile.header_row or 1) - 1
    body = text.split("\n")[above:]
    reader = csv.reader(io.StringIO("\n".join(body), newline=""), delimiter=profile.delimiter, strict=True)
    table: list[tuple[int, list[str]]] = []
    line = above + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                table.append((line, cells))
            line = above + reader.line_num + 1
    except csv.Error as error:
        raise StatementFileRefused(f"it is not CSV as the profile says ({error})", line) from error
    if not table:
        raise StatementFileRefused("it has no rows where the profile expects them")
    first_line, head = table[0]
    places = _places(head, first_line, profile)
    for row_line, cells in table[profile.header_row is not None : len(table) - profile.footer_rows]:
        if len(cells) != len(head):
            raise StatementFileRefused(f"it has {len(cells)} columns, not {len(head)}", row_line)
        yield _Row(row_line, {name: cells[at].strip() for name, at in places.items()})


def _places(head: list[str], line: int, profile: CsvProfile) -> dict[str, int]:
    names = [name.strip() for name in head]
    places = {}
    for purpose, column in profile.columns().items():
        if isinstance(column, int):
            if column > len(names):
                raise StatementFileRefused(f"it has {len(names)} columns, but {purpose} should be column {column}", line)
            places[purpose] = column - 1
        elif names.count(column) != 1:
            how_often = "no column" if column not in names else "more than one column"
            raise StatementFileRefused(f"it has {how_often} named {shown(column)} ({purpose})", line)
        else:
            places[purpose] = names.index(column)
    return places


def _line(row: _Row, profile: CsvProfile) -> ParsedLine:
    amount_minor = _signed(row, profile)
    cells = row.cells
    number = cells.get("cheque", "").lstrip("0")
    kind = "deposit" if amount_minor > 0 else "withdrawal"
    return ParsedLine(
        line_number=row.line,
        booked_on=_day(cells["date"], row.line, profile),
        value_on=_day(cells["value_date"], row.line, profile) if cells.get("value_date") else None,
        amount_minor=amount_minor,
        currency=profile.currency,
        kind="cheque" if number and amount_minor < 0 else kind,
        cheque_number=number or None,
        bank_reference=cells.get("reference") or None,
        payee=" ".join(cells.get("payee", "").split()),
        memo=" ".join(cells.get("memo", "").split()),
    )


def _signed(row: _Row, profile: CsvProfile) -> int:
    if profile.amount is not None:
        amount_minor = _number(row.cells["amount"], row.line, profile)
        return amount_minor if profile.money_in == "positive" else -amount_minor
    debit, credit = (_number(cell, row.line, profile) if (cell := row.cells[name]) else 0 for name in ("debit", "credit"))
    if profile.debit_is_negative:
        debit = -debit
    if (debit == 0) == (credit == 0) or debit < 0 or credit < 0:
        raise StatementFileRefused("it must have either a debit or a credit above zero", row.line)
    return credit - debit


def _balances(rows: list[_Row], lines: tuple[ParsedLine, ...], profile: CsvProfile) -> tuple[int, int]:
    """Opening and closing in minor units. Every running balance must be the one before plus its line."""
    told = None if profile.opening_balance is None else minor_units(profile.opening_balance, profile.currency)
    if profile.balance is None:
        assert told is not None, "the profile was checked for it"
        return told, told + sum(line.amount_minor for line in lines)
    running = [_number(row.cells["balance"], row.line, profile) for row in rows]
    opening_minor = running[0] - lines[0].amount_minor
    if told is not None and told != opening_minor:
        raise StatementFileRefused("its running balance does not start from the opening balance", rows[0].line)
    expected = opening_minor
    for row, line, balance in zip(rows, lines, running, strict=True):
        expected += line.amount_minor
        if balance != expected:
            raise StatementFileRefused("its running balance is not the one before plus its amount", row.line)
    return opening_minor, expected


def _number(cell: str, line: int, profile: CsvProfile) -> int:
    """An amount: "1,234.56", "(12.00)", "-12.00", "12.00-", as the profile's signs have it, in minor units."""
    text, negative = cell, False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    for side in (text[:1], text[-1:]):
        if side in {"-", "+"} and not negative and text != side:
            negative = side == "-"
            text = text.removeprefix(side) if text.startswith(side) else text.removesuffix(side)
            break
    if profile.currency_sign:
        text = text.strip().removeprefix(profile.currency_sign).removesuffix(profile.currency_sign)
    thousands, point = re.escape(profile.thousands_sign), re.escape(profile.decimal_sign)
    grouped = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|" if thousands else ""
    match = re.fullmatch(rf"((?:{grouped}[0-9]+)?)(?:{point}([0-9]*))?", text.strip(), re.ASCII)
    if match is None or not (match[1] or match[2]):
        raise StatementFileRefused(f"{shown(cell)} is not an amount as the profile says", line)
    if len(match[2] or "") > decimals(profile.currency):
        raise StatementFileRefused(f"{shown(cell)} has more decimals than {profile.currency}", line)
    whole = match[1].replace(profile.thousands_sign, "") if thousands else match[1]
    amount_minor = minor_units(f"{whole}.{match[2] or ''}" if match[2] else whole, profile.currency, line)
    return -amount_minor if negative else amount_minor


def _day(cell: str, line: int, profile: CsvProfile) -> date:
    try:
        return datetime.strptime(cell, profile.date_format).date()  # noqa: DTZ007 -- a bank's day has no zone
    except ValueError as error:
        raise StatementFileRefused(f"{shown(cell)} is not a date like {profile.date_format}", line) from error
