"""The firm's order of payment: agreed once, followed by every payment that says no other, and never by draws on trust."""

from datetime import timedelta
from uuid import UUID

import pytest

from aggregates.bill_events import Taxes
from aggregates.errors import BadRequest, NotAllowed
from commands.agree_late_charges import AgreeLateCharges
from commands.agree_payment_order import AgreePaymentOrder
from commands.apply_payment import ApplyPayment
from commands.charge_interest import ChargeInterest
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, of, paid
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day

FEES_FIRST = AgreePaymentOrder(classes=("interest", "fee"), bills="newest_due")


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def test_payments_follow_what_the_firm_agreed_and_what_they_say_themselves(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = issued(firm, 4, taxes=Taxes(tax_1_millionths=100_000))
    assert dict(of(firm, bill_id).owed)["tax"] == 100_00
    practice.refused(NotAllowed, FEES_FIRST)
    practice.refused(BadRequest, AgreePaymentOrder(classes=("tax", "hard_cost")), ASHBY)
    practice.refused(BadRequest, AgreePaymentOrder(classes=("fee", "fee")), ASHBY)
    told = practice.does(FEES_FIRST, ASHBY)
    assert told["after"] == {"classes": ["interest", "fee", "tax", "hard_cost", "soft_cost"], "bills": "newest_due"}
    practice.refused(BadRequest, FEES_FIRST, ASHBY)

    paid(firm, 50_00, (bill_id, 50_00))
    assert (of(firm, bill_id).owed["tax"], of(firm, bill_id).owed["fee"]) == (100_00, 950_00)
    paid(firm, 30_00, (bill_id, 30_00), order=("tax",))
    assert (of(firm, bill_id).owed["tax"], of(firm, bill_id).owed["fee"]) == (70_00, 950_00)
    credit = paid(firm, 1_000_00)
    put = ApplyPayment(payment_id=credit, bill_id=bill_id, amount_minor=960_00, effective_date=practice.today)
    practice.does(put)
    assert (of(firm, bill_id).owed["tax"], of(firm, bill_id).owed["fee"]) == (60_00, 0)
    practice.refused(BadRequest, put.model_copy(update={"amount_minor": 1_00, "order": ("tax", "tax")}))


def test_trust_is_drawn_for_what_the_bill_asked_for_and_not_for_interest(firm: BillingPractice) -> None:
    practice = firm.practice
    practice.does(FEES_FIRST, ASHBY)
    terms = AgreeLateCharges(
        matter_id=practice.matters["A"], binds_from=day(1), yearly_percent="12", authority="Engagement letter"
    )
    practice.does(terms, ASHBY)
    practice.receive("A", 1_000_00)
    bill_id = issued(firm, 4)
    reference_id: UUID = of(firm, bill_id).check_issued().billing_reference_id
    practice.today += timedelta(days=60)
    charged = practice.does(ChargeInterest(bill_id=bill_id))["interest_minor"]
    assert charged > 0
    practice.pay("A", 1_000_00, payee=FIRM_NAME, billing_reference_id=reference_id)
    assert {one: part for one, part in of(firm, bill_id).owed.items() if part} == {"interest": charged}
