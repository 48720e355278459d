"""Client bills: several matters of one client under one number, each matter's part its own to approve, pay and draw on."""

from typing import Any
from uuid import UUID

import pytest

from aggregates import bill, client_bill
from aggregates.bill import Bill
from aggregates.bill_events import Taxes
from aggregates.client_bill import ClientBill
from aggregates.errors import BadRequest, NotAllowed, WrongState
from aggregates.trust_rules import NotBilled, WrongClient
from commands.adjust_bill_line import AdjustBillLine
from commands.amend_matter import AmendMatter
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.approve_client_bill import ApproveClientBill
from commands.draft_bill import DraftBill
from commands.draft_client_bill import DraftClientBill, MatterToBill
from commands.drop_bill import DropBill
from commands.drop_client_bill import DropClientBill
from commands.finalize_bill import FinalizeBill
from commands.finalize_client_bill import FinalizeClientBill
from commands.join_bills import JoinBills
from commands.receive_payment import Allocation, ReceivePayment
from commands.release_from_client_bill import ReleaseFromClientBill
from commands.return_bill import ReturnBill
from commands.reverse_application import ReverseApplication
from commands.send_client_bill import SendClientBill
from commands.void_bill import VoidBill
from commands.void_client_bill import VoidClientBill
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.trust_practice import ASHBY, FIRM_NAME, Practice


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    """Client A has two more matters, C and D, each with a trust ledger."""
    practice.open_ledger("C", practice.clients["A"])
    practice.open_ledger("D", practice.clients["A"])
    for letter in "CD":
        practice.clients[letter] = practice.clients["A"]
    return BillingPractice(practice)


def drafted(firm: BillingPractice, letters: str = "ACD", hours: int = 1, **more: Any) -> UUID:
    """One hour of the first matter, two of the second, and so on: 250.00, 500.00, 750.00."""
    matters = tuple(
        MatterToBill(matter_id=firm.practice.matters[one], entry_ids=(firm.approved(one, hours * n * HOUR),))
        for n, one in enumerate(letters, 1)
    )
    command = DraftClientBill(matters=matters, through=firm.practice.today, **more)
    return UUID(firm.practice.does(command)["client_bill_id"])


def issued(firm: BillingPractice, letters: str = "ACD", **more: Any) -> UUID:
    client_bill_id = drafted(firm, letters, **more)
    firm.practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    firm.practice.does(FinalizeClientBill(client_bill_id=client_bill_id))
    return client_bill_id


def whole(firm: BillingPractice, client_bill_id: UUID) -> ClientBill:
    state: ClientBill = firm.practice.log.load(client_bill.KIND, client_bill_id).state
    return state


def parts(firm: BillingPractice, client_bill_id: UUID) -> list[Bill]:
    return [firm.practice.log.load(bill.KIND, one).state for one in whole(firm, client_bill_id).bill_ids]


def paid(firm: BillingPractice, amount_minor: int, *to: tuple[UUID, int], **more: Any) -> dict[str, Any]:
    return firm.practice.does(
        ReceivePayment(
            client_id=firm.practice.clients["A"], amount_minor=amount_minor, effective_date=firm.practice.today,
            payer="Adeline Archer", allocations=tuple(Allocation(bill_id=one, amount_minor=part) for one, part in to),
            **{"method": "wire", **more},
        )
    )  # fmt: skip


def test_one_number_over_the_bills_of_each_matter(firm: BillingPractice) -> None:
    client_bill_id = issued(firm)

    of = whole(firm, client_bill_id)
    assert of.finalized is not None
    assert (of.finalized.number, of.finalized.total_minor) == ("2026-00001", 1_500_00)
    assert list(of.finalized.parts.values()) == [250_00, 500_00, 750_00]
    numbers = [one.check_issued().number for one in parts(firm, client_bill_id)]
    assert numbers == ["2026-00001-1", "2026-00001-2", "2026-00001-3"]
    assert {one.check_issued().due_on for one in parts(firm, client_bill_id)} == {of.finalized.due_on}
    alone = UUID(firm.practice.does(_draft(firm, "B"))["bill_id"])
    firm.practice.does(ApproveBill(bill_id=alone), ASHBY)
    assert firm.practice.does(FinalizeBill(bill_id=alone))["number"] == "2026-00002"
    told = firm.practice.does(SendClientBill(client_bill_id=client_bill_id, by="post"))
    assert (told["open_minor"], len(told["bills"])) == (1_500_00, 3)
    assert all(one.sent for one in parts(firm, client_bill_id))


def _draft(firm: BillingPractice, letter: str) -> DraftBill:
    entries = (firm.approved(letter, HOUR),)
    return DraftBill(matter_id=firm.practice.matters[letter], entry_ids=entries, through=firm.practice.today)


def test_each_responsible_attorney_approves_their_own_matters(firm: BillingPractice) -> None:
    practice = firm.practice
    theirs = AmendMatter(matter_id=practice.matters["C"], field="responsible_attorney_id", value=str(firm.partner))
    practice.does(theirs, ASHBY)
    client_bill_id = drafted(firm)

    told = practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    assert [one["status"] for one in told["bills"]] == ["approved", "draft", "approved"]
    practice.refused(NotAllowed, ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    refusal = practice.refused(WrongState, FinalizeClientBill(client_bill_id=client_bill_id))
    assert "1 of its matters" in refusal.sentence
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), firm.partner)
    practice.refused(WrongState, ApproveClientBill(client_bill_id=client_bill_id), firm.partner)
    practice.does(FinalizeClientBill(client_bill_id=client_bill_id))


