"""September 2026 of the domain reference (section 1.10), on its dates, under every pack whose rules allow it."""

from datetime import date
from uuid import UUID

import pytest

from aggregates import trust_ledger
from aggregates.trust_rules import UncollectedFunds
from commands.clear_funds import ClearFunds
from commands.record_bank_charge import RecordBankCharge
from commands.record_interest import RecordInterest
from commands.record_returned_deposit import RecordReturnedDeposit
from commands.top_up_reserve import TopUpReserve
from tests.commands.trust_practice import FIRM_NAME, Practice, day, practising


@pytest.mark.parametrize("jurisdiction", ["us-aba", "us-ca", "us-ny", "us-fl", "us-nc", "us-wa"])
def test_the_worked_example_goes_through_on_its_dates(migrated_database_url: str, jurisdiction: str) -> None:
    with practising(migrated_database_url, jurisdiction=jurisdiction) as practice:
        _carry_forward(practice)
        _first_half(practice)
        _second_half(practice)
        balances = {letter: _balance(practice, practice.ledgers[letter]) for letter in "ABCD"}
        firm, interest = _balance(practice, practice.reserve), _balance(practice, practice.interest)

    assert balances == {"A": 5_650_00, "B": 10_800_00, "C": 0, "D": 650_00}
    assert (firm, interest) == (73_00, 7_42)
    assert sum(balances.values()) + firm + interest == 17_180_42


def _balance(practice: Practice, ledger_id: UUID) -> int:
    state: trust_ledger.TrustLedger = practice.log.load(trust_ledger.KIND, ledger_id).state
    return state.balance_minor


def _carry_forward(practice: Practice) -> None:
    for letter in "CD":
        practice.open_ledger(letter, practice.clients["A"] if letter == "C" else practice.clients["B"])
        practice.clients[letter] = practice.clients["A" if letter == "C" else "B"]
    practice.today = date(2026, 8, 28)
    for letter, amount_minor in (("A", 5_000_00), ("B", 12_900_00), ("D", 800_00)):
        practice.receive(letter, amount_minor, "opening")
    practice.does(
        TopUpReserve(
            trust_account_id=practice.account, amount_minor=100_00, effective_date=practice.today, description="charges"
        )
    )
    practice.pay("B", 400_00, cheque=1050)


def _first_half(practice: Practice) -> None:
    practice.today = day(2)
    retainer = practice.receive("A", 2_500_00, "cheque")
    practice.today = day(3)
    practice.does(
        ClearFunds(
            ledger_id=practice.ledgers["A"], entry_id=retainer, effective_date=day(3), evidence="credited 3 September"
        )
    )
    practice.today = day(5)
    practice.pay("B", 3_200_00, cheque=1051)
    practice.today = day(8)
    practice.receive("C", 40_000_00, "cheque", available_on=day(15))
    practice.today = day(10)
    practice.refused(UncollectedFunds, practice.ask("C", 40_000_00))  # F6
    invoice = practice.bill("A", "1001", 1_850_00)
    practice.today = day(15)
    practice.pay("A", 1_850_00, payee=FIRM_NAME, billing_reference_id=invoice)


def _second_half(practice: Practice) -> None:
    practice.today = day(18)
    invoice = practice.bill("C", "1002", 13_333_33)
    practice.pay("C", 13_333_33, payee=FIRM_NAME, billing_reference_id=invoice)
    practice.pay("C", 24_500_00, cheque=1052)
    practice.pay("C", 2_166_67, cheque=1053, payee="Wake Orthopaedic Associates")
    practice.today = day(21)
    deposit = practice.receive("D", 1_000_00, "cheque")
    practice.today = day(25)
    back = RecordReturnedDeposit(ledger_id=practice.ledgers["D"], entry_id=deposit, effective_date=day(25), evidence="NSF")
    assert practice.does(back)["exception_id"] is None
    _charge(practice, 12_00)
    practice.today = day(29)
    practice.pay("D", 150_00, cheque=1054)
    practice.today = day(30)
    practice.receive("B", 1_500_00, "cheque")
    _charge(practice, 15_00)
    practice.does(
        RecordInterest(trust_account_id=practice.account, amount_minor=7_42, effective_date=day(30), description="Interest")
    )


def _charge(practice: Practice, amount_minor: int) -> None:
    charge = RecordBankCharge(
        trust_account_id=practice.account, amount_minor=amount_minor, effective_date=practice.today, description="Charge"
    )
    assert practice.does(charge)["exception_id"] is None
