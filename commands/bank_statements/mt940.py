"""Read SWIFT MT940 customer statements (SWIFT User Handbook, category 9) into statements, intermediate pages joined.

The library `mt-940` was tried on every sample: text before or between the fields that it knows is skipped, a byte-order
mark loses the whole first statement, a lost :86: line passes unseen, balances are never checked and no error names a line.
Hence our own reader, which takes the fields in their order and refuses everything else.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum
from commands.bank_statements.amounts import decimals, minor_units, shown
from commands.bank_statements.text import MOST_WORDS, as_text

_FIELD = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.ASCII | re.DOTALL)
_FRAME = re.compile(r"-?\}?(?:\{[1-35]:(?:[^{}]|\{[^{}]*\})*\})*(?:\{4:)?")
_PREAMBLE = re.compile(
    r":940:|940(?:\ 00)?|[0-9]{4}\ [0-9]{2}[A-Z0-9]{8,12}[0-9]{5}|[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII
)
"""What Dutch banks write before a message instead of SWIFT's blocks: ":940:", "940", their BIC, a sender and a number."""
_APPLICATION = re.compile(r"\{2:[IO]([0-9]{3})")
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15},[0-9]*)", re.ASCII)
_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}|\ {4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>[0-9]{1,15},[0-9]*)"
    r"(?P<type>[NSF][A-Z0-9]{3})(?P<reference>.*?)(?://(?P<bank_reference>.*))?",
    re.ASCII,
)
_INTERIM = frozenset({"13D", "34F", "90C", "90D"})
_AFTER = {
    "": {"20"},
    "20": {"21", "25", "25P"},
    "21": {"25", "25P"},
    "25": {"28", "28C"},
    "28": {"60F", "60M"},
    "60": {"61", "62F", "62M"},
    "61": {"61", "86", "62F", "62M"},
    "86": {"61", "62F", "62M"},
    "62": {"20", "64", "65", "86"},
    "64": {"20", "65", "86"},
    "65": {"20", "65", "86"},
    "end": {"20"},
}
"""Which field may follow which. "end" is the information to the account owner behind the balances (:86:)."""
_KINDS = {"CHK": "cheque", "CHG": "fee", "COM": "fee", "INT": "interest", "RTI": "returned"}
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class _Field:
    tag: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Balance:
    tag: str
    line: int
    on: date
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class _Page:
    """One message: a whole statement, or a page of one between intermediate balances (:60M:, :62M:)."""

    account: str
    sequence: str
    opening: _Balance
    closing: _Balance
    lines: tuple[ParsedLine, ...]


def read_mt940(raw: bytes) -> tuple[ParsedStatement, ...]:
    """Every statement of the file, in its order. Raises StatementFileRefused."""
    text = as_text(raw, framing="\x01\x02\x03")
    for message in _APPLICATION.findall(text):
        if message not in {"940", "950"}:
            raise StatementFileRefused(f"it is an MT{message}, not a customer statement (MT940)")
    messages = _messages(_fields(text))
    pages = [_page(fields) for fields in messages]
    statements: list[ParsedStatement] = []
    waiting: list[_Page] = []
    for page in pages:
        _check_follows(waiting, page)
        waiting.append(page)
        if page.closing.tag == "62F":
            statements.append(_statement(waiting))
            waiting = []
    if waiting:
        raise StatementFileRefused("it ends on an intermediate balance (:62M:): a page is missing", waiting[-1].closing.line)
    return tuple(statements)


def _fields(text: str) -> list[_Field]:
    """The tagged fields with their continuation lines. Raises StatementFileRefused on anything outside of them."""
    fields: list[_Field] = []
    for line_number, line in enumerate(text.split("\n"), start=1):
        match = _FIELD.fullmatch(line)
        if match:
            fields.append(_Field(match[1], line_number, match[2]))
        elif _FRAME.fullmatch("".join(line.split())) or (_between(fields) and _PREAMBLE.fullmatch(line.strip())):
            if line.strip():
                fields.append(_Field("frame", line_number, ""))
        elif not fields or fields[-1].tag not in {"86", "61", "25P"}:
            raise StatementFileRefused(f"{shown(line)} belongs to no MT940 field", line_number)
        else:
            fields[-1] = replace(fields[-1], text=f"{fields[-1].text}\n{line}")
            if len(fields[-1].text) > MOST_WORDS:
                raise StatementFileRefused(
                    f"its field :{fields[-1].tag}: is longer than {MOST_WORDS:,} characters", line_number
                )
    return fields


