"""A bank statement as read from a file: plain values, whatever the format was.

FITID and the like are not trusted as identity (they repeat and collide): a line is known by its content and by which of
several equal lines it is, so that identical legitimate lines survive and an overlap is recognised.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from aggregates.errors import Refusal
from aggregates.trust_rules import money


class StatementFileRefused(Refusal):
    """The file is not a bank statement, or a part of it cannot be trusted. `line_number` says where, when known."""

    code: ClassVar[str] = "statement.refused"

    def __init__(self, reason: str, line_number: int | None = None, *, conflicts: tuple[str, ...] = ()) -> None:
        more = {"conflicts": conflicts} if conflicts else {}
        super().__init__(f"line {line_number}: {reason}" if line_number else reason, line_number=line_number, **more)
        self.reason = reason
        self.line_number = line_number


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One booked line. `amount_minor` is signed: money in is positive.

    `kind` is what the file tells, never guessed from words: deposit, withdrawal, cheque, fee, interest, returned or other.
    `bank_reference` is the bank's own (FITID, account servicer's reference). `currency` is always the statement's.
    """

    line_number: int
    booked_on: date
    amount_minor: int
    kind: str
    cheque_number: str | None = None
    bank_reference: str | None = None
    payee: str = ""
    memo: str = ""
    value_on: date | None = None
    currency: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of what the line says: day, signed amount, cheque, reference and words, normalised."""
        words = [self.cheque_number or "", self.bank_reference or "", self.payee, self.memo]
        content = "\x1f".join([str(self.booked_on), str(self.amount_minor), *map(_normalised, words)])
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One account's statement, its lines oldest first where the format orders them.

    `opening_derived`: the file names no opening balance, so it is closing − Σ lines, and only the chain can prove it.
    `from_date` is the file's own, or else its first line's day, or else `to_date`. `pending_ignored` counts entries the
    bank lists but has not booked: the balances leave them out, and so do the lines. `kind` tells a card's statement apart.
    """

    account_number: str
    currency: str
    opening_minor: int
    closing_minor: int
    from_date: date
    to_date: date
    lines: tuple[ParsedLine, ...]
    opening_derived: bool = False
    bank_id: str | None = None
    sequence: str | None = None
    pending_ignored: int = 0
    kind: Literal["bank", "card"] = "bank"


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file's statements, its format, and the hash it is kept by. `cards_ignored` counts the card statements left out."""

    format: str
    sha256: str
    statements: tuple[ParsedStatement, ...]
    cards_ignored: int = 0


def check_sum(statement: ParsedStatement, line_number: int | None = None) -> None:
    """Raises StatementFileRefused, naming the line where the statement starts, unless opening + Σ lines = closing."""
    total = statement.opening_minor + sum(line.amount_minor for line in statement.lines)
    if total != statement.closing_minor:
        raise StatementFileRefused(
            f"its opening balance {money(statement.opening_minor)} and its lines make {money(total)}, but it closes at "
            f"{money(statement.closing_minor)}",
            line_number,
        )


def account_key(number: str) -> str:
    """An account's number as it is compared: files pad it with zeros and group it ("0010-01"), people do not ("1001").

    A masked number ("XXXX1001") stays another one.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum() or sign == "*")
    return plain.lstrip("0") if plain.isdigit() else plain


def line_key(bank_account_id: str, line: ParsedLine, nth: int) -> str:
    """The key of a line that is the nth of several equal ones, from 1: SHA-256 in hex of account, fingerprint and nth."""
    return hashlib.sha256(f"{bank_account_id}\x1f{line.fingerprint}\x1f{nth}".encode()).hexdigest()


def line_keys(bank_account_id: str, lines: Iterable[ParsedLine]) -> list[str]:
    """The key of each line, SHA-256 in hex: account, fingerprint, and which of several equal lines it is, from 1."""
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        seen[line.fingerprint] += 1
        keys.append(line_key(bank_account_id, line, seen[line.fingerprint]))
    return keys


def _normalised(words: str) -> str:
    # split() takes the separator \x1f for white space, so that no word can imitate a field's end.
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
