"""The first leg of a reconciliation: the bank's closing balance, adjusted by what the bank has not shown yet or got wrong.

From statements, their lines, matches, bank items and bank errors alone; neither postings nor sub-ledgers are read here.
A line counts on its booking day, and never outside its own statement's days, so that a line that a later statement brings
belongs to that one's closing balance. Sources: domain reference, section 1.10.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from aggregates.statement_chain import Uncovered, uncovered_between
from projections.reports.card_states import card_ids, card_states
from projections.reports.reader import Reader, Row, bounds


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank statement, with the hash of its raw file."""

    statement_id: str
    sha256: str
    filename: str
    from_date: date
    to_date: date
    opening_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class OutstandingItem:
    """A book entry that no statement line up to the day shows. `amount_minor` is signed: money in is positive."""

    entry_id: str
    ledger_id: str
    effective_date: date
    amount_minor: int
    age_days: int
    cheque_number: int | None
    counterparty: str | None
    description: str
    position: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A statement line up to the day that no book entry up to the day is matched with.

    `explained` is how a person explained it, None where nobody did; a line of 0.00 explains itself. `why` says more: its
    match is with a later entry.
    """

    line_id: str
    statement_id: str
    booked_on: date
    amount_minor: int
    payee: str
    memo: str
    explained: str | None
    note: str | None
    exception_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class BankError:
    """An error of the bank that it has yet to correct, signed: what the bank must still put right."""

    exception_id: str
    opened_on: date
    amount_minor: int
    evidence: str


_MEMBERS = """members AS NOT MATERIALIZED (
  SELECT mm.* FROM {s}.match_members mm WHERE mm.position <= %(known_at)s
  AND NOT EXISTS (SELECT FROM {s}.matches_undone u WHERE u.match_id = mm.match_id AND u.position <= %(known_at)s)
)"""
"""The lines and entries of matches that stand."""

_BANK_DAY = "least(greatest(l.booked_on, s.from_date), s.to_date)"


def statement_ending(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> Statement | None:
    """The statement whose last day that is; None is not a balance of zero, it is no statement."""
    row = reader.row(
        "SELECT statement_id::text, sha256, filename, from_date, to_date, opening_minor, closing_minor "
        "FROM {s}.bank_statements WHERE trust_account_id = %(account)s AND to_date = %(as_of)s "
        "AND position <= %(known_at)s ORDER BY position DESC LIMIT 1",
        account=trust_account_id,
        **bounds(on, known_at),
    )
    return Statement(**row) if row else None


def statements_of_period(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> tuple[Statement, ...]:
    """Every statement since the period that was signed last before a day, up to that day, oldest first.

    Banks send them by the week or by the day, too: a month then has several, and all of them are reconciled.
    """
    rows = reader.rows(
        "SELECT statement_id::text, sha256, filename, from_date, to_date, opening_minor, closing_minor "
        "FROM {s}.bank_statements WHERE trust_account_id = %(account)s AND to_date > %(after)s AND to_date <= %(as_of)s "
        "AND position <= %(known_at)s ORDER BY to_date, position",
        account=trust_account_id,
        after=_signed_before(reader, trust_account_id, on, known_at),
        **bounds(on, known_at),
    )
    return tuple(Statement(**row) for row in rows)


def _signed_before(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> date:
    """The end of the period that was signed last before a day."""
    ids = card_ids(reader, "reconciliation", "trust_account_id", [trust_account_id])
    cards = card_states(reader, "reconciliation", ids, known_at=known_at).values()
    signed = [date.fromisoformat(card["period_end"]) for card in cards if card["status"] == "signed"]
    return max((day for day in signed if day < on), default=date.min)


def uncovered_in_period(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> tuple[Uncovered, ...]:
    """The days since the period that was signed last before a day, up to that day, which lie between two statements."""
    rows = reader.rows(
        "SELECT from_date, to_date FROM {s}.bank_statements WHERE trust_account_id = %(account)s AND to_date <= %(as_of)s "
        "AND position <= %(known_at)s",
        account=trust_account_id,
        **bounds(on, known_at),
    )
    after = _signed_before(reader, trust_account_id, on, known_at)
    return uncovered_between(((row["from_date"], row["to_date"]) for row in rows), after)


def last_statement_day(
    reader: Reader, trust_account_id: str, known_at: int | None, *, as_of: date | None = None
) -> date | None:
    """The last day that any statement of the account reaches; with `as_of`, of those that end by then."""
    row = reader.row(
        "SELECT max(to_date) AS day FROM {s}.bank_statements WHERE trust_account_id = %(account)s "
        "AND to_date <= %(as_of)s AND position <= %(known_at)s",
        account=trust_account_id,
        **bounds(as_of, known_at),
    )
    return row["day"] if row else None


def outstanding_items(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> list[OutstandingItem]:
    """Deposits in transit and outstanding disbursements at the end of a day, oldest first.

    An entry and the reversal that cancels it, both by that day and neither at the bank, are outstanding no longer. Where
    the bank has shown only some lines of an entry, the rest is outstanding.
    """
    return list(_outstanding(reader, {"account": trust_account_id, **bounds(on, known_at)}, on))


def open_lines(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> list[OpenLine]:
    """Statement lines up to a day that are not matched with entries up to that day, explained or not, oldest first."""
    rows = reader.rows(
        f"WITH {_MEMBERS}, late AS (SELECT DISTINCT e.match_id FROM {{s}}.bank_items i "
        "JOIN members e ON e.member_id = i.entry_id AND e.member = 'entry' WHERE i.trust_account_id = %(account)s "
        "AND i.effective_date > %(as_of)s) "
        "SELECT l.line_id::text, l.statement_id::text, l.booked_on, l.amount_minor, l.payee, l.memo, "
        "CASE WHEN x.how IS NULL AND l.amount_minor = 0 THEN 'moves no money' ELSE x.how END AS explained, "
        "x.note, x.exception_id::text, "
        "CASE WHEN m.match_id IS NULL THEN 'not matched' ELSE 'matched with an entry of a later day' END AS why "
        "FROM {s}.statement_lines l JOIN {s}.bank_statements s USING (statement_id) "
        "LEFT JOIN members m ON m.member_id = l.line_id AND m.member = 'line' "
        "LEFT JOIN LATERAL (SELECT * FROM {s}.line_explanations x WHERE x.line_id = l.line_id "
        "AND x.position <= %(known_at)s ORDER BY x.position DESC LIMIT 1) x ON true "
        f"WHERE l.trust_account_id = %(account)s AND l.position <= %(known_at)s AND {_BANK_DAY} <= %(as_of)s "
        "AND (m.match_id IS NULL OR m.match_id IN (SELECT match_id FROM late)) "
        "ORDER BY l.booked_on, l.position, l.n",
        account=trust_account_id,
        **bounds(on, known_at),
    )
    return [OpenLine(**row) for row in rows]


def bank_errors(reader: Reader, trust_account_id: str, on: date, known_at: int | None) -> list[BankError]:
    """Errors recorded by a day and not corrected by then."""
    ids = card_ids(reader, "exception", "trust_account_id", [trust_account_id])
    cards = card_states(reader, "exception", ids, as_of=on, known_at=known_at)
    found = [
        BankError(card_id, date.fromisoformat(card["opened_on"]), card["amount_minor"], card["evidence"])
        for card_id, card in cards.items()
        if card["cause"] == "bank_error" and card["status"] == "open"
    ]
    return sorted(found, key=lambda error: (error.opened_on, error.exception_id))


def matched_pairs(reader: Reader, statements: tuple[Statement, ...], known_at: int | None) -> list[Row]:
    """Every line of statements that stands in a match, with its entries: the evidence that goes with the reconciliation."""
    return reader.rows(
        f"WITH {_MEMBERS} SELECT l.line_id::text, l.booked_on, l.amount_minor AS line_minor, "
        "l.cheque_number AS bank_cheque, "
        "l.payee, l.memo, i.entry_id::text, i.effective_date, i.amount_minor AS entry_minor, i.cheque_number, "
        "i.counterparty, i.description, i.ledger_id::text, ml.match_id::text "
        "FROM {s}.statement_lines l JOIN members ml ON ml.member_id = l.line_id AND ml.member = 'line' "
        "JOIN members me ON me.match_id = ml.match_id AND me.member = 'entry' "
        "JOIN {s}.bank_items i ON i.entry_id = me.member_id "
        "WHERE l.statement_id = ANY(%(statements)s::uuid[]) ORDER BY l.booked_on, l.position, l.line_number, i.position",
        statements=[statement.statement_id for statement in statements],
        **bounds(None, known_at),
    )


def _outstanding(reader: Reader, values: dict[str, Any], on: date) -> Iterator[OutstandingItem]:
    rows = reader.rows(
        f"WITH {_MEMBERS}, late AS ("
        "  SELECT DISTINCT m.match_id FROM {s}.bank_statements s JOIN {s}.statement_lines l USING (statement_id) "
        "  JOIN members m ON m.member_id = l.line_id AND m.member = 'line' "
        f"  WHERE s.trust_account_id = %(account)s AND s.to_date > %(as_of)s AND {_BANK_DAY} > %(as_of)s"
        "), shown AS ("
        f"  SELECT m.match_id, count(*) FILTER (WHERE {_BANK_DAY} <= %(as_of)s) AS by_then, "
        f"  sum(l.amount_minor) FILTER (WHERE {_BANK_DAY} > %(as_of)s)::bigint AS later_minor "
        "  FROM late JOIN members m USING (match_id) JOIN {s}.statement_lines l ON l.line_id = m.member_id "
        "  JOIN {s}.bank_statements s USING (statement_id) WHERE m.member = 'line' GROUP BY 1"
        "), items AS NOT MATERIALIZED ("
        "  SELECT i.*, m.match_id FROM {s}.bank_items i "
        "  LEFT JOIN members m ON m.member_id = i.entry_id AND m.member = 'entry' "
        "  WHERE i.trust_account_id = %(account)s AND i.effective_date <= %(as_of)s AND i.position <= %(known_at)s"
        "), cancelled AS ("
        "  SELECT o.entry_id, c.entry_id AS by_entry_id FROM items c JOIN items o ON o.entry_id = c.cancels_entry_id "
        "  WHERE o.match_id IS NULL"
        ") SELECT i.entry_id::text, i.ledger_id::text, i.effective_date, i.cheque_number, i.counterparty, i.description, "
        "i.position, CASE WHEN shown.by_then > 0 THEN shown.later_minor ELSE i.amount_minor END AS amount_minor "
        "FROM items i LEFT JOIN shown ON shown.match_id = i.match_id "
        "WHERE NOT i.opening AND (i.match_id IS NULL OR shown.match_id IS NOT NULL) "
        "AND i.entry_id NOT IN (SELECT entry_id FROM cancelled UNION ALL SELECT by_entry_id FROM cancelled) "
        "ORDER BY i.effective_date, i.position",
        **values,
    )
    for row in rows:
        yield OutstandingItem(**row, age_days=(on - row["effective_date"]).days)
