"""Trust applied to bills: what the matter's ledger can pay, once, past the notice days of the pack, in both books."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.errors import BadRequest
from aggregates.trust_rules import NotBilled, Overdraft, WrongClient
from commands.apply_trust import ApplyTrust
from commands.approve_disbursement import ApproveDisbursement
from commands.dispute_bill import DisputeBill
from commands.open_matter import OpenMatter
from commands.open_trust_ledger import OpenTrustLedger
from commands.reject_disbursement import RejectDisbursement
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, of, paid, reference
from tests.commands.trust_practice import ASHBY, Practice, practising


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    """Client A has 600.00 in trust."""
    practice.receive("A", 600_00)
    return BillingPractice(practice)


def apply(firm: BillingPractice, bill_id: UUID, **more: Any) -> ApplyTrust:
    asked = {
        "billing_reference_id": reference(firm, bill_id).recorded.billing_reference_id, "method": "ach",
        "effective_date": firm.practice.today, "recipient_account": "021000021 / 4711",
    }  # fmt: skip
    return ApplyTrust.model_validate(asked | more)


def test_what_the_ledger_can_pay_is_asked_for_approved_and_released_into_both_books(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = issued(firm, 4)
    told = practice.does(apply(firm, bill_id))
    assert told["amount_minor"] == 600_00
    practice.refused(Overdraft, apply(firm, bill_id))
    practice.receive("A", 1_000_00)
    assert practice.tries(apply(firm, bill_id))["amount_minor"] == 400_00
    practice.refused(NotBilled, apply(firm, bill_id, amount_minor=400_01))
    practice.does(ApproveDisbursement(disbursement_id=UUID(told["disbursement_id"])), ASHBY)
    practice.does(practice.release(UUID(told["disbursement_id"])))

    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (400_00, 400_00)
    rest = practice.does(apply(firm, bill_id))
    practice.refused(NotBilled, apply(firm, bill_id))
    practice.does(RejectDisbursement(disbursement_id=UUID(rest["disbursement_id"]), why="wait"), ASHBY)
    assert practice.does(apply(firm, bill_id))["amount_minor"] == 400_00


def test_what_is_disputed_or_paid_is_not_asked_for(firm: BillingPractice) -> None:
    practice = firm.practice
    practice.receive("A", 5_000_00)
    bill_id = issued(firm, 4)
    paid(firm, 300_00, (bill_id, 300_00))
    dispute = DisputeBill(
        billing_reference_id=reference(firm, bill_id).recorded.billing_reference_id, amount_minor=200_00, why="Too long"
    )
    practice.does(dispute)
    assert practice.tries(apply(firm, bill_id))["amount_minor"] == 500_00
    practice.refused(NotBilled, apply(firm, bill_id, amount_minor=500_01))


def test_the_ledger_is_the_clients_own(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = issued(firm, 1)
    practice.receive("B", 500_00)
    practice.refused(WrongClient, apply(firm, bill_id, ledger_id=practice.ledgers["B"]))
    other = issued(firm, 1, letter="B")
    assert practice.tries(apply(firm, other))["amount_minor"] == 250_00
    assert practice.tries(apply(firm, bill_id, ledger_id=practice.ledgers["A"]))["amount_minor"] == 250_00


@pytest.fixture
def wisconsin(migrated_database_url: str) -> Iterator[BillingPractice]:
    with practising(migrated_database_url, jurisdiction="us-wi") as practice:
        practice.receive("A", 600_00)
        yield BillingPractice(practice)


def test_the_notice_days_of_the_pack_are_waited_for(wisconsin: BillingPractice) -> None:
    practice = wisconsin.practice
    bill_id = issued(wisconsin, 1)
    practice.today += timedelta(days=4)
    practice.refused(NotBilled, apply(wisconsin, bill_id))
    practice.today += timedelta(days=1)
    assert practice.does(apply(wisconsin, bill_id))["amount_minor"] == 250_00


def test_a_matter_without_a_ledger_has_nothing_to_apply(firm: BillingPractice) -> None:
    practice = firm.practice
    matter = practice.does(OpenMatter(client_id=practice.clients["A"], description="Bare"), ASHBY)
    practice.matters["N"], practice.clients["N"] = UUID(matter["matter_id"]), practice.clients["A"]
    bill_id = issued(firm, 1, letter="N")
    practice.refused(BadRequest, apply(firm, bill_id))
    practice.does(OpenTrustLedger(trust_account_id=practice.account, matter_id=practice.matters["N"]))
    practice.refused(Overdraft, apply(firm, bill_id))
