"""A bank statement as read from a file: plain values, whatever the format was.

FITID and the like are not trusted as identity (they repeat and collide): a line is known by its content and by which of
several equal lines it is, so that identical legitimate lines survive and an overlap is recognised.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from aggregates.errors import Refusal


class StatementFileRefused(Refusal):
    """The file is not a bank statement, or a part of it cannot be trusted. `line_number` says where, when known."""

    code: ClassVar[str] = "statement.refused"

    def __init__(self, reason: str, line_number: int | None = None) -> None:
        super().__init__(f"line {line_number}: {reason}" if line_number else reason, line_number=line_number)


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One booked line. `amount_minor` is signed: money in is positive."""

    line_number: int
    booked_on: date
    amount_minor: int
    kind: str
    cheque_number: str | None = None
    bank_reference: str | None = None
    payee: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One account's statement. `opening_derived`: the file names no opening balance, so it is closing − Σ lines."""

    account_number: str
    currency: str
    opening_minor: int
    closing_minor: int
    from_date: date
    to_date: date
    lines: tuple[ParsedLine, ...]
    opening_derived: bool = False


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file's statements, its format, and the hash it is kept by."""

    format: str
    sha256: str
    statements: tuple[ParsedStatement, ...]


def check_sum(statement: ParsedStatement) -> None:
    """Raises StatementFileRefused unless opening + Σ lines = closing."""
    total = statement.opening_minor + sum(line.amount_minor for line in statement.lines)
    if total != statement.closing_minor:
        raise StatementFileRefused(
            f"opening {statement.opening_minor} and its lines make {total}, but it closes at {statement.closing_minor} "
            "(minor units)"
        )


def line_keys(account_id: str, lines: Iterable[ParsedLine]) -> list[str]:
    """A key for each line: account, day, signed amount, normalised words, the bank's reference, and its occurrence."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        words = re.sub(r"\s+", " ", f"{line.payee}|{line.memo}".casefold()).strip()
        content = "\x1f".join(
            [
                account_id,
                str(line.booked_on),
                str(line.amount_minor),
                words,
                line.bank_reference or "",
                line.cheque_number or "",
            ]
        )
        seen[content] += 1
        keys.append(hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest())
    return keys
