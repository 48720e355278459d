"""Agreement: random histories, folded three ways, against a plain sum that shares no code with them."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates import trust_ledger
from aggregates.logged_event import LoggedEvent
from aggregates.trust_ledger_events import LedgerPurpose
from projections import bank_items, postings, sub_ledger
from projections.chart_of_accounts import Account
from projections.projection import Add, Insert
from projections.reports import account_journal, client_ledger, ledger_list, open_balance, trial_balance
from projections.reports.three_legs import three_legs
from tests.projections.september import END, September, folded, lived

ACCOUNT = UUID(int=1)
_IN = ("funds-received", "interest-credited", "reserve-topped-up", "shortage-cured", "transferred-in")
_OUT = ("funds-disbursed", "deposit-returned", "bank-charge-taken", "interest-swept", "transferred-out")
_LEDGERS = (
    *(UUID(int=n) for n in (11, 12, 13)),
    *(trust_ledger.KIND.stream_id(ACCOUNT, purpose, None, None) for purpose in LedgerPurpose if purpose != "client"),
)

_RESERVE = trust_ledger.KIND.stream_id(ACCOUNT, LedgerPurpose.FIRM_RESERVE, None, None)
entries = st.tuples(
    st.sampled_from((*_IN, *_OUT, "reversed-up", "reversed-down")),
    st.sampled_from(_LEDGERS),
    st.integers(1, 10**15),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
).filter(lambda entry: not (entry[1] == _RESERVE and entry[0].startswith("transferred")))  # no rule allows it


def _logged(position: int, kind: str, ledger_id: UUID, amount_minor: int, on: date) -> LoggedEvent:
    data: dict[str, Any] = {
        "trust_account_id": str(ACCOUNT), "entry_id": str(UUID(int=position)), "amount_minor": amount_minor,
        "description": kind, "instrument": "wire", "payer": {"subject_id": str(ACCOUNT), "text": "x"},
        "available_on": on.isoformat(),
    }  # fmt: skip
    if kind.startswith("reversed"):
        data |= {"effect": "increase" if kind.endswith("up") else "decrease", "bank_charge": False}
        kind = "entry-reversed"
    return LoggedEvent(
        position=position, id=str(UUID(int=position)), topic=f"trust-ledger/{kind}", schema=1, stream_id=str(ledger_id),
        version=1, recorded_at="2026-12-31T00:00:00Z", effective_date=on.isoformat(), actor={}, command_id=str(ACCOUNT),
        correlation_id=str(ACCOUNT), causation_id=None, reason=None, data=data, account_id=None, account_seq=None,
        account_prev=None,
    )  # fmt: skip


@given(st.lists(entries, max_size=40))
def test_postings_sub_ledgers_and_bank_items_agree_with_a_plain_sum(history: list[tuple[str, UUID, int, date]]) -> None:
    book: dict[str, int] = defaultdict(int)
    ledgers: dict[str, int] = defaultdict(int)
    bank = plain_bank = 0
    plain: dict[str, int] = defaultdict(int)
    for position, (kind, ledger_id, amount, on) in enumerate(history, 1):
        signed = amount if kind in _IN or kind == "reversed-up" else -amount
        plain[str(ledger_id)] += signed
        plain_bank += 0 if kind.startswith("transferred") else signed
        event = _logged(position, kind, ledger_id, amount, on)
        sums: dict[str, int] = defaultdict(int)
        for posting in postings.postings_of(event):
            sums[posting.book] += posting.amount_minor
            book[posting.account] += posting.amount_minor
        assert not any(sums.values())
        for change in sub_ledger.project(event):
            if isinstance(change, Add) and change.table == "ledger_balances":
                ledgers[change.key[1]] += change.amounts["balance_minor"]
        if event.topic in (bank_items.PROJECTION.topics or ()):
            for change in bank_items.project(event):
                assert isinstance(change, Insert)
                bank += change.row[3]
    assert ledgers == plain
    assert book[Account.TRUST_BANK] == bank == plain_bank
    liabilities = (account for account in book if account.startswith("21"))
    assert -sum(book[account] for account in liabilities) == book[Account.TRUST_BANK]
    assert book[Account.RESERVE_HELD_IN_TRUST] == -book[Account.FIRM_RESERVE], "1180 = 2110"


@dataclass
class Plain:
    """The same history in plain lists: (position, day, ledger, amount)."""

    rows: list[tuple[int, date, str, int]] = field(default_factory=list)

    def balance(self, ledger: str | None, as_of: date | None = None, known_at: int | None = None) -> int:
        return sum(
            amount
            for position, on, whose, amount in self.rows
            if ledger in {None, whose} and (as_of is None or on <= as_of) and (known_at is None or position <= known_at)
        )


@pytest.mark.parametrize("seed", range(4))
def test_random_months_agree_at_every_moment(database_url: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- chance, not secrecy
    with lived(database_url, matched=True) as (database, month):
        plain = _opening(month)
        _live(month, plain, chance)
        account = str(month.account_id)
        moments = [(None, None), (END, None), (None, month.books.log.size() - 9)]
        moments += [
            (date(2026, 9, chance.randint(1, 30)), chance.randint(month.books.log.size() // 2, month.books.log.size()))
            for _ in range(6)
        ]
        with folded(database) as reader:
            for as_of, known_at in moments:
                clocks: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
                book = plain.balance(None, as_of, known_at)
                tried = trial_balance.report(reader, trust_account_id=account, with_zero=True, **clocks)
                assert (tried.totals["ledgers"], tried.totals["book"]) == (book, book)
                assert account_journal.report(reader, trust_account_id=account, **clocks).totals["closing"] == book
                for row in ledger_list.report(reader, **clocks).records():
                    assert row["balance_minor"] == plain.balance(row["ledger_id"], as_of, known_at)
                ledger = str(month.ledgers["A"])
                expected = plain.balance(ledger, as_of, known_at)
                assert open_balance.report(reader, ledger_id=ledger, **clocks).totals["balance"] == expected
                page = client_ledger.report(reader, ledger_id=ledger, limit=1000, **clocks)
                assert page.records()[-1]["balance_minor"] == page.totals["closing"] == expected
            legs = three_legs(reader, account, END)
            assert legs.figures is not None
            assert legs.figures.adjusted_bank_minor == legs.figures.book_minor == legs.figures.ledgers_minor
            assert legs.figures.book_minor == plain.balance(None, END)


def _opening(month: September) -> Plain:
    """What September left, told from its amounts in the reference, not from its events."""
    plain = Plain()
    for letter, days in _SEPTEMBER.items():
        plain.rows += [(0, on, str(month.ledgers[letter]), amount) for on, amount in days]
    positions = [event for event in month.books.log.read() if event.data.get("entry_id") and "description" in event.data]
    found = {(e.stream_id, e.effective_date, abs(e.data["amount_minor"])): e.position for e in positions}
    plain.rows = [(found[ledger, on.isoformat(), abs(minor)], on, ledger, minor) for _, on, ledger, minor in plain.rows]
    return plain


def _live(month: September, plain: Plain, chance: random.Random) -> None:
    """More entries on random days, none of which the bank has shown, so that A follows B and C."""
    letters = ("A", "B", "C", "D")
    for number in range(200, 230):
        letter, amount = chance.choice(letters), chance.randint(1, 90_000)
        on = END - timedelta(days=chance.randint(0, 40))
        if chance.random() < 0.6:
            month.receive(number, letter, amount, on)
        else:
            month.pay(number, letter, amount, on, "Somebody")
            amount = -amount
        entry_id = str(month.entries[number])
        written = [event for event in month.books.log.read() if event.data.get("entry_id") == entry_id]
        position = next(event.position for event in written if event.topic.startswith("trust-ledger/"))
        plain.rows.append((position, on, str(month.ledgers[letter]), amount))
        if chance.random() < 0.3:
            undone = date(2026, 9, chance.randint(1, 30))
            month.books.reverse(
                month.ledgers[letter], month.entries[number], abs(amount), "decrease" if amount > 0 else "increase", undone
            )
            plain.rows.append((month.books.log.size(), undone, str(month.ledgers[letter]), -amount))


_AUGUST_1 = date(2026, 8, 1)
_SEPTEMBER: dict[str, list[tuple[date, int]]] = {
    "A": [(_AUGUST_1, 500_000), (date(2026, 9, 2), 250_000), (date(2026, 9, 15), -185_000)],
    "B": [
        (_AUGUST_1, 1_290_000),
        (date(2026, 8, 28), -40_000),
        (date(2026, 9, 5), -320_000),
        (END, 150_000),
    ],
    "C": [
        (date(2026, 9, 8), 4_000_000),
        (date(2026, 9, 18), -1_333_333),
        (date(2026, 9, 18), -2_450_000),
        (date(2026, 9, 18), -216_667),
    ],
    "D": [
        (_AUGUST_1, 80_000),
        (date(2026, 9, 21), 100_000),
        (date(2026, 9, 25), -100_000),
        (date(2026, 9, 29), -15_000),
    ],
    "FIRM": [(_AUGUST_1, 10_000), (date(2026, 9, 25), -1_200), (END, -1_500)],
    "INT": [(END, 742)],
}
