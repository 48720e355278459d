"""Read BAI2 (Cash Management Balance Reporting Specifications, version 2) into statements: one an account and day.

The library `bai2` was tried on every sample: a summary that goes on in an 88 record breaks it, a cut file raises IndexError,
control totals of the file are not checked against the details, and no error names a line; hence our own reader. Only its
table of type codes was a help.

A statement needs the closing ledger balance (015), or what proves it: the opening one (010), or both available balances
(040, 045) where they differ by the lines, and then the bank's totals (100, 400), so that no line can be missing. Available
balances alone may leave out money that is not collected yet.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum
from aggregates.trust_rules import money
from commands.bank_statements.amounts import decimals, shown
from commands.bank_statements.text import as_text

_CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_OPENING, _CLOSING, _CREDITS, _DEBITS = "010", "015", "100", "400"
_OPENING_AVAILABLE, _CLOSING_AVAILABLE = "040", "045"
_NON_MONETARY = "890"
_FINAL = frozenset({"", "2", "4"})
_TEXT_FROM = 2
_KINDS = {
    "cheque": "474 475",
    "returned": "123 255 257 266 268 395 423 468 555 557 566 568",
    "fee": "398 564 567 661 698",
    "interest": "346 354 359 654 659",
}
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes.split()}


@dataclass(slots=True)
class _Record:
    """A record with its continuations joined. `physical` counts the lines it takes, as the trailers do."""

    code: str
    line: int
    fields: list[str]
    physical: int


@dataclass(slots=True)
class _Totals:
    """What a trailer controls: the sum of the amounts in minor units, the parts one level down, and the lines."""

    amount: int = 0
    parts: int = 0
    lines: int = 0


class _Cursor:
    def __init__(self, records: list[_Record]) -> None:
        self._records = records
        self._at = 0

    def next_is(self, code: str) -> bool:
        return self._at < len(self._records) and self._records[self._at].code == code

    def take(self, code: str, least: int) -> _Record:
        """The next record, of this code and with at least so many fields. Raises StatementFileRefused."""
        if self._at == len(self._records):
            raise StatementFileRefused(f"the file ends where a {code} record belongs: it is cut off", self._records[-1].line)
        record = self._records[self._at]
        if record.code != code:
            raise StatementFileRefused(f"a {record.code} record stands where a {code} record belongs", record.line)
        if len(record.fields) < least:
            raise StatementFileRefused(f"its {code} record has fewer than {least} fields", record.line)
        self._at += 1
        return record

    def at_end(self) -> bool:
        return self._at == len(self._records)

    def line(self) -> int:
        return self._records[self._at].line


def read_bai2(raw: bytes) -> tuple[ParsedStatement, ...]:
    """A statement for each account and day of the file, in its order. Raises StatementFileRefused."""
    cursor = _Cursor(_records(as_text(raw)))
    header = cursor.take("01", 8)
    if header.fields[7].strip() != "2":
        raise StatementFileRefused(f"it is of version {shown(header.fields[7])}, not of version 2", header.line)
    statements: list[ParsedStatement] = []
    file_totals = _Totals(lines=header.physical)
    while cursor.next_is("02"):
        _add(file_totals, _group(cursor, statements))
    _check_trailer(cursor.take("99", 3), file_totals, "file", "groups")
    if not cursor.at_end():
        raise StatementFileRefused("it goes on after its file trailer (99)", cursor.line())
    if not statements:
        raise StatementFileRefused("it is a BAI2 file without any account", header.line)
    return tuple(statements)


def _group(cursor: _Cursor, statements: list[ParsedStatement]) -> _Totals:
    header = cursor.take("02", 5)
    fields = [field.strip() for field in [*header.fields, "", ""]]
    if fields[2] != "1":
        raise StatementFileRefused(
            f"its group has the status {shown(fields[2])}: a deletion, correction or test", header.line
        )
    if fields[6] not in _FINAL:
        raise StatementFileRefused("its group is an interim report, not a final statement", header.line)
    day = _day(fields[3], header.line)
    totals = _Totals(lines=header.physical)
    while cursor.next_is("03"):
        statement, account_totals = _account(cursor, day, fields[5].strip() or "USD", fields[1].strip())
        statements.append(statement)
        _add(totals, account_totals)
    return _check_trailer(cursor.take("98", 3), totals, "group", "accounts")


def _account(cursor: _Cursor, day: date, group_currency: str, bank_id: str) -> tuple[ParsedStatement, _Totals]:
    header = cursor.take("03", 1)
    number, currency = header.fields[0].strip(), (header.fields[1:2] or [""])[0].strip() or group_currency
    decimals(currency, header.line)
    if not number:
        raise StatementFileRefused("its account has no number", header.line)
    summary = _summary(header)
    totals = _Totals(amount=sum(amount for _, amount in summary), lines=header.physical)
    lines = []
    while cursor.next_is("16"):
        record = cursor.take("16", 2)
        totals.lines += record.physical
        totals.amount += _number(record.fields[1], record.line)
        if record.fields[0] != _NON_MONETARY:
            lines.append(_line(record, day, currency))
        elif _number(record.fields[1], record.line):
            raise StatementFileRefused("a non-monetary record (890) has an amount", record.line)
    _check_trailer(cursor.take("49", 2), totals, "account", None)
    return _statement(header, summary, tuple(lines), number, currency, day, bank_id), totals


def _statement(
    header: _Record, summary: list[tuple[str, int]], lines: tuple[ParsedLine, ...],
    number: str, currency: str, day: date, bank_id: str,
) -> ParsedStatement:  # fmt: skip
    told = {code: _told(summary, code, header.line) for code in (_OPENING, _CLOSING, _CREDITS, _DEBITS)}
    credit = sum(line.amount_minor for line in lines if line.amount_minor > 0)
    debit = -sum(line.amount_minor for line in lines if line.amount_minor < 0)
    for code, name, found in ((_CREDITS, "credits", credit), (_DEBITS, "debits", debit)):
        if told[code] is not None and told[code] != found:
            total = f"{money(told[code] or 0)}, its lines make {money(found)}"
            raise StatementFileRefused(f"the bank's total of {name} ({code}) is {total}", header.line)
    opening, closing = told[_OPENING], told[_CLOSING]
    if closing is None:
        opening, closing = _without_closing(header, summary, opening, credit - debit)
    statement = ParsedStatement(
        account_number=number,
        bank_id=bank_id or None,
        currency=currency,
        opening_minor=opening if opening is not None else closing - credit + debit,
        opening_derived=opening is None,
        closing_minor=closing,
        from_date=day,
        to_date=day,
        lines=lines,
    )
    check_sum(statement, header.line)
    return statement


def _without_closing(
    header: _Record, summary: list[tuple[str, int]], opening: int | None, moved_minor: int
) -> tuple[int, int]:
    """Opening and closing in minor units of an account without 015. Raises StatementFileRefused without proof of them."""
    if all(_told(summary, code, header.line) is not None for code in (_CREDITS, _DEBITS)):
        first, last = (_told(summary, code, header.line) for code in (_OPENING_AVAILABLE, _CLOSING_AVAILABLE))
        if opening is None and first is not None and last is not None and first + moved_minor == last:
            opening = first
        if opening is not None:
            return opening, opening + moved_minor
    raise StatementFileRefused(
        "its account has no closing ledger balance (015), nor what proves it: the bank's totals (100, 400) with an opening "
        "ledger balance (010), or with available balances (040, 045) that its lines explain",
        header.line,
    )


def _summary(header: _Record) -> list[tuple[str, int]]:
    """The status and summary amounts of an account: (type code, minor units)."""
    fields, at, found = header.fields, 2, []
    while any(fields[at : at + 4]):
        code, amount = fields[at], fields[at + 1] if at + 1 < len(fields) else ""
        if not re.fullmatch(r"[0-9]{3}", code, re.ASCII) or at + 1 >= len(fields):
            raise StatementFileRefused(f"its summary {shown(code)} is not a type code with an amount", header.line)
        if amount:
            found.append((code, _number(amount, header.line)))
        _, at = _availability(fields, at + 3, header.line)
    if any(fields[at:]):
        raise StatementFileRefused("its summary goes on behind an empty item", header.line)
    return found


def _line(record: _Record, day: date, currency: str) -> ParsedLine:
    code, amount_minor = record.fields[0], _number(record.fields[1], record.line)
    direction = _direction(code)
    if direction is None:
        raise StatementFileRefused(f"whether type {shown(code)} is money in or out is not known", record.line)
    if not re.fullmatch(r"[0-9]+", record.fields[1], re.ASCII):
        raise StatementFileRefused(f"the amount {shown(record.fields[1])} of a detail must be without a sign", record.line)
    credit = direction > 0
    value_on, at = _availability(record.fields, 2, record.line)
    rest = record.fields[at:]
    bank_reference, customer_reference = [*rest, "", ""][:2]
    kind = _KIND_OF.get(code, "deposit" if credit else "withdrawal")
    is_cheque = kind == "cheque" and customer_reference.isascii() and customer_reference.isdigit()
    words = " ".join(",".join(rest[_TEXT_FROM:]).split())
    return ParsedLine(
        line_number=record.line,
        booked_on=day,
        value_on=value_on,
        amount_minor=amount_minor if credit else -amount_minor,
        currency=currency,
        kind=kind,
        cheque_number=(customer_reference.lstrip("0") or None) if is_cheque else None,
        bank_reference=bank_reference.strip() or None,
        memo=words if is_cheque or not customer_reference else f"{customer_reference} {words}".strip(),
    )


def _direction(code: str) -> int | None:
    """1 for money in, -1 for money out; 920-959 and 960-999 are a bank's own credits and debits (BAI2, type code ranges)."""
    if re.fullmatch(r"[1-3][0-9]{2}|9[2-5][0-9]", code, re.ASCII):
        return 1
    return -1 if re.fullmatch(r"[4-6][0-9]{2}|9[6-9][0-9]", code, re.ASCII) else None


