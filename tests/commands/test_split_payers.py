"""Bills that several pay: each their share, to the cent, through payments, credits, interest and voids."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.bill_events import Taxes
from aggregates.errors import BadRequest, NotFound
from commands.add_contact import AddContact
from commands.agree_late_charges import AgreeLateCharges
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.charge_interest import ChargeInterest
from commands.credit_bill import CreditBill
from commands.receive_payment import Allocation, ReceivePayment
from commands.record_returned_payment import RecordReturnedPayment
from commands.reverse_interest import ReverseInterest
from commands.void_bill import VoidBill
from commands.write_off_bill import WriteOffBill
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, of, reference
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def insured(firm: BillingPractice, percent: str = "60", rest: str = "40") -> UUID:
    """The client pays the rest, and their insurer so much."""
    insurer = UUID(firm.practice.does(AddContact(name="Northern Mutual"))["contact_id"])
    payers = (Payer(payer_id=firm.practice.clients["A"], percent=rest), Payer(payer_id=insurer, percent=percent))
    asked = AgreeSplitPayers(matter_id=firm.practice.matters["A"], payers=payers, authority="Coverage letter")
    firm.practice.does(asked, ASHBY)
    return insurer


def pays(firm: BillingPractice, payer_id: UUID, bill_id: UUID, minor: int) -> ReceivePayment:
    return ReceivePayment(
        client_id=payer_id, amount_minor=minor, effective_date=firm.practice.today, method="wire", payer="Somebody",
        allocations=(Allocation(bill_id=bill_id, amount_minor=minor),),
    )  # fmt: skip


def left(firm: BillingPractice, bill_id: UUID) -> list[int]:
    state = of(firm, bill_id)
    assert state.shares is not None
    assert sum(state.shares.open.values()) == state.open_minor
    return [state.shares.open[one] for one in sorted(state.shares.open)]


def test_each_payer_pays_their_share_and_no_more(firm: BillingPractice) -> None:
    insurer = insured(firm)
    bill_id = issued(firm, 4)
    assert left(firm, bill_id) == [400_00, 600_00]
    firm.practice.refused(BadRequest, pays(firm, insurer, bill_id, 600_01))
    firm.practice.refused(BadRequest, pays(firm, firm.practice.clients["B"], bill_id, 1))
    told = firm.practice.does(pays(firm, insurer, bill_id, 600_00))
    assert left(firm, bill_id) == [400_00, 0]
    firm.practice.does(
        RecordReturnedPayment(
            payment_id=UUID(told["payment_id"]), kind="returned", effective_date=firm.practice.today, why="recalled"
        )
    )
    assert left(firm, bill_id) == [400_00, 600_00]
    firm.practice.does(pays(firm, firm.practice.clients["A"], bill_id, 700_00))
    assert left(firm, bill_id) == [0, 300_00]


def test_what_is_taken_off_or_charged_falls_on_all_payers(firm: BillingPractice) -> None:
    client = firm.practice.clients["A"]
    terms = AgreeLateCharges(client_id=client, binds_from=day(1), yearly_percent="12", authority="Engagement letter")
    firm.practice.does(terms, ASHBY)
    insured(firm)
    bill_id = issued(firm, 4, taxes=Taxes(tax_1_millionths=33_330))
    assert left(firm, bill_id) == [413_33, 620_00]
    firm.practice.today = date(2026, 11, 14)
    on = firm.practice.today
    charge = UUID(firm.practice.does(ChargeInterest(bill_id=bill_id))["charge_id"])
    assert left(firm, bill_id) == [417_41, 626_11]
    back = ReverseInterest(bill_id=bill_id, charge_id=charge, effective_date=on, forgiven=False, why="mistake")
    firm.practice.does(back, ASHBY)
    assert left(firm, bill_id) == [413_33, 620_00]
    firm.practice.does(CreditBill(bill_id=bill_id, effective_date=on, amount_minor=33_31, why="courtesy"), ASHBY)
    assert left(firm, bill_id) == [400_01, 600_01]
    firm.practice.does(WriteOffBill(bill_id=bill_id, effective_date=on, amount_minor=1_000_02, why="insolvent"), ASHBY)
    assert left(firm, bill_id) == [0, 0]


def test_trust_money_of_the_client_pays_the_client_s_share_first(firm: BillingPractice) -> None:
    insured(firm)
    bill_id = issued(firm, 4)
    firm.practice.receive("A", 1_000_00)
    firm.practice.today = day(25)
    drawn: dict[str, Any] = {
        "billing_reference_id": reference(firm, bill_id).recorded.billing_reference_id, "kind": "own_costs",
        "payee": FIRM_NAME,
    }  # fmt: skip
    firm.practice.pay("A", 450_00, **drawn)
    assert left(firm, bill_id) == [0, 550_00]


def test_a_bill_that_is_shared_is_voided_whole(firm: BillingPractice) -> None:
    insured(firm)
    bill_id = issued(firm, 4)
    firm.practice.does(VoidBill(bill_id=bill_id, effective_date=firm.practice.today, why="wrong client"), ASHBY)
    assert left(firm, bill_id) == [0, 0]


def test_payers_are_agreed_for_the_bills_to_come(firm: BillingPractice) -> None:
    before = issued(firm, 1)
    matter, client = firm.practice.matters["A"], firm.practice.clients["A"]
    insurer = insured(firm, "33.3333", "66.6667")
    after = issued(firm, 4)
    firm.practice.does(AgreeSplitPayers(matter_id=matter, payers=(), authority="Letter of 16 September"), ASHBY)
    alone = issued(firm, 1)
    assert of(firm, before).shares is None
    assert of(firm, alone).shares is None
    assert left(firm, after) == [666_67, 333_33]
    for payers, refusal in (
        ((Payer(payer_id=client, percent="60"), Payer(payer_id=insurer, percent="39.9999")), BadRequest),
        ((Payer(payer_id=client, percent="100"), Payer(payer_id=insurer, percent="0")), BadRequest),
        ((Payer(payer_id=client, percent="100.0001"), Payer(payer_id=insurer, percent="1")), BadRequest),
        ((Payer(payer_id=client, percent="50"), Payer(payer_id=UUID(int=9), percent="50")), NotFound),
    ):
        asked = AgreeSplitPayers(matter_id=matter, payers=payers, authority="Letter")
        firm.practice.refused(refusal, asked, ASHBY)