def _between(fields: list[_Field]) -> bool:
    """Before the first message, or behind one."""
    return not fields or fields[-1].tag == "frame" or fields[-1].tag in {"62F", "64", "65"}


def _messages(fields: list[_Field]) -> list[list[_Field]]:
    """The fields of each message, held to their order."""
    messages: list[list[_Field]] = []
    before = ""
    for field in fields:
        if field.tag in _INTERIM:
            raise StatementFileRefused(
                "it is an interim report (MT942): it has no booked closing balance, so nothing can be reconciled to it",
                field.line,
            )
        if field.tag == "frame":
            if before not in {"", "62", "64", "65", "end"}:
                raise StatementFileRefused("its message ends before its closing balance (:62F:)", field.line)
            continue
        if field.tag not in _AFTER[before]:
            raise StatementFileRefused(
                f"field :{field.tag}: may not follow {f':{before}:' if before else 'at the start'}", field.line
            )
        if field.tag == "20":
            messages.append([])
        behind = field.tag == "86" and before in {"62", "64", "65"}
        before = "end" if behind else field.tag[:2]
        if not behind:
            messages[-1].append(field)
    if not messages:
        raise StatementFileRefused("it holds no MT940 message")
    if before not in {"62", "64", "65", "end"}:
        raise StatementFileRefused("it ends before its closing balance (:62F:): it is cut off", fields[-1].line)
    return messages


def _page(fields: list[_Field]) -> _Page:
    by_tag = {field.tag: field for field in fields}
    opening = _balance(next(field for field in fields if field.tag in {"60F", "60M"}))
    closing = _balance(next(field for field in fields if field.tag in {"62F", "62M"}))
    if opening.currency != closing.currency:
        raise StatementFileRefused(f"it opens in {opening.currency} and closes in {closing.currency}", closing.line)
    number = by_tag.get("28C") or by_tag["28"]
    lines = []
    for position, field in enumerate(fields):
        if field.tag == "61":
            info = fields[position + 1]
            lines.append(_line(field, info.text if info.tag == "86" else "", closing.currency))
    return _Page(_account(by_tag), number.text.strip(), opening, closing, tuple(lines))


def _account(by_tag: dict[str, _Field]) -> str:
    """Of :25:, or of :25P:, where the bank's BIC stands on a line of its own. Raises StatementFileRefused."""
    field = by_tag.get("25") or by_tag["25P"]
    number, _, bic = field.text.partition("\n")
    if not re.fullmatch(r"(?:[A-Z0-9]{8}(?:[A-Z0-9]{3})?)?", bic.strip(), re.ASCII):
        raise StatementFileRefused(f"{shown(bic)} is not a BIC", field.line + 1)
    return f"{bic.strip()}/{number.strip()}" if bic.strip() else number.strip()


def _check_follows(waiting: list[_Page], page: _Page) -> None:
    if not waiting:
        if page.opening.tag == "60M":
            raise StatementFileRefused("it starts on an intermediate balance (:60M:): a page is missing", page.opening.line)
        return
    last = waiting[-1]
    same = page.account == last.account and page.opening.currency == last.closing.currency
    if not same or page.opening.tag != "60M" or page.opening.amount_minor != last.closing.amount_minor:
        raise StatementFileRefused("this page does not go on where the page before it stopped (:62M:)", page.opening.line)


