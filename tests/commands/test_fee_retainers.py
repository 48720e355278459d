"""Retainers: what is earned when it is paid goes to operating where the jurisdiction lets it, all else to trust."""

from typing import Any
from uuid import UUID

import pytest

from aggregates import flat_fee, trust_ledger
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.fee_retainer import UnearnedToOperating
from aggregates.jurisdictions import PACKS
from aggregates.trust_rules import FirmMoneyInTrust, WrongClient
from commands.agree_retainer import AgreeRetainer
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.draft_bill import DraftBill
from commands.end_retainer import EndRetainer
from commands.finalize_bill import FinalizeBill
from commands.receive_retainer import ReceiveRetainer
from commands.tighten_policy import TightenPolicy
from tests.commands.trust_practice import ASHBY, Practice, practising


def agreed(practice: Practice, nature: str, minor: int = 5_000_00) -> dict[str, Any]:
    asked = {"matter_id": practice.matters["A"], "nature": nature, "amount_minor": minor}
    words = {"purpose": "Availability in 2026", "authority": "Engagement letter"}
    return practice.does(AgreeRetainer.model_validate(asked | words), ASHBY)


def receipt(practice: Practice, retainer: dict[str, Any], minor: int, letter: str | None = None) -> ReceiveRetainer:
    return ReceiveRetainer(
        retainer_id=UUID(retainer["retainer_id"]), amount_minor=minor, effective_date=practice.today, method="wire",
        payer="Adeline Archer", ledger_id=practice.ledgers[letter] if letter else None,
    )  # fmt: skip


def holds(practice: Practice) -> int:
    balance: int = practice.log.load(trust_ledger.KIND, practice.ledgers["A"]).state.balance_minor
    return balance


def test_a_true_retainer_is_earned_when_it_is_paid_and_billed_from_operating(practice: Practice) -> None:
    retainer = agreed(practice, "true")
    assert (retainer["goes_to"], "Formal Ethics Opinion 10" in retainer["source"]) == ("operating", True)
    refused = practice.refused(FirmMoneyInTrust, receipt(practice, retainer, 1_00, "A"))
    assert "operating, not to trust" in refused.sentence
    told = practice.does(receipt(practice, retainer, 5_000_00))

    assert (told["place"], told["to_come_minor"], holds(practice)) == ("operating", 0, 0)
    fee_id, payment_id = UUID(told["fee_id"]), UUID(told["payment_id"])
    assert practice.log.load(flat_fee.KIND, fee_id).state.earned_on == practice.today
    draft = DraftBill(matter_id=practice.matters["A"], entry_ids=(fee_id,), through=practice.today)
    bill_id = UUID(practice.does(draft)["bill_id"])
    practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    practice.does(FinalizeBill(bill_id=bill_id))
    put = ApplyPayment(payment_id=payment_id, bill_id=bill_id, amount_minor=5_000_00, effective_date=practice.today)
    assert practice.does(put)["unapplied_minor"] == 0
    practice.refused(BadRequest, receipt(practice, retainer, 1))


@pytest.mark.parametrize("nature", ["security", "advance", "flat_fee"])
def test_what_is_not_earned_goes_to_trust(practice: Practice, nature: str) -> None:
    retainer = agreed(practice, nature)
    assert retainer["goes_to"] == "trust"
    refused = practice.refused(UnearnedToOperating, receipt(practice, retainer, 1_000_00))
    assert refused.code == "billing.unearned_to_operating"
    practice.refused(WrongClient, receipt(practice, retainer, 1_000_00, "B"))
    told = practice.does(receipt(practice, retainer, 1_000_00, "A"))
    assert (told["place"], told["to_come_minor"], holds(practice)) == ("trust", 4_000_00, 1_000_00)
    assert "fee_id" not in told
    practice.refused(BadRequest, receipt(practice, retainer, 4_000_01, "A"))
    practice.does(EndRetainer(retainer_id=UUID(retainer["retainer_id"]), why="matter settled"), ASHBY)
    practice.refused(WrongState, receipt(practice, retainer, 1, "A"))
    practice.refused(WrongState, EndRetainer(retainer_id=UUID(retainer["retainer_id"]), why="again"), ASHBY)


def test_a_firm_may_keep_true_retainers_in_trust_where_its_jurisdiction_does_not_ask(practice: Practice) -> None:
    retainer = agreed(practice, "true")
    practice.does(TightenPolicy(setting="true_retainer_in_trust", value=True), ASHBY)
    practice.refused(UnearnedToOperating, receipt(practice, retainer, 1_00))
    practice.does(receipt(practice, retainer, 1_00, "A"))
    assert holds(practice) == 1_00


def test_in_england_every_retainer_is_client_money(migrated_database_url: str) -> None:
    with practising(migrated_database_url, jurisdiction="gb-ew") as practice:
        for nature in ("true", "security", "advance", "flat_fee"):
            retainer = agreed(practice, nature)
            assert retainer["goes_to"] == "trust"
            practice.refused(UnearnedToOperating, receipt(practice, retainer, 1_00))
            practice.does(receipt(practice, retainer, 1_00, "A"))


def test_every_jurisdiction_says_where_each_lies_and_none_lets_unearned_money_out_of_trust() -> None:
    for pack in PACKS.values():
        for name in ("advance_fees_in_trust", "flat_fees_in_trust"):
            assert pack.values[name].value is True, (pack.code, name)
    operating = {code for code, pack in PACKS.items() if not pack.values["true_retainer_in_trust"].value}
    assert operating == {"us-aba", "us-ca", "us-fl", "us-nc", "us-ny", "us-wa"}


def test_a_retainer_nobody_agreed_is_not_received(practice: Practice) -> None:
    practice.refused(NotFound, receipt(practice, {"retainer_id": str(UUID(int=9))}, 1_00))
