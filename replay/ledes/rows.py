"""A LEDES file taken apart: rows with their line numbers, each field parsed by its kind, and what could not be parsed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from replay.ledes.fields import Field, Format

# Currency 14.2 or 12.4; the checker holds amounts to whole minor units afterwards.
_FIGURE = re.compile(r"-?([0-9]{1,14}(\.[0-9]{0,4})?|\.[0-9]{1,4})", re.ASCII)
_UNITS = re.compile(r"-?([0-9]{1,14}(\.[0-9]{0,28})?|\.[0-9]{1,28})", re.ASCII)
_DECIMALS = {"number": (_UNITS, "a number"), "price": (_FIGURE, "a price of up to four decimals")}
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_CENTS = 100
_SHOWN = 40
"""Characters of a cell that a finding repeats."""
_FIRST_ROW = 3
_MOST_LINES, _MOST_FINDINGS = 100_000, 10_000
_UNPRINTABLE = re.compile("[^ -~]")
Value = str | date | Decimal | int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: the line of the file (from 1), the column ("" for the line as a whole), and a sentence."""

    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.field}' if self.field else ''}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line item: its line in the file and its values, None where a column is empty. Money is in minor units."""

    line: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """A text column, "" where empty."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date:
        """A date column that the checker found filled."""
        value = self.values[name]
        assert isinstance(value, date)
        return value

    def minor(self, name: str) -> int:
        """A money column in minor units, 0 where empty."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def figure(self, name: str) -> Decimal | None:
        """A number or a price, None where empty."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None


def take_apart(file: bytes, form: Format) -> tuple[list[Row], list[Finding]]:
    """The rows that could be parsed and a finding for everything that could not. Never raises.

    It gives up, and says so, after 100,000 lines and after 10,000 findings.
    """
    lines = file.rstrip(b"\r\n").split(b"\n", _MOST_LINES)
    found: list[Finding] = []
    if len(lines) > _MOST_LINES:
        found.append(Finding(_MOST_LINES, "", f"the file has more than the {_MOST_LINES:,} lines that are read"))
        del lines[_MOST_LINES:]
    texts = [line.removesuffix(b"\r").decode("latin-1") for line in lines]  # a byte each: what is not ASCII is found below
    if not texts or texts[0] != form.first_line:
        found.append(Finding(1, "", f"the first line is not {form.first_line}"))
    if len(texts) < _FIRST_ROW - 1 or texts[1] != form.header:
        found.append(_header("".join(texts[1:2]), form))
    if len(texts) < _FIRST_ROW:
        found.append(Finding(_FIRST_ROW, "", "the file has no line items"))
    rows = []
    for at, text in enumerate(texts[_FIRST_ROW - 1 :], _FIRST_ROW):
        if len(found) >= _MOST_FINDINGS:
            found.append(Finding(at, "", "there are too many errors; from here on the file was not read"))
            break
        if (row := _row(at, text, form, found)) is not None:
            rows.append(row)
    return rows, found


def _header(text: str, form: Format) -> Finding:
    """Why the second line is not the header, by the first column that is another one."""
    sentence = f"the second line is not the {len(form.fields)} column names of this format, ended by []"
    names = text.removesuffix("[]").split("|") if text else []
    for number, (field, name) in enumerate(zip(form.fields, names, strict=False), 1):
        if name != field.name:
            return Finding(2, field.name, f"{sentence}: column {number} is {_shown(name)}")
    return Finding(2, "", sentence)


def _row(at: int, text: str, form: Format, found: list[Finding]) -> Row | None:
    if not text.endswith("[]"):
        found.append(Finding(at, "", "the line is empty" if not text.strip() else "the line does not end in []"))
        return None
    cells = text.removesuffix("[]").split("|")
    if len(cells) != len(form.fields):
        found.append(Finding(at, "", f"the line has {len(cells)} columns; the format has {len(form.fields)}"))
        return None
    before = len(found)
    values = {field.name: _value(at, field, cell, found) for field, cell in zip(form.fields, cells, strict=True)}
    return Row(at, values) if len(found) == before else None


def _value(at: int, field: Field, cell: str, found: list[Finding]) -> Value:
    if (foreign := _UNPRINTABLE.search(cell)) is None:
        return _parsed(at, field, cell, found)
    byte = f"character {foreign.start() + 1} is the byte 0x{ord(foreign[0]):02X}"
    found.append(Finding(at, field.name, f"{byte}, which is not printable ASCII"))
    return None


def _parsed(at: int, field: Field, cell: str, found: list[Finding]) -> Value:
    def fault(sentence: str) -> Value:
        found.append(Finding(at, field.name, sentence))
        return None

    said = _shown(cell)
    if not cell.strip():
        if field.required:
            fault("the column is required and is empty")
        return cell or None if field.kind == "text" else None
    match field.kind:
        case "text":
            if len(cell) > field.length:
                fault(f"{len(cell)} characters; at most {field.length} are allowed")
            return cell
        case "date":
            return _day(cell) or fault(f"{said} is not a date of the form YYYYMMDD")
        case "number" | "price":
            pattern, what = _DECIMALS[field.kind]
            return Decimal(cell) if pattern.fullmatch(cell) else fault(f"{said} is not {what}")
        case "money":
            minor = Decimal(cell) * _CENTS if _FIGURE.fullmatch(cell) else None
            if minor is None:
                return fault(f"{said} is not an amount")
            return int(minor) if minor == int(minor) else fault(f"{cell} is not a whole number of cents")


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}...")


def _day(cell: str) -> date | None:
    found = _DAY.fullmatch(cell)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