def _statement(pages: list[_Page]) -> ParsedStatement:
    opening, closing = pages[0].opening, pages[-1].closing
    for page in pages:
        if page.opening.amount_minor + sum(line.amount_minor for line in page.lines) != page.closing.amount_minor:
            raise StatementFileRefused("the opening balance and the lines do not make this balance", page.closing.line)
    lines = tuple(sorted((line for page in pages for line in page.lines), key=lambda line: line.booked_on))
    for line in lines:
        if line.booked_on > closing.on:
            raise StatementFileRefused(
                f"its day {line.booked_on} is after the closing balance of {closing.on}", line.line_number
            )
    bank_id, _, number = pages[0].account.rpartition("/")
    if re.fullmatch(rf"(?:[A-Z]{{2}})?[0-9][0-9A-Z]*\s*{closing.currency}", number, re.ASCII):
        number = number.removesuffix(closing.currency).rstrip()
    if not number:
        raise StatementFileRefused("its account (:25:) is empty", opening.line)
    statement = ParsedStatement(
        account_number=number,
        bank_id=bank_id or None,
        currency=closing.currency,
        opening_minor=opening.amount_minor,
        closing_minor=closing.amount_minor,
        from_date=min((line.booked_on for line in lines), default=closing.on),
        to_date=closing.on,
        lines=lines,
        sequence=pages[0].sequence or None,
    )
    check_sum(statement)
    return statement


def _balance(field: _Field) -> _Balance:
    match = _BALANCE.fullmatch(field.text.strip())
    if match is None:
        raise StatementFileRefused(f"{shown(field.text)} is not a balance", field.line)
    decimals(match[3], field.line)
    amount_minor = minor_units(match[4].replace(",", "."), match[3], field.line)
    sign = 1 if match[1] == "C" else -1
    return _Balance(field.tag, field.line, _day(match[2], field.line), match[3], sign * amount_minor)


def _line(field: _Field, info: str, currency: str) -> ParsedLine:
    head, _, supplement = field.text.partition("\n")
    match = _LINE.fullmatch(head.rstrip())
    if match is None:
        raise StatementFileRefused(f"{shown(head)} is not a statement line", field.line)
    value_on = _day(match["value"], field.line)
    entry = (match["entry"] or "").strip()
    amount_minor = minor_units(match["amount"].replace(",", "."), currency, field.line)
    # A reversed credit (RC) takes money out again, a reversed debit (RD) brings it back.
    signed = amount_minor if match["mark"] in {"C", "RD"} else -amount_minor
    code, reference = match["type"][1:], match["reference"].strip()
    payee, memo = _words(info)
    is_cheque = code == "CHK" and reference.isascii() and reference.isdigit()
    kind = "returned" if match["mark"].startswith("R") else _KINDS.get(code)
    own = "" if is_cheque or reference in {"", "NONREF"} else reference
    return ParsedLine(
        line_number=field.line,
        booked_on=_entry_day(entry, value_on, field.line) if entry else value_on,
        value_on=value_on,
        amount_minor=signed,
        currency=currency,
        kind=kind or ("deposit" if signed > 0 else "withdrawal"),
        cheque_number=(reference.lstrip("0") or None) if is_cheque else None,
        bank_reference=(match["bank_reference"] or "").strip() or None,
        payee=payee,
        memo=" ".join(f"{own} {supplement} {memo}".split()),
    )


def _words(info: str) -> tuple[str, str]:
    """Payee and memo of an :86: field: by the German sub-fields (?20–?29, ?32, ?33, ?60–?63) where it has them."""
    flat = info.replace("\n", "")
    if not re.match(r"[0-9]{3}\?", flat, re.ASCII):
        return "", info
    parts = [(part[:2], part[2:]) for part in flat[4:].split("?")]
    payee = "".join(text for code, text in parts if code in {"32", "33"})
    purpose = {"00", *(str(number) for number in (*range(20, 30), *range(60, 64)))}
    groups = groupby((part for part in parts if part[0] in purpose), key=lambda part: part[0] == "00")
    memo = " ".join("".join(text for _, text in group) for _, group in groups)
    return " ".join(payee.split()), memo


def _day(digits: str, line: int) -> date:
    century = 1900 if digits[:2] >= "80" else 2000
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError as error:
        raise StatementFileRefused(f"{shown(digits)} is not a date (YYMMDD)", line) from error


def _entry_day(digits: str, value_on: date, line: int) -> date:
    """The entry date has no year: it is the one nearest to the value date."""
    near = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            near.append(date(year, int(digits[:2]), int(digits[2:])))
        except ValueError:  # no such day in that year: 29 February, or in none
            continue
    best = min(near, key=lambda day: abs(day - value_on), default=None)
    if best is None or abs(best - value_on) > _HALF_A_YEAR:
        raise StatementFileRefused(f"its entry date {shown(digits)} is not a day near {value_on}", line)
    return best
