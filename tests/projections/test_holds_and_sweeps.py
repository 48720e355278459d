"""A hold that was extended, and interest that was swept, as the read models tell them."""

from datetime import date

from aggregates.event import Personal
from aggregates.trust_ledger_events import CollectionDelayed, FundsCleared, InterestCredited, InterestSwept
from projections.reports import disbursements_journal, outstanding_items
from projections.reports.balances import ledger_balance
from tests.projections.september import END, day, folded, lived

_HELD_TO, _LONGER_TO = date(2026, 11, 20), date(2026, 12, 4)


def test_an_extended_hold_counts_once_on_every_day_and_as_it_was_known(database_url: str) -> None:
    with lived(database_url) as (database, month):
        ledger = str(month.ledgers["A"])
        month.receive(80, "A", 100_00, day(30), available_on=_HELD_TO)
        before = month.books.log.size()
        delayed = CollectionDelayed(
            trust_account_id=month.account_id,
            effective_date=END,
            entry_id=month.entries[80],
            amount_minor=100_00,
            was_available_on=_HELD_TO,
            available_on=_LONGER_TO,
            evidence="bank notice",
        )
        month.books.append((month.ledgers["A"], delayed))
        with folded(database) as reader:
            days = (END, date(2026, 11, 19), _HELD_TO, date(2026, 12, 3), _LONGER_TO)
            waiting = [ledger_balance(reader, ledger, on, None).uncollected_minor for on in days]
            known_before = [ledger_balance(reader, ledger, on, before).uncollected_minor for on in days]
            now = ledger_balance(reader, ledger, None, None).uncollected_minor
            same = ledger_balance(reader, ledger, None, month.books.log.size()).uncollected_minor
        today = reader.today
        cleared = FundsCleared(
            trust_account_id=month.account_id, effective_date=END, entry_id=month.entries[80], evidence="bank line"
        )
        month.books.append((month.ledgers["A"], cleared))
        with folded(database) as reader:
            after = [ledger_balance(reader, ledger, on, None).uncollected_minor for on in (*days, None)]
    assert waiting == [100_00, 100_00, 100_00, 100_00, 0]
    assert known_before == [100_00, 100_00, 0, 0, 0]
    assert now == same == (100_00 if today < _LONGER_TO else 0)
    assert after == [0] * 6


def test_interest_swept_leaves_its_ledger_the_book_and_the_bank(database_url: str) -> None:
    with lived(database_url) as (database, month):
        interest = month.ledgers["INT"]
        credited = InterestCredited(
            trust_account_id=month.account_id,
            effective_date=END,
            entry_id=month.books.id(),
            amount_minor=5_00,
            description="i",
        )
        swept = InterestSwept(
            trust_account_id=month.account_id,
            effective_date=END,
            entry_id=month.books.id(),
            amount_minor=5_00,
            description="Swept",
            payee=Personal(subject_id=interest, text="NC IOLTA"),
        )
        with folded(database) as reader:
            before = ledger_balance(reader, str(interest), None, None).balance_minor
        month.books.append((interest, credited), (interest, swept))
        with folded(database) as reader:
            after = ledger_balance(reader, str(interest), None, None).balance_minor
            journal = disbursements_journal.report(reader, trust_account_id=str(month.account_id), start=END)
            items = outstanding_items.report(reader, trust_account_id=str(month.account_id), as_of=END)
    assert after == before
    rows = {row["entry_id"]: row for row in journal.records()}
    assert rows[str(swept.entry_id)]["amount_minor"] == 5_00
    assert rows[str(swept.entry_id)]["counterparty"] == "NC IOLTA"
    outstanding = {row["entry_id"]: row["amount_minor"] for row in items.records()}
    assert outstanding[str(swept.entry_id)] == -outstanding[str(credited.entry_id)] == -5_00
