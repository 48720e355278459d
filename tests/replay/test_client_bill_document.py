"""A client bill on paper and as a LEDES file: a section for each matter, whose sums are the total; the same for ever."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from aggregates.bill_events import Taxes
from aggregates.errors import BadRequest, NotFound, WrongState
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.approve_client_bill import ApproveClientBill
from commands.draft_client_bill import DraftClientBill, MatterToBill
from commands.drop_client_bill import DropClientBill
from commands.finalize_client_bill import FinalizeClientBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.record_cost import RecordCost
from commands.void_client_bill import VoidClientBill
from replay.bill_document.printing import client_bill_document, client_template_of
from replay.bill_ledes.handing_out import Wanted, called, client_as_ledes
from replay.ledes.reading import read_1998b, read_1998bi
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.test_client_bills import drafted, issued, paid, parts, whole
from tests.commands.trust_practice import ASHBY, FIRM_NAME, practising

MADE = "2026-09-30T12:00:00Z"
_TEMPLATES = {MADE: "dd89690b55d3256b42edf8dc7c95f8c414fe5d3765833eb2b4f5db1746cf80e6"}
TAX = Taxes(tax_1_millionths=50_000)


@pytest.fixture
def firm(migrated_database_url: str) -> Iterator[BillingPractice]:
    """Client A has two more matters, C and D, an address, and 2,000.00 in trust for matter A."""
    with practising(migrated_database_url) as practice:
        for letter in "CD":
            practice.open_ledger(letter, practice.clients["A"])
            practice.clients[letter] = practice.clients["A"]
        firm = BillingPractice(practice)
        firm.give_addresses()
        practice.receive("A", 2_000_00)
        yield firm


def finalized(firm: BillingPractice, client_bill_id: UUID) -> UUID:
    firm.practice.does(FinalizeClientBill(client_bill_id=client_bill_id))
    return client_bill_id


def words(firm: BillingPractice, client_bill_id: UUID, known_at: int | None = None) -> str:
    found = client_bill_document(firm.practice.log, client_bill_id, known_at)
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(found.pdf)).pages)


def test_each_matter_has_its_section_and_the_sections_sum_to_the_total(firm: BillingPractice) -> None:
    client_bill_id = issued(firm, "ACD", taxes=TAX, purchase_order="PO-77")
    text = words(firm, client_bill_id)
    for expected in (
        FIRM_NAME, "Invoice number 2026-00001", "Purchase order PO-77", "Total, USD 1,575.00", "3 matters",
        "2026-0001 Matter A 250.00 0.00 12.50 262.50", "2026-0003 Matter C 500.00 0.00 25.00 525.00",
        "2026-0004 Matter D 750.00 0.00 37.50 787.50", "Total 1,500.00 0.00 75.00 1,575.00",
        "Matter 2026-0003 · 2026-00001-2 Matter C", "Matter 2026-0003 525.00", "Tax 1 at 5% 37.50",
        "Total of all matters, USD 1,575.00", "2026-0001 2,000.00 0.00 2,000.00",
    ):  # fmt: skip
        assert expected in text, (expected, text)
    first = client_bill_document(firm.practice.log, client_bill_id)
    paid(firm, 100_00, (client_bill_id, 100_00))
    assert client_bill_document(firm.practice.log, client_bill_id) == first
    assert (first.number, first.void) == ("2026-00001", False)


def test_it_says_who_pays_for_a_matter_and_how_many_a_cost_is_of(firm: BillingPractice) -> None:
    practice = firm.practice
    matters, clients = practice.matters, practice.clients
    payers = (Payer(payer_id=clients["A"], percent="66.67"), Payer(payer_id=clients["B"], percent="33.33"))
    practice.does(AgreeSplitPayers(matter_id=matters["C"], payers=payers, authority="Policy"), ASHBY)
    copies = RecordCost(
        matter_id=matters["C"], nature="soft", incurred_on=practice.today, expense_code="E101", description="Copies",
        quantity="120", unit_cost="0.25",
    )  # fmt: skip
    cost_id = UUID(practice.does(copies)["cost_id"])
    lines = [
        MatterToBill(matter_id=matters[letter], entry_ids=(firm.approved(letter, HOUR), *more))
        for letter, more in (("A", ()), ("C", (cost_id,)))
    ]
    client_bill_id = UUID(practice.does(DraftClientBill(matters=lines, through=practice.today))["client_bill_id"])
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    expected = (
        "Copies 120 at 0.25 E101 30.00",
        "Who pays for matter 2026-0003",
        "66.67% 186.68",
        "33.33% 93.32",
        "Total 280.00",
    )
    for text in (words(firm, client_bill_id), words(firm, finalized(firm, client_bill_id))):
        assert all(one in text for one in expected), (expected, text)
        assert "Who pays for matter 2026-0001" not in text
    assert "matter 2026-0003 93.32" in words(firm, client_bill_id, practice.log.size())


def test_its_account_has_the_movements_of_every_matter(firm: BillingPractice) -> None:
    practice = firm.practice
    client_bill_id = issued(firm, "AC")
    reference = parts(firm, client_bill_id)[0].check_issued().billing_reference_id
    practice.pay("A", 150_00, payee=FIRM_NAME, billing_reference_id=reference)
    paid(firm, 300_00, (client_bill_id, 300_00), method="ach")
    text = words(firm, client_bill_id, practice.log.size())

    day = practice.today
    for expected in (
        f"{day} Invoice 2026-00001 750.00 750.00", f"{day} Paid from trust, matter 2026-0001 -150.00 600.00",
        f"{day} Payment by ACH, matter 2026-0001 -50.00 550.00",
        f"{day} Payment by ACH, matter 2026-0003 -250.00 300.00", "Balance due 300.00",
        "2026-0001 2,000.00 -150.00 0.00 1,850.00",
    ):  # fmt: skip
        assert expected in text, (expected, text)


def test_drafts_and_void_ones_are_marked(firm: BillingPractice) -> None:
    practice = firm.practice
    draft = drafted(firm, "AC")
    assert "DRAFT: not an invoice" in words(firm, draft)
    with pytest.raises(WrongState, match="only an issued one has an account"):
        client_bill_document(practice.log, draft, practice.log.size())
    practice.does(DropClientBill(client_bill_id=draft, why="no"))
    with pytest.raises(WrongState, match="dropped"):
        client_bill_document(practice.log, draft)
    with pytest.raises(NotFound):
        client_bill_document(practice.log, practice.matters["A"])
    before = practice.log.size()
    client_bill_id = issued(firm, "AC")
    with pytest.raises(BadRequest):
        client_bill_document(practice.log, client_bill_id, before)
    practice.does(VoidClientBill(client_bill_id=client_bill_id, effective_date=practice.today, why="wrong"), ASHBY)
    assert client_bill_document(practice.log, client_bill_id).void
    assert "VOID: nothing is owed" in words(firm, client_bill_id, practice.log.size())


def told(firm: BillingPractice, client_bill_id: UUID, **more: Any) -> Any:
    (invoice,) = read_1998b(client_as_ledes(firm.practice.log, client_bill_id, "1998b", Wanted("12-3456789", **more)))
    return invoice


def test_it_is_one_ledes_invoice_whose_lines_name_their_matters(firm: BillingPractice) -> None:
    practice = firm.practice
    client_bill_id = drafted(firm, "ACD")
    off = GiveCourtesyDiscount(bill_id=whole(firm, client_bill_id).bill_ids[1], discount_minor=20_00, note="thanks")
    practice.does(off)
    with pytest.raises(WrongState):
        told(firm, client_bill_id)
    practice.does(ApproveClientBill(client_bill_id=client_bill_id), ASHBY)
    practice.does(FinalizeClientBill(client_bill_id=client_bill_id))
    invoice = told(firm, client_bill_id, client_matter_ids=called("2026-0003=X-9, 2026-0004=X-10"))

    assert (invoice.number, invoice.total_minor) == ("2026-00001", 1_480_00)
    assert [line.number for line in invoice.lines] == ["1", "2", "3", "4"]
    assert [(line.law_firm_matter_id, line.client_matter_id, line.total_minor) for line in invoice.lines] == [
        ("2026-0001", "2026-0001", 250_00), ("2026-0003", "X-9", 500_00), ("2026-0003", "X-9", -20_00),
        ("2026-0004", "X-10", 750_00),
    ]  # fmt: skip
    for wrong in ({"client_matter_id": "X-9"}, {"client_matter_ids": {"2026-0002": "X"}}):
        with pytest.raises(BadRequest):
            told(firm, client_bill_id, **wrong)
    with pytest.raises(BadRequest):
        called("2026-0003")


def test_where_one_matter_is_taxed_the_file_is_1998bi_to_the_cent(firm: BillingPractice) -> None:
    client_bill_id = issued(firm, "AC", taxes=Taxes(tax_1_millionths=33_333))
    with pytest.raises(BadRequest, match="1998BI"):
        told(firm, client_bill_id)
    wanted = Wanted("12-3456789", client_tax_id="98-7654321")
    (invoice,) = read_1998bi(client_as_ledes(firm.practice.log, client_bill_id, "1998bi", wanted))
    assert invoice.total_minor == sum(one.totals.total_minor for one in parts(firm, client_bill_id))
    assert {line.matter_name for line in invoice.lines} == {"Matter A", "Matter C"}


@pytest.mark.parametrize(("moment", "sha256"), _TEMPLATES.items())
def test_a_template_that_has_issued_client_bills_is_never_changed(moment: str, sha256: str) -> None:
    assert hashlib.sha256(client_template_of(moment)).hexdigest() == sha256
