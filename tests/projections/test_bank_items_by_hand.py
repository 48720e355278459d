"""Outstanding items and the cheque register against lists kept by hand while random commands go by: no code is shared."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.errors import Refusal
from commands.accept_match import AcceptMatch
from commands.event_log.database import Database
from commands.mark_cheque_stale import MarkChequeStale
from commands.print_cheque import PrintCheque
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.reverse_receipt import ReverseReceipt
from commands.undo_disbursement import UndoDisbursement
from commands.undo_match import UndoMatch
from commands.work import Command
from projections.reports import cheque_register, outstanding_items
from tests.commands.trust_facts_on import statement_line
from tests.commands.trust_practice import Practice
from tests.projections.september import folded

_STEPS = 70


@dataclass
class Item:
    """What the bank will show: an amount on a day, and what became of it."""

    day: date
    amount_minor: int
    ledger: UUID
    since: int
    cheque: int | None = None
    shown: list[tuple[int, date | None]] = field(default_factory=list)
    """(known from, day that the bank showed it); None where that was taken back."""
    gone: tuple[int, date] | None = None
    """(known from, day) of its reversal."""

    def is_outstanding(self, on: date, known_at: int) -> bool:
        if self.since > known_at or self.day > on or (self.gone and self.gone[0] <= known_at and self.gone[1] <= on):
            return False
        told = [day for position, day in self.shown if position <= known_at]
        return not told or told[-1] is None or told[-1] > on


@dataclass
class ByHand:
    """A practice, and the lists beside it."""

    practice: Practice
    chance: random.Random
    items: dict[UUID, Item] = field(default_factory=dict)
    cheques: dict[int, list[tuple[int, date, str]]] = field(default_factory=dict)
    """Number → (known from, day, status), in order."""
    payments: dict[UUID, UUID] = field(default_factory=dict)
    """Entry → disbursement."""
    matches: dict[UUID, tuple[UUID, date]] = field(default_factory=dict)
    before_it_cleared: dict[int, str] = field(default_factory=dict)
    next_number: int = 101
    sizes: list[int] = field(default_factory=list)
    """Of the log, between commands."""

    def size(self) -> int:
        return self.practice.log.size()

    def tries(self, command: Command) -> dict[str, Any] | None:
        """Its answer, None where it is refused."""
        try:
            return self.practice.does(command)
        except Refusal:
            return None

    def becomes(self, number: int, day: date, status: str) -> None:
        self.cheques.setdefault(number, []).append((self.size(), day, status))

    def some(self, *, wanted: int) -> UUID | None:
        """An entry that the bank has not shown and nobody took back, of that sign."""
        there = [key for key, one in self.items.items() if one.gone is None and one.amount_minor * wanted > 0]
        return self.chance.choice([key for key in there if key not in self.matches] or [None])

    def step(self) -> None:
        practice = self.practice
        if self.chance.random() < 0.4:
            practice.today += timedelta(days=self.chance.choice((1, 1, 2, 5, 60)))
        names = (
            "receive",
            "receive",
            "pay",
            "pay",
            "print",
            "undo",
            "stale",
            "show",
            "show",
            "mistake",
            "comes_back",
            "reverse",
        )
        getattr(self, f"_{self.chance.choice(names)}")()

    def _receive(self) -> None:
        amount, letter = self.chance.randint(1, 500_00), self.chance.choice("AB")
        entry = self.practice.receive(letter, amount)
        self.items[entry] = Item(self.practice.today, amount, self.practice.ledgers[letter], self.size())

    def _pay(self) -> None:
        letter, number = self.chance.choice("AB"), self.next_number if self.chance.random() < 0.7 else None
        amount = self.chance.randint(1, 300_00)
        try:
            disbursement, entry = self.practice.pay(letter, amount, number, payee=f"Expert {self.size()}")
        except Refusal:
            return
        self.payments[entry] = disbursement
        self.items[entry] = Item(self.practice.today, -amount, self.practice.ledgers[letter], self.size(), number)
        if number is not None:
            self.becomes(number, self.practice.today, "issued")
            self.next_number = number + self.chance.choice((1, 1, 1, 2, 4))

    def _cheque(self) -> int | None:
        return self.chance.choice(list(self.cheques)) if self.cheques else None

    def _print(self) -> None:
        number = self._cheque()
        if number and self.tries(PrintCheque(trust_account_id=self.practice.account, number=number)):
            assert self.cheques[number][-1][2] == "issued"
            self.becomes(number, self.practice.today, "printed")

    def _stale(self) -> None:
        number = self._cheque()
        if number and self.tries(MarkChequeStale(trust_account_id=self.practice.account, number=number, why="old")):
            assert self.practice.today >= self.cheques[number][0][1] + timedelta(days=180)
            assert self.cheques[number][-1][2] in {"issued", "printed"}
            self.becomes(number, self.practice.today, "stale")

    def _undo(self) -> None:
        if not self.payments:
            return
        entry = self.chance.choice(list(self.payments))
        ending = self.chance.choice(("void", "stopped"))
        command = UndoDisbursement(disbursement_id=self.payments[entry], ending=ending, why="x")
        done = self.tries(command)
        item = self.items[entry]
        assert (done is not None) == (item.gone is None and entry not in self.matches)
        if done is not None:
            item.gone = (self.size(), self.practice.today)
            if item.cheque is not None:
                self.becomes(item.cheque, self.practice.today, ending)

    def _show(self) -> None:
        entry = self.some(wanted=self.chance.choice((1, -1)))
        if entry is None:
            return
        item, today = self.items[entry], self.practice.today
        line = statement_line(self.practice, item.amount_minor, today)
        accepted = AcceptMatch(trust_account_id=self.practice.account, line_ids=(line,), entries=((item.ledger, entry),))
        match = UUID(self.practice.does(accepted)["match_id"])
        self.matches[entry] = (match, today)
        item.shown.append((self.size(), today))
        if item.cheque is not None:
            self.before_it_cleared[item.cheque] = self.cheques[item.cheque][-1][2]
            self.becomes(item.cheque, today, "cleared")

    def _mistake(self) -> None:
        """A match was wrong."""
        if not self.matches:
            return
        entry = self.chance.choice(list(self.matches))
        match, day = self.matches.pop(entry)
        self.practice.does(UndoMatch(trust_account_id=self.practice.account, match_id=match, why="wrong"))
        item = self.items[entry]
        item.shown.append((self.size(), None))
        if item.cheque is not None:
            self.becomes(item.cheque, day, self.before_it_cleared[item.cheque])

    def _comes_back(self) -> None:
        """A deposit that the bank has shown comes back: an item of its own."""
        entry = self.chance.choice([key for key in self.matches if self.items[key].amount_minor > 0] or [None])
        if entry is None:
            return
        item = self.items[entry]
        told = self.tries(
            RecordReturnedDeposit(ledger_id=item.ledger, entry_id=entry, effective_date=self.practice.today, evidence="R01")
        )
        if told is not None:
            back = Item(self.practice.today, -item.amount_minor, item.ledger, self.size())
            self.items[UUID(told["entry_id"])] = back

    def _reverse(self) -> None:
        entry = self.some(wanted=1)
        if entry is None:
            return
        item = self.items[entry]
        command = ReverseReceipt(ledger_id=item.ledger, entry_id=entry, effective_date=self.practice.today, why="x")
        if self.tries(command) is not None:
            item.gone = (self.size(), self.practice.today)


@contextmanager
def _kept(database_url: str, seed: int) -> Iterator[tuple[Database, ByHand]]:
    with Database(database_url) as database:
        practice = Practice(database.create_firm("demo", UUID(int=1 << 32)))
        hand = ByHand(practice, random.Random(seed))  # noqa: S311 -- chance, not secrecy
        for letter in "AB":
            hand.items[practice.receive(letter, 2_000_00)] = Item(
                practice.today, 2_000_00, practice.ledgers[letter], hand.size()
            )
        for _ in range(_STEPS):
            hand.step()
            hand.sizes.append(hand.size())
        yield database, hand


@pytest.mark.parametrize("seed", range(6))
def test_what_is_outstanding_and_every_cheque_are_as_kept_by_hand(migrated_database_url: str, seed: int) -> None:
    with _kept(migrated_database_url, seed) as (database, hand), folded(database) as reader:
        account, chance = str(hand.practice.account), random.Random(seed)  # noqa: S311
        moments = [(hand.practice.today, hand.size())]
        days = (hand.practice.today - date(2026, 9, 1)).days
        moments += [
            (date(2026, 9, 1) + timedelta(days=chance.randint(0, days)), chance.choice(hand.sizes)) for _ in range(8)
        ]
        for on, known_at in moments:
            clocks: dict[str, Any] = {"trust_account_id": account, "as_of": on, "known_at": known_at}
            found = outstanding_items.report(reader, **clocks)
            assert sorted(
                (str(row["entry_id"]), row["amount_minor"], row["age_days"], row["cheque_number"]) for row in found.records()
            ) == sorted(
                (str(key), one.amount_minor, (on - one.day).days, one.cheque)
                for key, one in hand.items.items()
                if one.is_outstanding(on, known_at)
            ), (on, known_at)
            expected = _register(hand, on, known_at)
            rows = cheque_register.report(reader, **clocks).records()
            assert [(row["number"], row["to_number"], row["status"]) for row in rows] == expected, (on, known_at)


def _register(hand: ByHand, on: date, known_at: int) -> list[tuple[int, int | None, str]]:
    stood = {
        number: [status for position, day, status in told if position <= known_at and day <= on]
        for number, told in hand.cheques.items()
    }
    rows: list[tuple[int, int | None, str]] = []
    for number in sorted(number for number, told in stood.items() if told):
        if rows and number > rows[-1][0] + 1:
            rows.append((rows[-1][0] + 1, number - 1, "missing"))
        rows.append((number, None, stood[number][-1]))
    return rows
