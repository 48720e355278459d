"""Issued bills of a real log as LEDES files: figures, names of the day of issue, and what is refused."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.errors import BadRequest, NotFound, WrongState
from commands.agree_flat_fee import AgreeFlatFee
from commands.amend_contact import AmendContact
from commands.amend_matter import AmendMatter
from commands.approve_bill import ApproveBill
from commands.change_contact_addresses import ChangeContactAddresses
from commands.draft_bill import DraftBill
from commands.earn_flat_fee import EarnFlatFee
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.void_bill import VoidBill
from replay.bill_ledes.handing_out import LedesFormat, Wanted, as_ledes
from replay.ledes.invoice import LedesInvoice, LedesParty
from replay.ledes.reading import read_1998b, read_1998bi
from tests.commands.billing_practice import BillingPractice
from tests.commands.test_bills import drafted, issued, of
from tests.commands.test_costs import copies, entered, filing
from tests.commands.trust_practice import ASHBY, FIRM_NAME, practising
from tests.replay.test_bill_document import finalized, taxed_bill

LAW_FIRM = "12-3456789"


@pytest.fixture
def firm(migrated_database_url: str) -> Iterator[BillingPractice]:
    """Client A has two addresses, one of them for bills."""
    with practising(migrated_database_url) as practice:
        firm = BillingPractice(practice)
        firm.give_addresses()
        yield firm


def file_of(firm: BillingPractice, bill_id: UUID, form: LedesFormat = "1998b", **more: Any) -> bytes:
    return as_ledes(firm.practice.log, bill_id, form, Wanted(LAW_FIRM, **more))


def told(firm: BillingPractice, bill_id: UUID, **more: Any) -> LedesInvoice:
    (invoice,) = read_1998b(file_of(firm, bill_id, **more))
    return invoice


def international(firm: BillingPractice, bill_id: UUID, **more: Any) -> LedesInvoice:
    (invoice,) = read_1998bi(file_of(firm, bill_id, "1998bi", client_tax_id="98-7654321", **more))
    return invoice


def test_a_taxed_bill_is_told_in_1998bi_to_the_cent(firm: BillingPractice) -> None:
    bill_id = finalized(firm, taxed_bill(firm))
    office = LedesParty("", "Suite 900", "1 Main Street", "Raleigh", "NC", "27601", "US")
    invoice = international(firm, bill_id, tax_type="STATE", client_matter_id="X-9", address=office)

    # 890.00 after the discount; 5% is 44.50, 9.975% of 934.50 is 93.22 (tests of the document have the sum on paper)
    assert (invoice.total_minor, invoice.tax_minor) == (1_027_72, 137_72)
    assert [one.total_minor - one.tax_minor for one in invoice.lines[:4]] == [852_13, 0, 37_87, 0]
    assert invoice.lines[0].tax_rate == Decimal("0.1547375")
    assert (invoice.po_number, invoice.client_tax_id, invoice.lines[0].tax_type) == ("PO-7781", "98-7654321", "STATE")
    assert invoice.law_firm == LedesParty(FIRM_NAME, "Suite 900", "1 Main Street", "Raleigh", "NC", "27601", "US")
    client = LedesParty("Adeline Archer", "Suite 400", "12 Fayetteville Street", "Raleigh", "NC", "27601", "US")
    assert invoice.client == client
    assert {(one.matter_name, one.law_firm_matter_id, one.client_matter_id) for one in invoice.lines} == {
        ("Matter A", "2026-0001", "X-9")
    }
    assert invoice.lines[0].timekeeper_name == "Pryce, Pim"


def test_a_bill_without_tax_is_told_in_both_formats_and_comes_to_the_same(firm: BillingPractice) -> None:
    draft = drafted(firm, 4, 2)
    firm.practice.does(GiveCourtesyDiscount(bill_id=draft, discount_minor=100_00, note="Thanks"))
    bill_id = finalized(firm, draft)
    plain, more = told(firm, bill_id), international(firm, bill_id)
    assert plain.total_minor == more.total_minor == 1_400_00
    assert [one.kind for one in plain.lines] == [one.kind for one in more.lines] == ["F", "F", "IF"]
    assert (plain.billing_start, plain.billing_end) == (date(2026, 9, 15), date(2026, 9, 15))


def test_costs_are_told_by_their_quantities(firm: BillingPractice) -> None:
    entries = tuple(
        entered(firm, one)
        for one in (
            copies(firm),
            filing(firm),
            copies(firm, unit_cost="0.12345", quantity="10"),
            copies(firm, charge="no_charge"),
        )
    )
    command = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=firm.practice.today)
    invoice = told(firm, finalized(firm, UUID(firm.practice.does(command)["bill_id"])))
    assert [(one.kind, one.units, one.unit_cost, one.adjustment_minor, one.total_minor) for one in invoice.lines] == [
        ("E", Decimal(121), Decimal("0.25"), 0, 30_25),
        ("E", Decimal(1), Decimal(400), 0, 400_00),
        ("E", Decimal(1), Decimal("1.23"), 0, 1_23),
        ("E", Decimal(121), Decimal("0.25"), -30_25, 0),
    ]


def test_a_flat_fee_is_the_responsible_attorney_s_under_the_code_that_is_asked_for(firm: BillingPractice) -> None:
    practice = firm.practice
    matter_id, today = practice.matters["A"], practice.today
    practice.does(AmendMatter(matter_id=matter_id, field="responsible_attorney_id", value=str(firm.partner)), ASHBY)
    agreed = AgreeFlatFee(matter_id=matter_id, stage="Complaint filed", amount_minor=1_500_00, authority="Letter")
    fee_id = UUID(practice.does(agreed, ASHBY)["fee_id"])
    practice.does(EarnFlatFee(fee_id=fee_id, earned_on=today, evidence="file stamp"))
    command = DraftBill(matter_id=matter_id, entry_ids=(fee_id,), through=today)
    bill_id = UUID(practice.does(command)["bill_id"])
    practice.does(ApproveBill(bill_id=bill_id), firm.partner)
    practice.does(FinalizeBill(bill_id=bill_id))

    with pytest.raises(
        BadRequest, match=r"line item 1 of 2026-00001, LINE_ITEM_TASK_CODE: a fee needs a task or an activity"
    ):
        told(firm, bill_id)
    with pytest.raises(BadRequest, match="'X1' is not a UTBMS task code"):
        told(firm, bill_id, flat_fee_code="X1")
    (line,) = told(firm, bill_id, flat_fee_code="A111").lines
    assert (line.timekeeper_name, line.timekeeper_classification) == ("Ashby, Oda", "FLTFEE")
    assert (line.activity_code, line.units, line.total_minor) == ("A111", Decimal(1), 1_500_00)
    assert told(firm, bill_id, flat_fee_code="L210").lines[0].task_code == "L210"


def test_the_file_says_what_was_so_when_the_bill_was_issued(firm: BillingPractice) -> None:
    practice, bill_id = firm.practice, issued(firm)
    first = file_of(firm, bill_id, "1998bi", client_tax_id="98-7654321")
    practice.does(AmendContact(contact_id=practice.clients["A"], field="name", values=("Adeline Bowman",)))
    practice.does(ChangeContactAddresses(contact_id=practice.clients["A"], addresses=()))
    practice.does(AmendMatter(matter_id=practice.matters["A"], field="description", value="Another"), ASHBY)
    assert file_of(firm, bill_id, "1998bi", client_tax_id="98-7654321") == first


def test_what_lacks_or_does_not_fit_is_refused(firm: BillingPractice) -> None:
    practice, draft = firm.practice, taxed_bill(firm)
    with pytest.raises(WrongState, match="draft"):
        file_of(firm, draft)
    bill_id = finalized(firm, draft)
    with pytest.raises(BadRequest, match="1998B knows no tax"):
        file_of(firm, bill_id)
    with pytest.raises(BadRequest, match="client's taxpayer number"):
        file_of(firm, bill_id, "1998bi")
    with pytest.raises(BadRequest, match="CLIENT_MATTER_ID: 21 characters"):
        international(firm, bill_id, client_matter_id="x" * 21)
    with pytest.raises(NotFound):
        file_of(firm, practice.matters["A"])
    practice.does(VoidBill(bill_id=bill_id, effective_date=practice.today, why="wrong"), ASHBY)
    assert of(firm, bill_id).status == "void"
    with pytest.raises(WrongState, match="void"):
        international(firm, bill_id)
