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
from commands.bank_statements.csv_amounts import Figures, number
from commands.bank_statements.text import as_text

Column = str | int
"""A column by the name in its header, or by its number from 1."""
_DATE_FORMAT = re.compile(r"(?:%[YymdbBHMS]|[-/. :,TZ])+")


class CsvProfile(BaseModel):
    """How to read one account's CSV. Lines and columns count from 1; amounts are decimal strings.

    `header_row` is the line of the header: what stands above it is left out. None: no header, columns by number.
    `footer_rows` are left out at the end. `money_in` is the sign of a deposit in the amount column. `debit_is_negative`:
    the debit column writes a minus before what it takes out. `direction` is a column of words beside unsigned amounts, of
    which `in_word` says money in and `out_word` money out. Without a `balance` column, `opening_balance` must be given.
    `period_start` and `period_end`, where they are given, are the days that the export was asked for: without them a
    statement runs from its first to its last row, and ends on no month's end.
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
    period_start: date | None = None
    period_end: date | None = None
    opening_balance: str | None = Field(default=None, examples=["18800.00"])
    date: Column
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    direction: Column | None = None
    in_word: str = Field(default="", examples=["Credit"])
    out_word: str = Field(default="", examples=["Debit"])
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
        words = {self.in_word.casefold(), self.out_word.casefold()} - {""}
        if (self.direction is None) != (not words) or (words and (len(words) == 1 or self.amount is None)):
            raise ValueError("a direction column goes with an amount column, an in_word and an out_word")
        if self.balance is None and self.opening_balance is None:
            raise ValueError("name a balance column, or give the opening balance")
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise ValueError("the period starts after its end")
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

    def figures(self) -> Figures:
        """How its amounts are written."""
        return Figures(self.currency, self.decimal_sign, self.thousands_sign, self.currency_sign)

    def columns(self) -> dict[str, Column]:
        """The columns that are named, by what they are for."""
        names = "date amount debit credit direction balance value_date payee memo cheque reference".split()  # noqa: SIM905 -- one line
        return {name: column for name in names if (column := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]


def read_csv(raw: bytes, profile: CsvProfile) -> tuple[ParsedStatement, ...]:
    """The one statement of the file. Raises StatementFileRefused."""
    decimals(profile.currency)
    rows = list(_rows(as_text(raw, profile.encoding), profile))
    if profile.newest_first:
        rows.reverse()
    read = [(row, None if _tells_a_balance(row) else _line(row, profile)) for row in rows]
    days = [_within(row, profile) for row, _ in read if row.cells["date"]]
    first, last = profile.period_start or min(days, default=None), profile.period_end or max(days, default=None)
    if first is None or last is None or not (read or profile.opening_balance):
        raise StatementFileRefused("it has no lines under its header, so neither a period nor a balance")
    opening_minor, closing_minor = _balances(read, profile)
    statement = ParsedStatement(
        account_number=profile.account_number,
        bank_id=profile.bank_id,
        currency=profile.currency,
        opening_minor=opening_minor,
        opening_derived=profile.opening_balance is None and read[0][1] is not None,
        closing_minor=closing_minor,
        from_date=first,
        to_date=last,
        lines=tuple(line for _, line in read if line),
    )
    check_sum(statement)
    return (statement,)


def _within(row: _Row, profile: CsvProfile) -> date:
    """The row's day. Raises StatementFileRefused where it is outside of the period."""
    on = _day(row.cells["date"], row.line, profile)
    if on < (profile.period_start or on) or on > (profile.period_end or on):
        raise StatementFileRefused(f"its day {on} is outside of the period that the profile tells", row.line)
    return on


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
    first, end = int(profile.header_row is not None), max(len(table) - profile.footer_rows, 0)
    for row_line, cells in (*_above(text, above, profile), *table[:first], *table[max(end, first) :]):
        _check_left_out(row_line, cells, places, profile)
    for row_line, cells in table[first:end]:
        if len(cells) < len(head) or any(cell.strip() for cell in cells[len(head) :]):
            raise StatementFileRefused(f"it has {len(cells)} columns, not {len(head)}", row_line)
        yield _Row(row_line, {name: cells[at].strip() for name, at in places.items()})


def _above(text: str, count: int, profile: CsvProfile) -> Iterator[tuple[int, list[str]]]:
    for line, words in enumerate(text.split("\n")[:count], start=1):
        yield line, words.replace('"', "").split(profile.delimiter)


def _check_left_out(line: int, cells: list[str], places: dict[str, int], profile: CsvProfile) -> None:
    """What the profile leaves out as header or footer must not be money. Raises StatementFileRefused."""
    if max(places.values()) >= len(cells):
        return
    row = _Row(line, {name: cells[at].strip() for name, at in places.items()})
    try:
        _line(row, profile)
    except StatementFileRefused:
        return
    raise StatementFileRefused(
        "the profile leaves it out as header or footer, but it reads like a line of the account", line
    )


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
        amount_minor = number(row.cells["amount"], row.line, profile.figures())
        if profile.direction is not None:
            return _directed(amount_minor, row, profile)
        return amount_minor if profile.money_in == "positive" else -amount_minor
    debit, credit = (
        number(cell, row.line, profile.figures()) if (cell := row.cells[name]) else 0 for name in ("debit", "credit")
    )
    if profile.debit_is_negative:
        debit = -debit
    nothing = not (row.cells["debit"] or row.cells["credit"])
    if nothing or (debit and credit) or debit < 0 or credit < 0:
        raise StatementFileRefused("it must have either a debit or a credit, not below zero", row.line)
    return credit - debit


def _directed(amount_minor: int, row: _Row, profile: CsvProfile) -> int:
    word = row.cells["direction"].casefold()
    if word not in {profile.in_word.casefold(), profile.out_word.casefold()} or amount_minor < 0:
        raise StatementFileRefused(
            f"it must have an amount without a sign, and {shown(profile.in_word)} or {shown(profile.out_word)}, "
            f"not {shown(row.cells['direction'])}",
            row.line,
        )
    return amount_minor if word == profile.in_word.casefold() else -amount_minor


def _tells_a_balance(row: _Row) -> bool:
    """A row without any amount, beside a balance: an opening, a carried or a closing one."""
    cells = row.cells
    return bool(cells.get("balance")) and not any(cells.get(name) for name in ("amount", "debit", "credit"))


def _balances(read: list[tuple[_Row, ParsedLine | None]], profile: CsvProfile) -> tuple[int, int]:
    """Opening and closing in minor units. Every running balance must be the one before plus its line."""
    told = None if profile.opening_balance is None else minor_units(profile.opening_balance, profile.currency)
    amounts = [line.amount_minor if line else 0 for _, line in read]
    if profile.balance is None or not read:
        assert told is not None, "it was checked for it"
        return told, told + sum(amounts)
    running = [number(row.cells["balance"], row.line, profile.figures()) for row, _ in read]
    opening_minor = running[0] - amounts[0]
    if told is not None and told != opening_minor:
        raise StatementFileRefused("its running balance does not start from the opening balance", read[0][0].line)
    expected = opening_minor
    for (row, _), amount_minor, balance in zip(read, amounts, running, strict=True):
        expected += amount_minor
        if balance != expected:
            raise StatementFileRefused("its running balance is not the one before plus its amount", row.line)
    return opening_minor, expected


def _day(cell: str, line: int, profile: CsvProfile) -> date:
    try:
        return datetime.strptime(cell, profile.date_format).date()  # noqa: DTZ007 -- a bank's day has no zone
    except ValueError as error:
        raise StatementFileRefused(f"{shown(cell)} is not a date like {profile.date_format}", line) from error