def test_its_parts_are_reviewed_as_any_draft_is(firm: BillingPractice) -> None:
    practice = firm.practice
    client_bill_id = drafted(firm)
    first = parts(firm, client_bill_id)[0]
    (line_id,) = first.lines
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    practice.does(ReturnBill(bill_id=first.drafted.bill_id, why="too much"), ASHBY)
    down = AdjustBillLine(
        bill_id=first.drafted.bill_id, line_id=line_id, adjustment="write_down", charged_minor=200_00, why="x"
    )
    practice.does(down)
    practice.does(ApproveBill(bill_id=first.drafted.bill_id), ASHBY)
    told = practice.does(FinalizeClientBill(client_bill_id=client_bill_id))
    assert (told["total_minor"], told["bills"][0]["total_minor"]) == (1_450_00, 200_00)


def test_parts_are_issued_dropped_and_voided_together(firm: BillingPractice) -> None:
    practice = firm.practice
    client_bill_id = drafted(firm, "AC")
    first, second = whole(firm, client_bill_id).bill_ids
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    practice.refused(WrongState, FinalizeBill(bill_id=first))
    practice.refused(WrongState, DropBill(bill_id=first, why="x"))
    practice.refused(WrongState, JoinBills(bill_ids=(first, second)))
    practice.does(ReleaseFromClientBill(client_bill_id=client_bill_id, bill_id=second, why="apart"))
    practice.refused(BadRequest, ReleaseFromClientBill(client_bill_id=client_bill_id, bill_id=first, why="apart"))
    practice.does(DropClientBill(client_bill_id=client_bill_id, why="not yet"))

    assert [one.status for one in parts(firm, client_bill_id)] == ["dropped"]
    entry = next(iter(parts(firm, client_bill_id)[0].lines.values())).entry_id
    again = DraftBill(matter_id=practice.matters["A"], entry_ids=(entry,), through=practice.today)
    anew = UUID(practice.does(again)["bill_id"])
    joined = UUID(practice.does(JoinBills(bill_ids=(second, anew)))["client_bill_id"])
    practice.refused(WrongState, FinalizeClientBill(client_bill_id=joined))
    practice.does(ApproveClientBill(client_bill_id=joined), ASHBY)
    practice.does(FinalizeClientBill(client_bill_id=joined))
    practice.refused(WrongState, VoidBill(bill_id=anew, effective_date=practice.today, why="wrong"), ASHBY)
    practice.refused(WrongState, ReleaseFromClientBill(client_bill_id=joined, bill_id=anew, why="late"))
    told = practice.does(VoidClientBill(client_bill_id=joined, effective_date=practice.today, why="wrong"), ASHBY)
    assert (told["status"], told["open_minor"]) == ("void", 0)
    assert [one["status"] for one in told["bills"]] == ["void", "void"]
    assert firm.entry(entry).status == "approved"
    assert practice.does(FinalizeClientBill(client_bill_id=_approved(firm)))["number"] == "2026-00002"


def _approved(firm: BillingPractice) -> UUID:
    client_bill_id = drafted(firm)
    firm.practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    return client_bill_id


def test_it_is_for_one_client_and_a_matter_stands_on_it_once(firm: BillingPractice) -> None:
    practice = firm.practice
    one, other, again = (UUID(practice.does(_draft(firm, letter))["bill_id"]) for letter in "ABA")
    practice.refused(BadRequest, JoinBills(bill_ids=(one, other)))
    practice.refused(BadRequest, JoinBills(bill_ids=(one, again)))


def test_a_payment_falls_on_the_matters_class_after_class_in_proportion(firm: BillingPractice) -> None:
    practice = firm.practice
    client_bill_id = issued(firm, "ACD", taxes=Taxes(tax_1_millionths=100_000))
    # 250, 500, 750 of fees and 25, 50, 75 of tax
    told = paid(firm, 150_01, (client_bill_id, 150_01))

    owed = [dict(one.owed) for one in parts(firm, client_bill_id)]
    assert [one["tax"] for one in owed] == [0, 0, 0]
    assert [one["fee"] for one in owed] == [250_00, 500_00, 749_99]
    assert sum(one["amount_minor"] for one in told["allocations"]) == 150_01
    payment_id = UUID(paid(firm, 2_000_00)["payment_id"])
    put = {"payment_id": payment_id, "bill_id": client_bill_id, "effective_date": practice.today}
    practice.refused(BadRequest, ApplyPayment.model_validate(put | {"amount_minor": 1_500_00}))
    after = practice.does(ApplyPayment.model_validate(put | {"amount_minor": 1_499_99}))
    assert [one.open_minor for one in parts(firm, client_bill_id)] == [0, 0, 0]
    back = after["allocations"][1]
    reversal = {"payment_id": payment_id, "allocation_id": back["allocation_id"], "effective_date": practice.today}
    practice.does(ReverseApplication.model_validate(reversal | {"why": "meant for another"}))
    assert sum(one.open_minor for one in parts(firm, client_bill_id)) == back["amount_minor"]
    practice.refused(
        WrongState, VoidClientBill(client_bill_id=client_bill_id, effective_date=practice.today, why="x"), ASHBY
    )


def test_each_matters_ledger_pays_its_own_part(firm: BillingPractice) -> None:
    practice = firm.practice
    practice.receive("A", 1_000_00)
    client_bill_id = issued(firm, "AC")
    first, second = (one.check_issued().billing_reference_id for one in parts(firm, client_bill_id))

    practice.refused(WrongClient, practice.ask("A", 1_00, payee=FIRM_NAME, billing_reference_id=second))
    practice.refused(NotBilled, practice.ask("A", 250_01, payee=FIRM_NAME, billing_reference_id=first))
    practice.pay("A", 250_00, payee=FIRM_NAME, billing_reference_id=first)
    assert [one.open_minor for one in parts(firm, client_bill_id)] == [0, 500_00]
