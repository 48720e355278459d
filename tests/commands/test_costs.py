"""Costs: what was paid for a client and what the firm charges for its own means, up to the bill they stand on."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates import bill, matter_cost
from aggregates.bill import Bill
from aggregates.cost_markup import MarkupNotAgreed
from aggregates.errors import AlreadyExists, BadRequest, WrongState
from aggregates.matter_cost import MatterCost
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_cost_markup import AgreeCostMarkup
from commands.amend_cost import AmendCost
from commands.approve_bill import ApproveBill
from commands.attach_receipt import AttachReceipt
from commands.discard_cost import DiscardCost
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.record_cost import RecordCost
from commands.void_bill import VoidBill
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, day


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def copies(firm: BillingPractice, **more: Any) -> RecordCost:
    """Copies at a quarter each."""
    words = {
        "matter_id": firm.practice.matters["A"], "nature": "soft", "incurred_on": firm.practice.today,
        "expense_code": "E101", "description": "Copies of the exhibits", "quantity": "121", "unit_cost": "0.25",
    }  # fmt: skip
    return RecordCost.model_validate(words | more)


def filing(firm: BillingPractice, **more: Any) -> RecordCost:
    """A filing fee, paid by the firm."""
    words = {
        "matter_id": firm.practice.matters["A"], "nature": "hard", "incurred_on": firm.practice.today,
        "expense_code": "E112", "description": "Filing fee", "unit_cost": "400", "payee": "Clerk of Court",
        "paid_from": "operating",
    }  # fmt: skip
    return RecordCost.model_validate(words | more)


def entered(firm: BillingPractice, command: RecordCost) -> UUID:
    return UUID(firm.practice.does(command)["cost_id"])


def of(firm: BillingPractice, cost_id: UUID) -> MatterCost:
    state: MatterCost = firm.practice.log.load(matter_cost.KIND, cost_id).state
    return state


def draft_with(firm: BillingPractice, *entries: UUID) -> UUID:
    command = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=firm.practice.today)
    return UUID(firm.practice.does(command)["bill_id"])


def bill_of(firm: BillingPractice, bill_id: UUID) -> Bill:
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    return state


def test_a_cost_is_its_quantity_times_its_unit_cost_half_a_cent_upwards(firm: BillingPractice) -> None:
    assert firm.practice.does(copies(firm))["value_minor"] == 30_25
    miles = copies(firm, quantity="12.5", unit_cost="0.725", expense_code="E109")
    assert firm.practice.does(miles)["value_minor"] == 9_06, "9.0625"
    assert firm.practice.does(copies(firm, quantity="1", unit_cost="0.005"))["cost_minor"] == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"expense_code": "E999"}, "expense code"),
        ({"expense_code": "L110"}, "expense code"),
        ({"incurred_on": day(16)}, "in the future"),
        ({"quantity": "0"}, "more than nothing"),
        ({"unit_cost": "0.00"}, "more than nothing"),
        ({"quantity": "1", "unit_cost": "0.001"}, "no amount"),
        ({"paid_from": "operating"}, "paid to nobody"),
        ({"nature": "hard"}, "what it was paid from"),
        ({"nature": "hard", "paid_from": "card"}, "to whom"),
    ],
)
def test_what_is_no_cost_is_refused_and_changes_nothing(firm: BillingPractice, more: dict[str, Any], words: str) -> None:
    size = firm.practice.log.size()
    with pytest.raises(BadRequest, match=words):
        firm.practice.does(copies(firm, **more))
    assert firm.practice.log.size() == size


@pytest.mark.parametrize("given", [{"quantity": "-1"}, {"unit_cost": "1e3"}, {"quantity": "1.2345"}, {"unit_cost": ""}])
def test_quantities_and_prices_are_plain_decimals(firm: BillingPractice, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pattern"):
        copies(firm, **given)


def test_the_same_cost_sent_twice_counts_once(firm: BillingPractice) -> None:
    own = uuid4()
    first = firm.practice.does(copies(firm, cost_id=own))
    assert firm.practice.does(copies(firm, cost_id=own)) == first
    with pytest.raises(AlreadyExists):
        firm.practice.does(copies(firm, cost_id=own, quantity="122"))
    with pytest.raises(AlreadyExists):
        firm.practice.does(copies(firm, cost_id=firm.practice.matters["A"]))


def test_a_markup_is_charged_only_where_the_client_agreed_to_it(firm: BillingPractice) -> None:
    with pytest.raises(MarkupNotAgreed, match="0 %"):
        firm.practice.does(filing(firm, markup_percent="5"))
    agreed = AgreeCostMarkup(
        matter_id=firm.practice.matters["A"], binds_from=day(10), hard_percent="5", soft_percent="12.5",
        authority="Engagement letter of 10 September",
    )  # fmt: skip
    firm.practice.does(agreed, ASHBY)
    told = firm.practice.does(filing(firm))
    assert (told["cost_minor"], told["markup_minor"], told["value_minor"]) == (400_00, 20_00, 420_00)
    assert firm.practice.does(copies(firm))["markup_minor"] == 3_78, "12.5 % of 30.25"
    assert firm.practice.does(filing(firm, markup_percent="2"))["value_minor"] == 408_00, "less than agreed may be charged"
    assert firm.practice.does(filing(firm, incurred_on=day(9)))["markup_minor"] == 0, "before it binds"
    with pytest.raises(MarkupNotAgreed):
        firm.practice.does(filing(firm, markup_percent="5.01"))
    with pytest.raises(BadRequest, match="already"):
        firm.practice.does(agreed, ASHBY)


def test_costs_stand_on_bills_in_their_classes_and_are_frozen_there(firm: BillingPractice) -> None:
    hard, soft = entered(firm, filing(firm)), entered(firm, copies(firm))
    shown = entered(firm, copies(firm, charge="no_charge"))
    bill_id = draft_with(firm, firm.approved(), hard, soft, shown)
    totals = bill_of(firm, bill_id).totals
    assert (totals.fees_minor, totals.hard_costs_minor, totals.soft_costs_minor) == (250_00, 400_00, 30_25)
    with pytest.raises(WrongState, match="draft of a bill"):
        firm.practice.does(AmendCost(cost_id=hard, unit_cost="500", why="The clerk's receipt says so"))
    line = next(line for line in bill_of(firm, bill_id).lines.values() if line.entry_id == soft)
    lower = AdjustBillLine(
        bill_id=bill_id, line_id=line.line_id, adjustment="write_down", charged_minor=20_00, why="Too many copies"
    )
    firm.practice.does(lower)
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id))
    assert of(firm, soft).billed_minor == 20_00
    for command in (
        AmendCost(cost_id=hard, unit_cost="500", why="The clerk's receipt says so"),
        DiscardCost(cost_id=soft, why="Entered twice"),
    ):
        with pytest.raises(WrongState, match="finalized bill"):
            firm.practice.does(command)
    firm.practice.does(VoidBill(bill_id=bill_id, why="Wrong client named", effective_date=firm.practice.today), ASHBY)
    assert of(firm, soft).bill_id is None
    firm.practice.does(DiscardCost(cost_id=soft, why="Entered twice"))
    with pytest.raises(WrongState, match="discarded"):
        draft_with(firm, soft)


def test_a_non_billable_cost_stands_on_no_bill_and_one_of_another_matter_on_no_other(firm: BillingPractice) -> None:
    with pytest.raises(WrongState, match="non-billable"):
        draft_with(firm, entered(firm, copies(firm, charge="non_billable")))
    with pytest.raises(BadRequest, match="another matter"):
        draft_with(firm, entered(firm, copies(firm, matter_id=firm.practice.matters["B"])))


def test_a_cost_is_amended_with_its_before_and_after_and_moved(firm: BillingPractice) -> None:
    cost_id = entered(firm, filing(firm))
    firm.practice.does(AmendCost(cost_id=cost_id, unit_cost="402.50", why="The clerk's receipt says so"))
    assert of(firm, cost_id).cost.value_minor == 402_50
    firm.practice.does(AmendCost(cost_id=cost_id, matter_id=firm.practice.matters["B"], why="Filed for B"))
    moved = of(firm, cost_id).cost
    assert (moved.matter_id, str(moved.payee)) == (firm.practice.matters["B"], "Clerk of Court")
    firm.practice.does(AmendCost(cost_id=cost_id, nature="soft", charge="no_charge", why="A courtesy of our own clerk"))
    assert (of(firm, cost_id).cost.paid_from, of(firm, cost_id).cost.value_minor) == (None, 0)
    with pytest.raises(BadRequest, match="nothing"):
        firm.practice.does(AmendCost(cost_id=cost_id, nature="soft", why="Once more"))


def test_a_receipt_is_kept_by_its_hash_once(firm: BillingPractice) -> None:
    cost_id = entered(firm, filing(firm))
    picture = b"\x89PNG\r\n\x1a\n of a receipt"
    attach = AttachReceipt(cost_id=cost_id, filename="receipt.png", media="image/png", content=picture)
    assert firm.practice.does(attach)["sha256"] == hashlib.sha256(picture).hexdigest()
    with pytest.raises(WrongState, match="attached"):
        firm.practice.does(attach)
    with pytest.raises(BadRequest, match="kind"):
        firm.practice.does(attach.model_copy(update={"media": "application/pdf"}))
    with pytest.raises(BadRequest, match="larger"):
        firm.practice.does(attach.model_copy(update={"content": picture.ljust(8_000_001)}))
    firm.practice.does(DiscardCost(cost_id=cost_id, why="Entered twice"))
    with pytest.raises(WrongState, match="discarded"):
        firm.practice.does(attach)
