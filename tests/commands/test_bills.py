"""Bills: from approved time to a frozen number, paid from operating and from trust, lowered by facts only."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates import bill, billing_reference
from aggregates.bill import Bill
from aggregates.bill_events import Taxes
from aggregates.billing_reference import BillingReference
from aggregates.errors import BadRequest, NotAllowed, NotFound, WrongState
from aggregates.trust_rules import NotBilled
from commands.add_bill_lines import AddBillLines
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_bill_numbering import AgreeBillNumbering
from commands.agree_flat_fee import AgreeFlatFee
from commands.amend_bill import AmendBill
from commands.amend_matter import AmendMatter
from commands.amend_time import AmendTime
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.credit_bill import CreditBill
from commands.dispute_bill import DisputeBill
from commands.draft_bill import DraftBill
from commands.drop_bill import DropBill
from commands.earn_flat_fee import EarnFlatFee
from commands.edit_bill_narrative import EditBillNarrative
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.move_credit_to_trust import MoveCreditToTrust
from commands.receive_payment import Allocation, ReceivePayment
from commands.record_returned_payment import RecordReturnedPayment
from commands.refund_credit import RefundCredit
from commands.remove_bill_line import RemoveBillLine
from commands.resolve_dispute import ResolveDispute
from commands.return_bill import ReturnBill
from commands.reverse_application import ReverseApplication
from commands.send_bill import SendBill
from commands.tax_bill_line import TaxBillLine
from commands.undo_disbursement import UndoDisbursement
from commands.unearn_flat_fee import UnearnFlatFee
from commands.void_bill import VoidBill
from commands.withdraw_flat_fee import WithdrawFlatFee
from commands.write_off_bill import WriteOffBill
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, FIRM_NAME, LIND, PRYCE, Practice


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def drafted(firm: BillingPractice, *hours: int, letter: str = "A", **more: Any) -> UUID:
    entries = tuple(firm.approved(letter, each * HOUR) for each in hours or (4,))
    command = DraftBill(matter_id=firm.practice.matters[letter], entry_ids=entries, through=firm.practice.today, **more)
    return UUID(firm.practice.does(command)["bill_id"])


def issued(firm: BillingPractice, *hours: int, letter: str = "A", **more: Any) -> UUID:
    bill_id = drafted(firm, *hours, letter=letter, **more)
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id))
    return bill_id


def of(firm: BillingPractice, bill_id: UUID) -> Bill:
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    return state


def reference(firm: BillingPractice, bill_id: UUID) -> BillingReference:
    issued_ = of(firm, bill_id).finalized
    assert issued_ is not None
    state: BillingReference = firm.practice.log.load(billing_reference.KIND, issued_.billing_reference_id).state
    return state


def paid(firm: BillingPractice, amount_minor: int, *bills: tuple[UUID, int], letter: str = "A", **more: Any) -> UUID:
    command = ReceivePayment(
        client_id=firm.practice.clients[letter],
        amount_minor=amount_minor,
        effective_date=firm.practice.today,
        payer="Adeline Archer",
        allocations=tuple(Allocation(bill_id=key, amount_minor=part) for key, part in bills),
        **{"method": "wire", **more},
    )
    return UUID(firm.practice.does(command)["payment_id"])


def test_a_draft_is_reviewed_line_by_line(firm: BillingPractice) -> None:
    bill_id = drafted(firm, 4, 2, 1)
    one, two, three = of(firm, bill_id).lines
    firm.practice.does(AdjustBillLine(bill_id=bill_id, line_id=one, adjustment="write_down", charged_minor=900_00, why="x"))
    firm.practice.does(AdjustBillLine(bill_id=bill_id, line_id=two, adjustment="no_charge", charged_minor=0, why="x"))
    firm.practice.does(EditBillNarrative(bill_id=bill_id, line_id=one, narrative="Drafted and filed the complaint"))
    firm.practice.does(RemoveBillLine(bill_id=bill_id, line_id=three, why="held for the next bill"))
    told = firm.practice.does(GiveCourtesyDiscount(bill_id=bill_id, discount_minor=50_00, note="With our thanks"))

    assert (told["fees_minor"], told["discount_minor"], told["total_minor"], told["lines"]) == (900_00, 50_00, 850_00, 2)
    for wrong in (("write_up", 800_00), ("write_down", 900_00), ("discount", 901_00), ("no_charge", 1)):
        adjustment, charged = wrong
        firm.practice.refused(
            BadRequest,
            AdjustBillLine(bill_id=bill_id, line_id=one, adjustment=adjustment, charged_minor=charged, why="x"),
        )
    firm.practice.refused(BadRequest, GiveCourtesyDiscount(bill_id=bill_id, discount_minor=900_01, note="too much"))
    firm.practice.refused(NotFound, RemoveBillLine(bill_id=bill_id, line_id=three, why="again"))


def test_a_draft_with_nothing_on_it_is_not_issued(firm: BillingPractice) -> None:
    bill_id = drafted(firm, 1)
    (line_id,) = of(firm, bill_id).lines
    firm.practice.does(RemoveBillLine(bill_id=bill_id, line_id=line_id, why="held"))
    firm.practice.refused(BadRequest, ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.refused(WrongState, FinalizeBill(bill_id=bill_id))


def test_two_taxes_by_bill_and_by_line(firm: BillingPractice) -> None:
    taxes = Taxes(tax_1_millionths=50_000, tax_2_millionths=99_750)
    assert of(firm, drafted(firm, 1, taxes=taxes)).totals.total_minor == 250_00 + 12_50 + 24_94
    stacked = taxes.model_copy(update={"second_on_first": True})
    assert of(firm, drafted(firm, 1, taxes=stacked)).totals.tax_2_minor == 26_18
    by_line = taxes.model_copy(update={"per": "line"})
    assert of(firm, drafted(firm, 1, 1, taxes=by_line)).totals.tax_2_minor == 2 * 24_94
    assert of(firm, drafted(firm, 1, 1, taxes=taxes)).totals.tax_2_minor == 49_88


def test_a_line_bears_the_taxes_it_should_and_the_terms_of_a_draft_are_amended(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = drafted(firm, 1, 1)
    taxes = Taxes(tax_1_millionths=50_000, tax_2_millionths=100_000)
    practice.refused(BadRequest, AmendBill(bill_id=bill_id))
    told = practice.does(AmendBill(bill_id=bill_id, taxes=taxes, purchase_order="PO-7"))
    assert (told["tax_1_minor"], told["tax_2_minor"], told["total_minor"]) == (25_00, 50_00, 575_00)
    first, second = of(firm, bill_id).lines
    practice.refused(BadRequest, TaxBillLine(bill_id=bill_id, line_id=first, taxed_1=True, taxed_2=True))
    practice.does(TaxBillLine(bill_id=bill_id, line_id=first, taxed_1=True, taxed_2=False))
    told = practice.does(TaxBillLine(bill_id=bill_id, line_id=second, taxed_1=False, taxed_2=False))
    assert (told["tax_1_minor"], told["tax_2_minor"], told["total_minor"]) == (12_50, 0, 512_50)
    practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    practice.refused(WrongState, AmendBill(bill_id=bill_id, note="late"))
    practice.refused(WrongState, TaxBillLine(bill_id=bill_id, line_id=first, taxed_1=True, taxed_2=True))
    assert practice.does(FinalizeBill(bill_id=bill_id))["total_minor"] == 512_50
    assert of(firm, bill_id).drafted.purchase_order == "PO-7"


def test_numbers_follow_one_another_and_time_on_a_bill_is_frozen(firm: BillingPractice) -> None:
    first, second = issued(firm, 1), issued(firm, 2, letter="B")
    firm.practice.does(AgreeBillNumbering(pattern="INV-{yy}/{seq:04}"), ASHBY)
    third = issued(firm, 3)

    numbers = [of(firm, key).finalized for key in (first, second, third)]
    assert [one.number for one in numbers if one] == ["2026-00001", "2026-00002", "INV-26/0003"]
    (line,) = of(firm, first).lines.values()
    firm.practice.refused(WrongState, AmendTime(entry_id=line.entry_id, worked_seconds=60, why="less"), ASHBY)
    firm.practice.refused(WrongState, DropBill(bill_id=first, why="no"))
    firm.practice.refused(
        WrongState,
        AdjustBillLine(bill_id=first, line_id=line.line_id, adjustment="no_charge", charged_minor=0, why="late"),
    )
    firm.practice.refused(
        WrongState, DraftBill(matter_id=firm.practice.matters["A"], entry_ids=(line.entry_id,), through=firm.practice.today)
    )


def test_only_approved_time_of_the_matter_is_billed(firm: BillingPractice) -> None:
    matter_id = firm.practice.matters["A"]
    for error, entry in (
        (WrongState, firm.worked()),
        (BadRequest, firm.approved("B")),
        (WrongState, firm.approved(charge="non_billable")),
        (NotFound, UUID(int=9)),
    ):
        firm.practice.refused(error, DraftBill(matter_id=matter_id, entry_ids=(entry,), through=firm.practice.today))
    bill_id = drafted(firm, 1)
    told = firm.practice.does(AddBillLines(bill_id=bill_id, entry_ids=(firm.approved(charge="no_charge"),)))
    assert (told["lines"], told["total_minor"]) == (2, 250_00)


def test_the_responsible_attorney_approves(firm: BillingPractice) -> None:
    change = AmendMatter(matter_id=firm.practice.matters["A"], field="responsible_attorney_id", value=str(firm.associate))
    firm.practice.does(change, ASHBY)
    bill_id = drafted(firm, 1)
    firm.practice.refused(NotAllowed, ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.refused(NotAllowed, ApproveBill(bill_id=bill_id), LIND)
    firm.practice.refused(NotAllowed, ApproveBill(bill_id=bill_id), PRYCE)
    firm.practice.refused(WrongState, FinalizeBill(bill_id=bill_id))
    firm.practice.does(ApproveBill(bill_id=bill_id), firm.associate)
    firm.practice.does(ReturnBill(bill_id=bill_id, why="say more"), firm.associate)
    assert of(firm, bill_id).status == "draft"


def test_a_payment_falls_on_tax_first_and_goes_back_whole(firm: BillingPractice) -> None:
    bill_id = issued(firm, 4, taxes=Taxes(tax_1_millionths=100_000))
    payment = paid(firm, 600_00, (bill_id, 600_00))
    assert dict(of(firm, bill_id).owed) == {"tax": 0, "hard_cost": 0, "soft_cost": 0, "fee": 500_00, "interest": 0}
    assert reference(firm, bill_id).open_minor == 500_00
    (allocation,) = of(firm, bill_id).paid

    early = ReverseApplication(
        payment_id=payment, allocation_id=allocation, effective_date=firm.practice.today - timedelta(days=1), why="early"
    )
    firm.practice.refused(BadRequest, early)
    firm.practice.does(
        ReverseApplication(
            payment_id=payment, allocation_id=allocation, effective_date=firm.practice.today, why="other bill"
        )
    )
    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (1_100_00, 1_100_00)
    told = firm.practice.does(
        ApplyPayment(
            payment_id=payment, bill_id=bill_id, amount_minor=600_00, effective_date=firm.practice.today, order=("fee",)
        )
    )
    assert (told["unapplied_minor"], of(firm, bill_id).owed["tax"]) == (0, 100_00)


def test_what_is_paid_too_much_is_the_client_s(firm: BillingPractice) -> None:
    bill_id, today = issued(firm, 1), firm.practice.today
    payment = paid(firm, 400_00, (bill_id, 250_00))
    firm.practice.refused(
        BadRequest, ApplyPayment(payment_id=payment, bill_id=bill_id, amount_minor=1, effective_date=today)
    )
    moved = MoveCreditToTrust(
        payment_id=payment, ledger_id=firm.practice.ledgers["A"], amount_minor=100_00, effective_date=today
    )
    firm.practice.does(moved)
    told = firm.practice.does(RefundCredit(payment_id=payment, amount_minor=50_00, effective_date=today, why="asked for"))
    assert told["unapplied_minor"] == 0
    firm.practice.refused(
        BadRequest, RefundCredit(payment_id=payment, amount_minor=1, effective_date=today, why="asked for")
    )
    other = ReceivePayment(
        client_id=firm.practice.clients["B"], amount_minor=1, effective_date=today, method="wire", payer="B",
        allocations=(Allocation(bill_id=issued(firm, 1), amount_minor=1),),
    )  # fmt: skip
    firm.practice.refused(BadRequest, other)


def test_a_chargeback_restores_what_is_owed(firm: BillingPractice) -> None:
    bill_id, today = issued(firm, 1), firm.practice.today
    payment = paid(firm, 250_00, (bill_id, 250_00), method="card", card_fee_minor=7_50)
    firm.practice.does(
        RecordReturnedPayment(payment_id=payment, kind="chargeback", fee_minor=15_00, effective_date=today, why="disputed")
    )
    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (250_00, 250_00)
    firm.practice.refused(
        WrongState, ApplyPayment(payment_id=payment, bill_id=bill_id, amount_minor=1, effective_date=today)
    )


def test_trust_pays_a_bill_and_an_undone_payment_owes_it_again(firm: BillingPractice) -> None:
    firm.practice.receive("A", 2_000_00)
    bill_id = issued(firm, 4)
    drawn = reference(firm, bill_id).recorded.billing_reference_id
    disbursement_id, _ = firm.practice.pay("A", 600_00, payee=FIRM_NAME, billing_reference_id=drawn)
    assert of(firm, bill_id).open_minor == 400_00
    assert of(firm, bill_id).finalized is not None
    assert of(firm, bill_id).finalized.trust_before_minor == 2_000_00  # type: ignore[union-attr]
    paid(firm, 400_00, (bill_id, 400_00))
    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (0, 0)

    firm.practice.does(UndoDisbursement(disbursement_id=disbursement_id, why="came back"))

    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (600_00, 600_00)


def test_credits_write_offs_and_settled_disputes_lower_what_is_owed(firm: BillingPractice) -> None:
    bill_id, today = issued(firm, 4), firm.practice.today
    drawn = reference(firm, bill_id).recorded.billing_reference_id
    firm.practice.does(CreditBill(bill_id=bill_id, effective_date=today, amount_minor=100_00, why="as agreed"), ASHBY)
    firm.practice.does(DisputeBill(billing_reference_id=drawn, amount_minor=500_00, why="too long"))
    firm.practice.refused(
        NotBilled, WriteOffBill(bill_id=bill_id, effective_date=today, amount_minor=500_00, why="gone"), ASHBY
    )
    firm.practice.does(ResolveDispute(billing_reference_id=drawn, how="halved", reduce_by_minor=250_00))
    firm.practice.does(WriteOffBill(bill_id=bill_id, effective_date=today, amount_minor=650_00, why="insolvent"), ASHBY)

    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (0, 0)
    firm.practice.refused(WrongState, VoidBill(bill_id=bill_id, effective_date=today, why="mistake"), ASHBY)


def test_what_a_settlement_took_off_a_drawn_bill_is_not_owed_again(firm: BillingPractice) -> None:
    bill_id = issued(firm, 4)
    drawn = reference(firm, bill_id).recorded.billing_reference_id
    firm.practice.receive("A", 1_000_00)
    payment, _ = firm.practice.pay("A", 1_000_00, payee=FIRM_NAME, billing_reference_id=drawn)
    firm.practice.does(DisputeBill(billing_reference_id=drawn, amount_minor=400_00, why="too long"))
    settled = firm.practice.does(ResolveDispute(billing_reference_id=drawn, how="250.00 off", reduce_by_minor=250_00))
    assert (settled["owed_back_minor"], of(firm, bill_id).open_minor) == (250_00, 0)

    firm.practice.does(UndoDisbursement(disbursement_id=payment, why="never sent"))

    assert (of(firm, bill_id).open_minor, reference(firm, bill_id).open_minor) == (750_00, 750_00)
    assert reference(firm, bill_id).owed_back_minor == 0


def test_a_void_bill_frees_its_time_and_keeps_its_number(firm: BillingPractice) -> None:
    bill_id, today = issued(firm, 4), firm.practice.today
    firm.practice.does(SendBill(bill_id=bill_id, by="email", to="archer@example.com"))
    firm.practice.does(VoidBill(bill_id=bill_id, effective_date=today, why="wrong client"), ASHBY)

    (line,) = of(firm, bill_id).lines.values()
    assert (firm.entry(line.entry_id).bill_id, reference(firm, bill_id).open_minor) == (None, 0)
    again = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=(line.entry_id,), through=today)
    second = UUID(firm.practice.does(again)["bill_id"])
    firm.practice.does(ApproveBill(bill_id=second), ASHBY)
    assert firm.practice.does(FinalizeBill(bill_id=second))["number"] == "2026-00002"


def test_a_flat_fee_is_billed_when_its_stage_is_reached(firm: BillingPractice) -> None:
    matter_id, today = firm.practice.matters["A"], firm.practice.today
    agreed = AgreeFlatFee(matter_id=matter_id, stage="Complaint filed", amount_minor=1_500_00, authority="Letter")
    fee_id = UUID(firm.practice.does(agreed, ASHBY)["fee_id"])
    draft = DraftBill(matter_id=matter_id, entry_ids=(fee_id,), through=today)
    firm.practice.refused(WrongState, draft)
    firm.practice.refused(BadRequest, EarnFlatFee(fee_id=fee_id, earned_on=today + timedelta(days=1), evidence="x"))
    firm.practice.does(EarnFlatFee(fee_id=fee_id, earned_on=today, evidence="file stamp"))
    firm.practice.refused(WrongState, WithdrawFlatFee(fee_id=fee_id, why="no"), ASHBY)
    firm.practice.does(UnearnFlatFee(fee_id=fee_id, why="another matter"))
    firm.practice.does(EarnFlatFee(fee_id=fee_id, earned_on=today, evidence="file stamp"))

    bill_id = UUID(firm.practice.does(draft)["bill_id"])
    firm.practice.refused(WrongState, UnearnFlatFee(fee_id=fee_id, why="late"))
    (line_id,) = of(firm, bill_id).lines
    firm.practice.does(RemoveBillLine(bill_id=bill_id, line_id=line_id, why="with the time"))
    firm.practice.does(AddBillLines(bill_id=bill_id, entry_ids=(fee_id, firm.approved(charge="no_charge"))))
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    told = firm.practice.does(FinalizeBill(bill_id=bill_id))

    assert (told["fees_minor"], told["total_minor"], told["lines"]) == (1_500_00, 1_500_00, 2)
    firm.practice.does(VoidBill(bill_id=bill_id, effective_date=today, why="wrong date"), ASHBY)
    firm.practice.does(UnearnFlatFee(fee_id=fee_id, why="not yet"))
    firm.practice.does(WithdrawFlatFee(fee_id=fee_id, why="settled"), ASHBY)
    firm.practice.refused(WrongState, EarnFlatFee(fee_id=fee_id, earned_on=today, evidence="x"))