def _availability(fields: list[str], at: int, line: int) -> tuple[date | None, int]:
    """Read the funds type at `at` with its own fields: the value date, and where the fields behind start."""
    kind, first = (fields[at].strip() if at < len(fields) else ""), at + 1
    if kind not in {"", "0", "1", "2", "Z", "S", "V", "D"}:
        raise StatementFileRefused(f"its funds type {shown(kind)} is not known", line)
    taken = {"S": 3, "V": 2}.get(kind, 0)
    if kind == "D":
        taken = 1 + 2 * _number(fields[first] if first < len(fields) else "", line)
    if taken < 0 or (taken and first + taken > len(fields)):
        raise StatementFileRefused(f"the fields of its funds type {kind} are not all there", line)
    value_on = _day(fields[first], line) if kind == "V" and fields[first] else None
    if kind in {"S", "D"}:
        for number in fields[first : first + taken]:
            _number(number, line)
    return value_on, first + taken


def _told(summary: list[tuple[str, int]], code: str, line: int) -> int | None:
    there = [amount for told, amount in summary if told == code]
    if len(there) > 1:
        raise StatementFileRefused(f"its account has more than one amount of type {code}", line)
    return there[0] if there else None


def _check_trailer(trailer: _Record, totals: _Totals, what: str, parts: str | None) -> _Totals:
    totals.lines += trailer.physical
    numbers = [_number(field, trailer.line) for field in trailer.fields]
    pairs = [(numbers[0], totals.amount, "control total"), (numbers[2 if parts else 1], totals.lines, "number of records")]
    if parts:
        pairs.append((numbers[1], totals.parts, f"number of {parts}"))
    for told, found, name in pairs:
        if told != found:
            raise StatementFileRefused(f"the {what}'s {name} is {told}, but {found} was read", trailer.line)
    return totals


