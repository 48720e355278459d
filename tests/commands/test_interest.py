"""Interest and late fees on overdue bills, where they were agreed: owed, paid last, taken back, not drawn from trust."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates import bill
from aggregates.bill import Bill
from aggregates.bill_events import Taxes
from aggregates.errors import BadRequest, WrongState
from aggregates.trust_rules import NotBilled
from commands.agree_late_charges import AgreeLateCharges
from commands.apply_payment import ApplyPayment
from commands.charge_interest import ChargeInterest
from commands.credit_bill import CreditBill
from commands.dispute_bill import DisputeBill
from commands.receive_payment import Allocation, ReceivePayment
from commands.resolve_dispute import ResolveDispute
from commands.reverse_application import ReverseApplication
from commands.reverse_interest import ReverseInterest
from commands.void_bill import VoidBill
from commands.write_off_bill import WriteOffBill
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import issued, of, reference
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def agree(
    firm: BillingPractice, percent: str = "12", fee: int = 0, since: int = 1, compounds: str = "never", **of_whom: UUID
) -> None:
    whom = of_whom or {"matter_id": firm.practice.matters["A"]}
    asked = {"binds_from": day(since), "yearly_percent": percent, "late_fee_minor": fee, "compounds": compounds}
    firm.practice.does(AgreeLateCharges.model_validate({**asked, **whom, "authority": "Engagement letter"}), ASHBY)


def overdue(firm: BillingPractice, **more: Any) -> UUID:
    """1,000.00 issued on 15 September and due on 15 October; it is 14 November."""
    bill_id = issued(firm, 4, **more)
    firm.practice.today = date(2026, 11, 14)
    return bill_id


def pay(firm: BillingPractice, bill_id: UUID, minor: int, **more: Any) -> dict[str, Any]:
    payment = ReceivePayment(
        client_id=firm.practice.clients["A"], amount_minor=minor, effective_date=firm.practice.today, method="wire",
        payer="Adeline Archer", allocations=(Allocation(bill_id=bill_id, amount_minor=minor),), **more,
    )  # fmt: skip
    return firm.practice.does(payment)


def test_interest_is_owed_beside_the_bill_and_paid_last(firm: BillingPractice) -> None:
    agree(firm, fee=15_00)
    bill_id = overdue(firm)
    assert firm.practice.tries(ChargeInterest(bill_id=bill_id))["interest_minor"] == 9_86
    told = firm.practice.does(ChargeInterest(bill_id=bill_id))

    assert (told["interest_minor"], told["late_fee_minor"], told["total_minor"], told["open_minor"]) == (
        9_86, 15_00, 1_000_00, 1_024_86,
    )  # fmt: skip
    pay(firm, bill_id, 1_010_00)
    assert {one: part for one, part in of(firm, bill_id).owed.items() if part} == {"interest": 14_86}
    assert reference(firm, bill_id).open_minor == 0
    firm.practice.today = date(2026, 12, 31)
    firm.practice.refused(BadRequest, ChargeInterest(bill_id=bill_id))
    pay(firm, bill_id, 14_86)
    assert of(firm, bill_id).open_minor == 0


def test_interest_that_compounds_bears_interest_as_far_as_it_is_unpaid(firm: BillingPractice) -> None:
    agree(firm, compounds="monthly")
    bill_id, other = overdue(firm), issued(firm, 1, letter="B")
    assert firm.practice.does(ChargeInterest(bill_id=bill_id))["interest_minor"] == 9_86
    firm.practice.today = date(2026, 12, 31)
    # 31 days of 1,000.00, 30 of 1,010.19 and 16 of 1,020.15: 10.19 + 9.96 + 5.37
    assert firm.practice.tries(ChargeInterest(bill_id=bill_id))["interest_minor"] == 25_52 - 9_86
    firm.practice.today = date(2026, 11, 14)
    pay(firm, bill_id, 9_86, order=("interest",))
    firm.practice.today = date(2026, 12, 31)
    # 30 days of 1,000.33 and 16 of 1,010.20: 10.19 + 9.87 + 5.31
    assert firm.practice.does(ChargeInterest(bill_id=bill_id))["interest_minor"] == 25_37 - 9_86
    firm.practice.refused(WrongState, ChargeInterest(bill_id=other))


def test_a_firm_that_takes_interest_first_leaves_the_rest_for_trust(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm)
    firm.practice.does(ChargeInterest(bill_id=bill_id))
    assert reference(firm, bill_id).open_minor == 1_000_00
    told = pay(firm, bill_id, 9_86, order=("interest",))
    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (1_000_00, 1_000_00)
    allocation = UUID(told["allocations"][0]["allocation_id"])
    back = ReverseApplication(
        payment_id=UUID(told["payment_id"]), allocation_id=allocation, effective_date=firm.practice.today, why="mistake"
    )
    firm.practice.does(back)
    assert (of(firm, bill_id).owed["interest"], reference(firm, bill_id).open_minor) == (9_86, 1_000_00)
    again = ApplyPayment(
        payment_id=UUID(told["payment_id"]), bill_id=bill_id, amount_minor=9_86, effective_date=firm.practice.today
    )
    firm.practice.does(again)
    assert (of(firm, bill_id).owed["interest"], reference(firm, bill_id).open_minor) == (9_86, 990_14)


def test_trust_is_not_drawn_for_interest(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm)
    firm.practice.does(ChargeInterest(bill_id=bill_id))
    firm.practice.receive("A", 2_000_00)
    drawn: dict[str, Any] = {
        "billing_reference_id": reference(firm, bill_id).recorded.billing_reference_id, "kind": "own_costs",
        "payee": FIRM_NAME,
    }  # fmt: skip
    firm.practice.refused(NotBilled, firm.practice.ask("A", 1_000_01, **drawn))
    firm.practice.does(firm.practice.ask("A", 1_000_00, **drawn))


def test_terms_of_the_matter_come_before_those_of_the_client_and_none_after_the_bill(firm: BillingPractice) -> None:
    client = firm.practice.clients["A"]
    firm.practice.today = day(16)
    firm.practice.does(
        AgreeLateCharges(client_id=client, binds_from=day(16), yearly_percent="6", authority="Engagement letter"), ASHBY
    )
    second = issued(firm, 4)
    firm.practice.today = day(17)
    agree(firm, "24", since=17)
    third = issued(firm, 4)
    firm.practice.today = date(2026, 11, 15)
    firm.practice.refused(BadRequest, ChargeInterest(bill_id=second, through=date(2026, 10, 16)))
    for bill_id, charged in ((second, 4_93), (third, 19_07)):
        assert firm.practice.does(ChargeInterest(bill_id=bill_id))["interest_minor"] == charged


def test_a_bill_issued_before_anything_was_agreed_bears_nothing(firm: BillingPractice) -> None:
    bill_id = issued(firm, 4)
    firm.practice.today = day(16)
    whom = {"client_id": firm.practice.clients["A"]}
    terms = {"binds_from": day(16), "yearly_percent": "6", "authority": "Engagement letter"}
    firm.practice.does(AgreeLateCharges.model_validate(terms | whom), ASHBY)
    firm.practice.today = date(2026, 11, 15)
    firm.practice.refused(WrongState, ChargeInterest(bill_id=bill_id))
    both = AgreeLateCharges.model_validate(terms | whom | {"matter_id": firm.practice.matters["A"]})
    for wrong in (both, AgreeLateCharges.model_validate(terms), AgreeLateCharges.model_validate(terms | whom)):
        firm.practice.refused(BadRequest, wrong, ASHBY)


def test_interest_taken_back_is_owed_no_longer(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm)
    charge = UUID(firm.practice.does(ChargeInterest(bill_id=bill_id))["charge_id"])
    firm.practice.refused(
        WrongState, VoidBill(bill_id=bill_id, effective_date=firm.practice.today, why="wrong client"), ASHBY
    )
    back = ReverseInterest(bill_id=bill_id, charge_id=charge, effective_date=firm.practice.today, why="agreed by telephone")
    assert firm.practice.does(back, ASHBY)["open_minor"] == 1_000_00
    firm.practice.refused(BadRequest, ChargeInterest(bill_id=bill_id))
    firm.practice.does(VoidBill(bill_id=bill_id, effective_date=firm.practice.today, why="wrong client"), ASHBY)
    firm.practice.refused(WrongState, ChargeInterest(bill_id=bill_id))


def test_interest_that_was_paid_is_not_taken_back_before_the_payment(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm)
    charge = UUID(firm.practice.does(ChargeInterest(bill_id=bill_id))["charge_id"])
    pay(firm, bill_id, 1, order=("interest",))
    back = ReverseInterest(bill_id=bill_id, charge_id=charge, effective_date=firm.practice.today, why="agreed")
    firm.practice.refused(BadRequest, back, ASHBY)


def test_a_disputed_bill_bears_no_interest_until_that_is_resolved(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm)
    reference_id = reference(firm, bill_id).recorded.billing_reference_id
    firm.practice.does(DisputeBill(billing_reference_id=reference_id, amount_minor=100_00, why="hours"))
    firm.practice.refused(WrongState, ChargeInterest(bill_id=bill_id))
    firm.practice.does(ResolveDispute(billing_reference_id=reference_id, how="settled", reduce_by_minor=100_00))
    told = firm.practice.does(ChargeInterest(bill_id=bill_id))
    assert (told["principal_minor"], told["interest_minor"]) == (900_00, 9_83)


def test_a_bill_with_interest_is_credited_and_written_off_to_nothing(firm: BillingPractice) -> None:
    agree(firm)
    bill_id = overdue(firm, taxes=Taxes(tax_1_millionths=100_000))
    firm.practice.does(ChargeInterest(bill_id=bill_id))
    on = firm.practice.today
    firm.practice.does(CreditBill(bill_id=bill_id, effective_date=on, amount_minor=1_000_00, why="courtesy"), ASHBY)
    told = firm.practice.does(WriteOffBill(bill_id=bill_id, effective_date=on, amount_minor=110_85, why="gone"), ASHBY)
    assert (told["open_minor"], reference(firm, bill_id).unpaid_minor) == (0, 0)
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    assert sum(amount for _, amount in state.moved) == 0
