"""The three legs of a reconciliation: A adjusted bank, B book, C client ledgers, each from a fold and a table of its own.

Pass ⇔ A = B = C, and every ledger ≥ 0, and no unexplained statement line, and nothing outstanding too long without a note
(N.C. State Bar reconciliation form; domain reference, section 1.10). Comparing bank and book alone, or positive and
negative ledgers in one sum, gives a false sense of security. Where no statement ends on the day there is nothing to
compare, and it does not pass; a closing balance of zero is a figure like any other.

What it cannot see (F3): an amount keyed wrong alike in book and ledger, while its cheque is outstanding. Matching finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aggregates.errors import BadRequest, NotFound
from aggregates.reconciliation import Figures
from aggregates.statement_chain import Uncovered
from projections.chart_of_accounts import Account
from projections.reports.bank_leg import (
    BankError,
    OpenLine,
    OutstandingItem,
    Statement,
    bank_errors,
    last_statement_day,
    open_lines,
    outstanding_items,
    statement_ending,
    statements_of_period,
    uncovered_in_period,
)
from projections.reports.card_states import card_ids, card_states
from projections.reports.firm_policy import firm_policy
from projections.reports.reader import Reader, bounds

NO_STATEMENT = "no bank statement ends on {day}"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A ledger in the third leg."""

    ledger_id: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class ThreeLegs:
    """Every figure and list of a reconciliation, taken at one position. `figures` is None without a statement."""

    trust_account_id: str
    period_end: date
    known_at: int
    statement: Statement | None
    statements: tuple[Statement, ...]
    """All since the period that was signed last; the last one is `statement`."""
    uncovered: tuple[Uncovered, ...]
    """The days between them, and between the first of them and that period, which no statement covers."""
    deposits_in_transit: tuple[OutstandingItem, ...]
    outstanding_disbursements: tuple[OutstandingItem, ...]
    bank_errors: tuple[BankError, ...]
    ledgers: tuple[LedgerLine, ...]
    unexplained_lines: tuple[OpenLine, ...]
    explained_lines: tuple[OpenLine, ...]
    stale_without_note: tuple[OutstandingItem, ...]
    note_after_days: int
    book_minor: int
    figures: Figures | None
    notes: dict[str, str]
    """Why an item is outstanding, by entry id."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it does not pass; empty when it does."""
        if self.figures is None:
            return (NO_STATEMENT.format(day=self.period_end),)
        return tuple(self.figures.problems())

    @property
    def passes(self) -> bool:
        """Whether it may be signed."""
        return not self.problems


def three_legs(
    reader: Reader,
    trust_account_id: str,
    period_end: date | None = None,
    *,
    known_at: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> ThreeLegs:
    """Take the legs at a statement's end, the last one's where no day is given.

    Without `known_at` they are taken at the position all read models have reached. `notes` say, by entry id, why an item is
    outstanding so long. Raises NotFound for an account without any statement when no day is given, BadRequest for a
    position that the read models have not reached: what they would show is not what was known there.
    """
    with reader.snapshot():
        position = reader.position() if known_at is None else known_at
        if known_at is not None and known_at > (reached := reader.reached()):
            raise BadRequest(f"the read models have come to position {reached}; {known_at} is not read yet", reached=reached)
        end = period_end or last_statement_day(reader, trust_account_id, position)
        if end is None:
            raise NotFound("this account has no bank statement yet", trust_account_id=trust_account_id)
        return _taken(reader, trust_account_id, end, position, notes or {})


def _taken(reader: Reader, account_id: str, end: date, position: int, notes: Mapping[str, str]) -> ThreeLegs:
    statement = statement_ending(reader, account_id, end, position)
    items = outstanding_items(reader, account_id, end, position)
    errors = bank_errors(reader, account_id, end, position)
    lines = open_lines(reader, account_id, end, position)
    ledgers = _ledgers(reader, account_id, end, position)
    book = _book(reader, account_id, end, position)
    days = firm_policy(reader, end, position).number("outstanding_note_after_days")
    notes = {**_item_notes(reader, account_id, position), **notes}
    stale = tuple(item for item in items if item.age_days > days and not notes.get(item.entry_id, "").strip())
    unexplained = tuple(line for line in lines if line.explained is None)
    return ThreeLegs(
        account_id,
        end,
        position,
        statement,
        statements_of_period(reader, account_id, end, position),
        uncovered_in_period(reader, account_id, end, position),
        tuple(item for item in items if item.amount_minor > 0),
        tuple(item for item in items if item.amount_minor < 0),
        tuple(errors),
        ledgers,
        unexplained,
        tuple(line for line in lines if line.explained is not None),
        stale,
        days,
        book,
        None if statement is None else _figures(statement, items, errors, book, ledgers, len(unexplained), len(stale)),
        dict(notes),
    )


def _item_notes(reader: Reader, account_id: str, position: int) -> dict[str, str]:
    """What people noted on items, by entry id, whenever they noted it: a note comes after the period it is about."""
    ids = card_ids(reader, "item_note", "trust_account_id", [account_id])
    cards = card_states(reader, "item_note", ids, known_at=position)
    return {card["entry_id"]: card["note"] for card in cards.values()}


def _figures(
    statement: Statement,
    items: list[OutstandingItem],
    errors: list[BankError],
    book_minor: int,
    ledgers: tuple[LedgerLine, ...],
    unexplained: int,
    stale: int,
) -> Figures:
    in_transit = sum(item.amount_minor for item in items if item.amount_minor > 0)
    outstanding = -sum(item.amount_minor for item in items if item.amount_minor < 0)
    wrong = sum(error.amount_minor for error in errors)
    balances = [ledger.balance_minor for ledger in ledgers]
    return Figures(
        statement_minor=statement.closing_minor,
        deposits_in_transit_minor=in_transit,
        outstanding_disbursements_minor=outstanding,
        bank_errors_minor=wrong,
        adjusted_bank_minor=statement.closing_minor + in_transit - outstanding + wrong,
        book_minor=book_minor,
        ledgers_minor=sum(balances),
        positive_ledgers_minor=sum(balance for balance in balances if balance > 0),
        negative_ledgers=sum(balance < 0 for balance in balances),
        unexplained_lines=unexplained,
        stale_items_without_note=stale,
    )


def _book(reader: Reader, account_id: str, end: date, position: int) -> int:
    """The second leg, from every posting itself: sums that are kept have no part in a reconciliation."""
    return reader.number(
        "SELECT sum(amount_minor) FROM {s}.postings WHERE trust_account_id = %(account)s AND account = %(code)s "
        "AND effective_date <= %(as_of)s AND position <= %(known_at)s",
        account=account_id,
        code=Account.TRUST_BANK.value,
        **bounds(end, position),
    )


def _ledgers(reader: Reader, account_id: str, end: date, position: int) -> tuple[LedgerLine, ...]:
    """The third leg, from every entry itself, whatever became of its client and matter."""
    rows = reader.rows(
        "SELECT ledger_id::text, sum(effect_minor)::bigint AS balance_minor FROM {s}.sub_ledger_entries "
        "WHERE trust_account_id = %(account)s AND effective_date <= %(as_of)s AND position <= %(known_at)s "
        "GROUP BY ledger_id ORDER BY ledger_id",
        account=account_id,
        **bounds(end, position),
    )
    return tuple(LedgerLine(**row) for row in rows)
