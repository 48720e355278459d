"""Money between ledgers: of one client, on a document's authority, to a matter that is open."""

from typing import Any
from uuid import UUID

import pytest

from aggregates import trust_ledger
from aggregates.errors import BadRequest
from aggregates.trust_ledger_events import TransferredIn, TransferredOut
from aggregates.trust_rules import MatterHoldsTrustMoney, NoLedger, Overdraft, UncollectedFunds, WrongClient
from commands.transfer_between_ledgers import TransferBetweenLedgers
from tests.commands.trust_practice import ASHBY, Practice, day


def transfer(practice: Practice, to: UUID, amount_minor: int = 100_00, **more: Any) -> TransferBetweenLedgers:
    asked = {
        "from_ledger_id": practice.ledgers["A"], "to_ledger_id": to, "amount_minor": amount_minor,
        "effective_date": practice.today, "authority": "letter of 1 September", "description": "to the appeal",
    }  # fmt: skip
    return TransferBetweenLedgers.model_validate({**asked, **more})


def test_money_goes_from_one_matter_of_a_client_to_another(practice: Practice) -> None:
    practice.receive("A", 100_00)
    appeal = practice.open_ledger("A2", practice.clients["A"])

    out, into = practice.recorded(transfer(practice, appeal), ASHBY)

    assert isinstance(out, TransferredOut)
    assert isinstance(into, TransferredIn)
    assert (out.to_ledger_id, into.from_ledger_id) == (appeal, practice.ledgers["A"])
    assert practice.log.load(trust_ledger.KIND, appeal).state.balance_minor == 100_00
    practice.refused(Overdraft, transfer(practice, appeal, 1), ASHBY)


def test_t14_nothing_is_transferred_to_a_matter_that_is_closed(practice: Practice) -> None:
    practice.receive("A", 100_00)
    appeal = practice.open_ledger("A2", practice.clients["A"])
    practice.close("A2")

    refusal = practice.refused(MatterHoldsTrustMoney, transfer(practice, appeal), ASHBY)

    assert (refusal.code, refusal.rule) == ("trust.t14.matter_holds_trust_money", "T14")
    assert refusal.figures == {"matter_status": "closed"}


def test_t4_nothing_is_transferred_to_another_client_nor_to_the_firm(practice: Practice) -> None:
    practice.receive("A", 100_00)

    for other in (practice.ledgers["B"], practice.reserve, practice.interest, practice.unidentified):
        practice.refused(WrongClient, transfer(practice, other), ASHBY)
    practice.refused(BadRequest, transfer(practice, practice.ledgers["A"]), ASHBY)


def test_t10_what_nobody_knew_is_identified_as_a_clients(practice: Practice) -> None:
    practice.ledgers["?"] = practice.unidentified
    practice.receive("?", 100_00)
    from_it: dict[str, Any] = {"from_ledger_id": practice.unidentified}

    practice.refused(NoLedger, transfer(practice, practice.reserve, **from_it), ASHBY)
    practice.does(transfer(practice, practice.ledgers["B"], **from_it), ASHBY)


def test_t3_what_is_not_collected_is_not_transferred(practice: Practice) -> None:
    practice.receive("A", 100_00, "cheque")
    appeal = practice.open_ledger("A2", practice.clients["A"])

    practice.refused(UncollectedFunds, transfer(practice, appeal), ASHBY)
    practice.today = day(8)
    practice.does(transfer(practice, appeal), ASHBY)


def test_a_ledger_with_money_from_another_takes_no_balance_of_former_books(practice: Practice) -> None:
    practice.receive("A", 100_00)
    practice.does(transfer(practice, practice.open_ledger("A2", practice.clients["A"])), ASHBY)

    with pytest.raises(BadRequest, match="before anything else is posted"):
        practice.receive("A2", 50_00, "opening")