def _add(totals: _Totals, part: _Totals) -> None:
    totals.amount += part.amount
    totals.lines += part.lines
    totals.parts += 1


def _number(field: str, line: int) -> int:
    text = field.strip()
    if not text:
        return 0
    if not _NUMBER.fullmatch(text):
        raise StatementFileRefused(f"{shown(field)} is not a whole number", line)
    return int(text)


def _day(field: str, line: int) -> date:
    try:
        if not re.fullmatch(r"[0-9]{6}", field, re.ASCII):
            raise ValueError(field)  # noqa: TRY301 -- two ways to be no date, one refusal
        return datetime.strptime(f"20{field}", "%Y%m%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError as error:
        raise StatementFileRefused(f"{shown(field)} is not a date (YYMMDD)", line) from error


def _records(text: str) -> list[_Record]:
    """The logical records: an 88 goes on in the record before it. Only text may lack the closing slash."""
    records: list[_Record] = []
    parts: list[str] = []
    for line_number, physical in enumerate(text.split("\n"), start=1):
        line = physical.rstrip()
        if not line:
            continue
        code = line[:2]
        if code not in _CODES or line[2:3] != ",":
            raise StatementFileRefused(f"{shown(line)} is not a BAI2 record", line_number)
        if code != "88":
            _join(records, parts)
            parts = []
            records.append(_Record(code, line_number, [], 0))
        if not records:
            raise StatementFileRefused("it starts with a continuation (88)", line_number)
        if not line.endswith("/") and records[-1].code != "16":
            raise StatementFileRefused("its record does not end with a slash: it is cut off", line_number)
        parts.append(line[3:])
        records[-1].physical += 1
    _join(records, parts)
    if not records:
        raise StatementFileRefused("the file is empty")
    return records


def _join(records: list[_Record], parts: list[str]) -> None:
    if not records:
        return
    joined = ""
    for part in parts:
        joined += f"{part[:-1]}," if part.endswith("/") else f"{part} "
    records[-1].fields = joined[:-1].split(",")
