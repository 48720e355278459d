"""A returned deposit that was recorded by mistake is taken back: reports show it as of its day, and verify agrees."""

from datetime import date
from pathlib import Path

from commands.record_returned_deposit import RecordReturnedDeposit
from commands.reverse_bank_fact import ReverseBankFact
from projections.reports import disbursements_journal, exceptions, outstanding_items
from projections.reports.balances import Balance, ledger_balance
from projections.reports.reader import Reader
from tests.replay.practice import Practice, practice

CAME_IN, SLIP, PUT_RIGHT, COLLECTED = (date(2026, 10, number) for number in (1, 2, 5, 15))


def lived(firm: Practice) -> tuple[str, str]:
    """A wire of which most is spent, and a cheque that is held; a return is recorded of each, and both by mistake."""
    account_id = firm.open_account()
    ledger_id, _, _ = firm.open_ledger(account_id)
    firm.today = CAME_IN
    wire = firm.receive(ledger_id, 1_000_00)
    firm.pay(ledger_id, 900_00)
    cheque = firm.receive(ledger_id, 50_00, "cheque")
    firm.today = SLIP
    slips = [
        firm.does(RecordReturnedDeposit(ledger_id=ledger_id, entry_id=one, effective_date=SLIP, evidence="advice"))
        for one in (cheque, wire)
    ]
    firm.today = PUT_RIGHT
    for slip in slips:
        firm.does(
            ReverseBankFact(
                ledger_id=ledger_id, entry_id=slip["entry_id"], effective_date=PUT_RIGHT, why="another account's"
            )
        )
    return str(account_id), str(ledger_id)


def test_verify_finds_nothing_and_every_report_shows_it_as_of_its_day(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id, ledger_id = lived(firm)
        firm.project()
        firm.sign()
        assert firm.verify().ok

        with firm.database.readers.connection() as connection:
            reader = Reader(connection, firm.log.schema, PUT_RIGHT)
            balances = [ledger_balance(reader, ledger_id, day, None) for day in (CAME_IN, SLIP, PUT_RIGHT, None, COLLECTED)]
            items = outstanding_items.report(reader, trust_account_id=account_id, as_of=PUT_RIGHT)
            before = outstanding_items.report(reader, trust_account_id=account_id, as_of=SLIP)
            paid_out = disbursements_journal.report(reader, trust_account_id=account_id)
            (exception,) = exceptions.report(reader, trust_account_id=account_id).records()

    held = Balance(150_00, uncollected_minor=50_00)
    assert balances == [held, Balance(-900_00), held, held, Balance(150_00)]
    shown = [row["amount_minor"] for row in items.records() if row["ledger_id"] == ledger_id]
    assert sorted(shown) == [-900_00, 50_00, 1_000_00], "the bank never shows what never came back"
    assert before.counts["outstanding_disbursements"] == 3
    assert [(row["kind"], row["amount_minor"]) for row in paid_out.records() if row["effective_date"] >= SLIP] == [
        ("deposit-returned", 50_00),
        ("deposit-returned", 1_000_00),
        ("entry-reversed", -50_00),
        ("entry-reversed", -1_000_00),
    ]
    assert (exception["status"], exception["how"], exception["cured_on"]) == ("cured", "another account's", PUT_RIGHT)
