"""Days of no calendar that a firm lives by are refused, and nothing is changed."""

from datetime import date, timedelta

import pytest

from aggregates.errors import BadRequest
from commands.close_matter import CloseMatter
from commands.extend_hold import ExtendHold
from commands.open_trust_account import OpenTrustAccount
from commands.receive_funds import ReceiveFunds
from commands.record_billing_reference import RecordBillingReference
from commands.transfer_between_ledgers import TransferBetweenLedgers
from commands.transfer_in_bulk import TransferInBulk
from commands.work import Command
from tests.commands.trust_practice import ASHBY, Practice, day

LONG_AGO, FAR = date(1, 1, 1), date(9999, 12, 31)


def a_receipt(practice: Practice, available_on: date) -> ReceiveFunds:
    return ReceiveFunds(
        ledger_id=practice.ledgers["A"],
        amount_minor=100,
        effective_date=day(1),
        instrument="wire",
        payer="A",
        description="Deposit",
        available_on=available_on,
    )


@pytest.mark.parametrize("on", [LONG_AGO, date(1899, 12, 31), FAR])
def test_a_day_that_is_a_slip_of_the_keyboard(practice: Practice, on: date) -> None:
    opens = OpenTrustAccount(name="IOLTA-2", bank="First Bank", account_number="2", opened_on=on)
    asked: list[Command] = [opens, CloseMatter(matter_id=practice.matters["A"], why="Done", closed_on=on)]
    for command in asked:
        assert str(on) in practice.refused(BadRequest, command, ASHBY).sentence


def test_the_days_of_commands_in_a_command_count_too(practice: Practice) -> None:
    one = TransferBetweenLedgers(
        from_ledger_id=practice.ledgers["A"],
        to_ledger_id=practice.ledgers["B"],
        amount_minor=1,
        effective_date=LONG_AGO,
        authority="Letter",
        description="Move",
    )
    practice.refused(BadRequest, TransferInBulk(transfers=(one,)), ASHBY)


def test_a_bill_is_of_this_age(practice: Practice) -> None:
    bill = RecordBillingReference(
        document="invoice",
        number="7",
        client_id=practice.clients["A"],
        matter_id=practice.matters["A"],
        amount_minor=100,
        issued_on=date(202, 9, 1),
    )
    assert "slip of the keyboard" in practice.refused(BadRequest, bill, ASHBY).sentence


def test_money_is_held_for_a_year_at_most(practice: Practice) -> None:
    longest = day(1) + timedelta(days=366)
    assert "longer than a year" in practice.refused(BadRequest, a_receipt(practice, longest + timedelta(days=1))).sentence
    practice.refused(BadRequest, a_receipt(practice, FAR))
    practice.does(a_receipt(practice, longest))
    entry = practice.receive("A", 500, "cheque")
    later = {"ledger_id": practice.ledgers["A"], "entry_id": entry, "evidence": "The bank wrote"}
    practice.refused(BadRequest, ExtendHold.model_validate(later | {"available_on": longest + timedelta(days=1)}))
    practice.does(ExtendHold.model_validate(later | {"available_on": longest}))
