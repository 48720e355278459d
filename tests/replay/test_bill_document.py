"""The document of a bill: every figure of it on paper, the same bytes for ever, whatever is recorded later."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from aggregates.bill_events import Taxes
from aggregates.errors import BadRequest, NotAllowed, NotFound, WrongState
from commands.add_contact import AddContact
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_letterhead import AgreeLetterhead
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.amend_contact import AmendContact
from commands.amend_matter import AmendMatter
from commands.approve_bill import ApproveBill
from commands.change_contact_addresses import ChangeContactAddresses
from commands.credit_bill import CreditBill
from commands.draft_bill import DraftBill
from commands.drop_bill import DropBill
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.postal_address import PostalAddress
from commands.undo_disbursement import UndoDisbursement
from commands.void_bill import VoidBill
from replay.bill_document.contents import hours, percent
from replay.bill_document.printing import as_pdf, bill_document, template_of
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.test_bills import drafted, issued, of, paid, reference
from tests.commands.test_costs import copies
from tests.commands.trust_practice import ASHBY, FIRM_NAME, practising

MADE, LATER = "2026-09-30T12:00:00Z", "2026-12-01T12:00:00Z"
"""Moments of the first template and of the second."""
_TEMPLATES = {
    MADE: "63695ddbf18e87c44e32e6a699cd6f01b90a8183399f169cf1ee05a1e7e5e133",
    "2026-11-28T23:59:59Z": "63695ddbf18e87c44e32e6a699cd6f01b90a8183399f169cf1ee05a1e7e5e133",
    "2026-11-29T00:00:00Z": "b8b9a0becb738d16db990e2e55c92eb888519d0bf208b6196b32acf6e2f7bbc6",
}


@pytest.fixture
def firm(migrated_database_url: str) -> Iterator[BillingPractice]:
    """Client A has an address, and 2,000.00 in trust."""
    with practising(migrated_database_url) as practice:
        firm = BillingPractice(practice)
        firm.give_addresses()
        practice.receive("A", 2_000_00)
        yield firm


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, one space between them."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def words(firm: BillingPractice, bill_id: UUID, known_at: int | None = None) -> str:
    """Everything on the document."""
    return " ".join(pages_of(bill_document(firm.practice.log, bill_id, known_at).pdf))


def taxed_bill(firm: BillingPractice) -> UUID:
    """Four hours written down to 900.00, two for nothing, six minutes of the partner; 50.00 off; two taxes; an order."""
    practice = firm.practice
    entries = (
        firm.approved(seconds=4 * HOUR),
        firm.approved(seconds=2 * HOUR, narrative="Trained a colleague"),
        firm.approved(seconds=300, timekeeper_id=firm.partner, narrative="Reviewed the filing"),
        firm.approved(seconds=HOUR, charge="no_charge", narrative="Scheduling"),
    )
    taxes = Taxes(tax_1_millionths=50_000, tax_2_millionths=99_750, second_on_first=True)
    command = DraftBill(
        matter_id=practice.matters["A"], entry_ids=entries, through=practice.today, taxes=taxes, purchase_order="PO-7781"
    )
    bill_id = UUID(practice.does(command)["bill_id"])
    one, two, *_ = of(firm, bill_id).lines
    for line_id, how, charged in ((one, "write_down", 900_00), (two, "no_charge", 0)):
        down = {"bill_id": bill_id, "line_id": line_id, "adjustment": how, "charged_minor": charged, "why": "secret"}
        practice.does(AdjustBillLine.model_validate(down))
    practice.does(GiveCourtesyDiscount(bill_id=bill_id, discount_minor=50_00, note="With our thanks"))
    return bill_id


def finalized(firm: BillingPractice, bill_id: UUID) -> UUID:
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id, due_on=firm.practice.today + timedelta(days=30)))
    return bill_id


def test_every_figure_of_a_bill_is_on_its_document(firm: BillingPractice) -> None:
    whole = words(firm, finalized(firm, taxed_bill(firm)))
    # 900.00 + 40.00 of fees, 50.00 off: 890.00; 5% is 44.50; 9.975% of 934.50 is 93.22
    for expected in (
        FIRM_NAME, "Invoice number 2026-00001", "Issued 2026-09-15", "Due 2026-10-15", "Purchase order PO-7781",
        "Adeline Archer Suite 400 12 Fayetteville Street Raleigh, NC 27601", "Matter 2026-0001 Matter A",
        "Drafted the complaint Value 1,000.00, charged 900.00 Pim Pryce 4.00 250.00 1, 2 900.00",
        "Trained a colleague No charge (value 500.00) Pim Pryce 2.00 250.00 1, 2 0.00",
        "Reviewed the filing Oda Ashby 0.10 400.00 1, 2 40.00", "Scheduling No charge",
        "Fees 940.00", "Courtesy discount With our thanks -50.00", "Tax 1 at 5% 44.50",
        "Tax 2 at 9.975%, on tax 1 too 93.22", "Total 1,027.72", "Due by 2026-10-15",
        "Oda Ashby 0.10 400.00 40.00", "Pim Pryce 7.00 250.00 900.00",
        "Balance before this invoice 2,000.00", "Drawn against this invoice 0.00", "Balance after 2,000.00", "Page 1 of 1",
    ):  # fmt: skip
        assert expected in whole, (expected, whole)
    for never in ("DRAFT", "VOID", "secret", "9 Elm Street", "Statement of account"):
        assert never not in whole


def test_what_is_recorded_later_leaves_an_issued_bill_as_it_is(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = finalized(firm, taxed_bill(firm))
    first = bill_document(practice.log, bill_id)
    practice.does(AmendContact(contact_id=practice.clients["A"], field="name", values=("Adeline Bowman",)))
    practice.does(ChangeContactAddresses(contact_id=practice.clients["A"], addresses=()))
    practice.does(AmendMatter(matter_id=practice.matters["A"], field="description", value="Another"), ASHBY)
    paid(firm, 100_00, (bill_id, 100_00))
    practice.receive("A", 1_00)
    practice.today = date(2027, 1, 4)

    assert bill_document(practice.log, bill_id) == first
    assert (first.number, first.void) == ("2026-00001", False)
    assert "Adeline Bowman" in words(firm, drafted(firm))


def test_the_letterhead_is_that_of_the_day_it_was_issued(firm: BillingPractice) -> None:
    practice = firm.practice
    first = AgreeLetterhead(lines=("Suite 900", "Raleigh, NC 27601"), how_to_pay="By ACH to First Bank.\nName the number.")
    bare = issued(firm, 1)
    practice.refused(NotAllowed, first)
    practice.does(first, ASHBY)
    practice.refused(BadRequest, first, ASHBY)
    bill_id = issued(firm, 1)
    told = practice.does(AgreeLetterhead(lines=("Moved",)), ASHBY)

    assert told["before"] == {"lines": ["Suite 900", "Raleigh, NC 27601"], "how_to_pay": first.how_to_pay}
    whole = words(firm, bill_id)
    for expected in ("Suite 900 · Raleigh, NC 27601", "How to pay By ACH to First Bank. Name the number."):
        assert expected in whole, (expected, whole)
    assert "How to pay" not in words(firm, bare)
    assert "Moved" in words(firm, drafted(firm))


def test_the_account_shows_what_was_paid_and_what_trust_held_at_a_position(firm: BillingPractice) -> None:
    practice = firm.practice
    bill_id = issued(firm, 4)
    issued_at = practice.log.size()
    drawn = reference(firm, bill_id).recorded.billing_reference_id
    undone, _ = practice.pay("A", 500_00, payee=FIRM_NAME, billing_reference_id=drawn)
    practice.does(UndoDisbursement(disbursement_id=undone, why="came back"))
    practice.pay("A", 600_00, payee=FIRM_NAME, billing_reference_id=drawn)
    practice.receive("A", 25_00)
    paid(firm, 300_00, (bill_id, 300_00), method="ach")
    credit = CreditBill(bill_id=bill_id, effective_date=practice.today, amount_minor=40_00, why="secret")
    practice.does(credit, ASHBY)
    now = practice.log.size()
    whole = words(firm, bill_id, now)

    day = practice.today
    for expected in (
        f"{day} Invoice 2026-00001 1,000.00 1,000.00", f"{day} Paid from trust -500.00 500.00",
        f"{day} Paid from trust, taken back 500.00 1,000.00", f"{day} Paid from trust -600.00 400.00",
        f"{day} Payment by ACH -300.00 100.00", f"{day} Credit memo -40.00 60.00", "Balance due 60.00",
        "Balance due, USD 60.00", "Balance before this invoice 2,000.00", "Drawn against this invoice -600.00",
        "Other receipts and payments since 25.00", "Balance after 1,425.00", f"position {now} of the books",
    ):  # fmt: skip
        assert expected in whole, (expected, whole)
    assert "secret" not in whole
    at_once = words(firm, bill_id, issued_at)
    assert "Balance due 1,000.00" in at_once
    assert "Paid from trust" not in at_once
    kept = bill_document(practice.log, bill_id, now).pdf
    practice.receive("A", 1_00)
    assert bill_document(practice.log, bill_id, now).pdf == kept


def test_a_draft_is_marked_on_every_page_and_a_void_bill_in_its_account(firm: BillingPractice) -> None:
    practice = firm.practice
    draft = drafted(firm, *([1] * 60))
    pages = pages_of(bill_document(practice.log, draft).pdf)
    assert len(pages) > 1
    assert all("DRAFT" in page and "Pre-bill, not issued" in page for page in pages)
    assert "Invoice number" not in pages[0]
    assert bill_document(practice.log, draft).number is None

    bill_id = issued(firm, 1, letter="B")
    before = bill_document(practice.log, bill_id)
    practice.does(VoidBill(bill_id=bill_id, effective_date=practice.today, why="wrong client"), ASHBY)
    after = bill_document(practice.log, bill_id)
    assert (before.pdf == after.pdf, before.void, after.void) == (True, False, True)
    whole = words(firm, bill_id, practice.log.size())
    for expected in ("VOID: nothing is owed", "Bill voided -250.00 0.00", "Balance due 0.00"):
        assert expected in whole, (expected, whole)


def test_what_has_no_document_is_refused(firm: BillingPractice) -> None:
    log = firm.practice.log
    draft = drafted(firm)
    with pytest.raises(WrongState, match="only an issued one has an account"):
        bill_document(log, draft, log.size())
    firm.practice.does(DropBill(bill_id=draft, why="no"))
    with pytest.raises(WrongState, match="dropped"):
        bill_document(log, draft)
    for nothing in (UUID(int=9), firm.practice.matters["A"]):
        with pytest.raises(NotFound):
            bill_document(log, nothing)
    before = log.size()
    bill_id = issued(firm, 1)
    for position in (0, -1, before, log.size() + 1):
        with pytest.raises(BadRequest):
            bill_document(log, bill_id, position)


def test_a_client_of_another_script_and_country(firm: BillingPractice) -> None:
    practice = firm.practice
    client = UUID(practice.does(AddContact(name="渡邊さくら"))["contact_id"])
    home = PostalAddress(kind="home", lines=("Hauptstraße 1",), city="Köln", postal_code="50667", country="DE")
    practice.does(ChangeContactAddresses(contact_id=client, addresses=(home,)))
    practice.open_ledger("J", client)
    assert "渡邊さくら Hauptstraße 1 50667 Köln DE" in words(firm, issued(firm, 1, letter="J"))


def test_a_bill_that_several_pay_says_who_pays_what(firm: BillingPractice) -> None:
    practice = firm.practice
    practice.today = date(2026, 12, 1)
    before = issued(firm, 1)
    insurer = UUID(practice.does(AddContact(name="Northern Mutual"))["contact_id"])
    payers = (Payer(payer_id=practice.clients["A"], percent="33.3333"), Payer(payer_id=insurer, percent="66.6667"))
    agreed = AgreeSplitPayers(
        matter_id=practice.matters["A"], payers=payers, residue_payer_id=insurer, authority="Coverage letter"
    )
    practice.does(agreed, ASHBY)
    draft = drafted(firm, 1)
    # 33.3333 % of 250.00 is 83.33325: 83.33, and 166.67
    shares = "Who pays Payer Part Share Northern Mutual 66.6667% 166.67 Adeline Archer 33.3333% 83.33 Total 250.00"
    assert shares in words(firm, draft)
    bill_id = finalized(firm, draft)
    first = bill_document(practice.log, bill_id)
    assert shares in words(firm, bill_id)
    assert "Who pays" not in words(firm, before)

    practice.does(AgreeSplitPayers(matter_id=practice.matters["A"], payers=(), authority="Letter"), ASHBY)
    practice.does(AmendContact(contact_id=insurer, field="name", values=("Southern Mutual",)))
    paid(firm, 83_33, (bill_id, 83_33))
    assert bill_document(practice.log, bill_id) == first
    whole = words(firm, bill_id, practice.log.size())
    assert shares in whole
    assert "Balance due 166.67 Share of Southern Mutual 166.67 Share of Adeline Archer 0.00" in whole


def test_a_cost_says_how_many_at_what_each(firm: BillingPractice) -> None:
    practice = firm.practice
    practice.today = date(2026, 12, 1)
    many = copies(firm, quantity="240", unit_cost="0.155", description="Copies")
    one = copies(firm, quantity="1", unit_cost="7.50", description="Binding", expense_code="E102")
    costs = tuple(UUID(practice.does(cost)["cost_id"]) for cost in (many, one))
    command = DraftBill(matter_id=practice.matters["A"], entry_ids=costs, through=practice.today)
    whole = words(firm, UUID(practice.does(command)["bill_id"]))
    assert "2026-12-01 Copies 240 at 0.155 E101 37.20" in whole
    assert "2026-12-01 Binding E102 7.50" in whole


def document(**different: Any) -> dict[str, Any]:
    """An issued bill of one line and one cost."""
    line = {
        "day": "2026-09-15", "timekeeper": "Pim Pryce", "codes": "", "narrative": "Drafted", "hours": "1.00",
        "rate": "250.00", "note": None, "tax": "", "amount": "250.00",
    }  # fmt: skip
    cost = {"day": "2026-09-16", "codes": "E112", "narrative": "Filing fee", "note": None, "tax": "", "amount": "200.00"}
    return {
        "status": "issued", "bill_id": "b", "currency": "USD", "firm": {"name": FIRM_NAME, "lines": [], "how_to_pay": None},
        "client": {"name": "Adeline Archer", "address": []}, "number": "1", "issued_on": "2026-09-30",
        "due_on": "2026-10-30", "from_day": "2026-09-01", "through": "2026-09-30",
        "matter": {"number": "2026-0001", "description": "Matter A"}, "purchase_order": None, "taxed": False,
        "fees": [line], "timekeepers": [], "costs": [cost], "fees_total": "250.00", "costs_total": "200.00",
        "discount": None, "taxes": [], "total": "450.00", "trust": None, "payers": [], "account": None, **different,
    }  # fmt: skip


@pytest.mark.parametrize("moment", [MADE, LATER])
def test_costs_stand_by_their_codes(moment: str) -> None:
    (page,) = pages_of(as_pdf(document(), moment, moment))
    for expected in ("2026-09-16 Filing fee E112 200.00", "Costs 200.00", "Total 450.00"):
        assert expected in page, page
    assert "Trust account" not in page


@pytest.mark.parametrize("moment", [MADE, LATER])
def test_a_long_bill_has_its_heads_on_every_page_and_a_long_word_stays_in_its_column(moment: str) -> None:
    line = document()["fees"][0]
    fees = [{**line, "narrative": f"Entry {n:03} {'x' * 120}"} for n in range(150)]
    fees.append({**line, "narrative": "Read " * 790})
    pages = pages_of(as_pdf(document(fees=fees), moment, moment))
    assert len(pages) > 8
    assert all(f"Entry {n:03}" in " ".join(pages) for n in range(150))
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
    assert all("Work done By Hours Rate Amount" in page for page in pages[:-1])
    assert "xxxxxxxxxxxxxxxxxxxxPim" not in "".join(pages)
    assert " ".join(pages).count("Read") == 790


def test_a_total_never_stands_alone_at_the_top_of_a_page() -> None:
    line, cost = document()["fees"][0], document()["costs"][0]
    alone = ("Work done By Hours Rate Amount Fees 250.00", "What for Code Amount Costs 200.00")
    for number in range(18, 60):
        lines = document(fees=[line] * number, costs=[cost] * number)
        assert not any(words in page for page in pages_of(as_pdf(lines, LATER, LATER)) for words in alone), number
    # Of a line that may go over to the next page nothing is held together, and nothing is lost.
    long = document(fees=[line, {**line, "narrative": "Read " * 2_000}], costs=[])
    assert " ".join(pages_of(as_pdf(long, LATER, LATER))).count("Read") == 2_000


def test_figures_and_names_stay_in_their_columns_however_large_they_are() -> None:
    line = document()["fees"][0]
    large = {**line, "amount": "99,999,999,999.99", "rate": "9,999,999.00", "hours": "1,234.0167", "timekeeper": "N" * 60}
    (page,) = pages_of(as_pdf(document(fees=[large], fees_total="99,999,999,999.99"), LATER, LATER))
    assert "1,234.0167 9,999,999.00 99,999,999,999.99" in page
    assert "Fees 99,999,999,999.99" in page


@pytest.mark.parametrize("moment", [MADE, LATER])
def test_words_from_the_books_are_never_read_as_markup(moment: str) -> None:
    nasty = "#panic(1) $x$ *b* `r` <l> @ref [ ] { } /* \u202e00.001"
    line = {**document()["fees"][0], "timekeeper": nasty, "narrative": nasty}
    nasty_everywhere = document(
        client={"name": nasty, "address": [nasty]}, purchase_order=nasty, fees=[line],
        payers=[{"name": nasty, "part": "60%", "share": "1.00"}, {"name": "B", "part": "40%", "share": "1.00"}],
    )  # fmt: skip
    (page,) = pages_of(as_pdf(nasty_everywhere, moment, moment))
    assert page.count("[U+202E]00.001") == 5
    assert "by its Unicode code point" in page


@pytest.mark.parametrize(("seconds", "text"), [(3600, "1.00"), (5400, "1.50"), (60, "0.0167"), (1, "0.0003"), (0, "0.00")])
def test_hours_are_decimal_text(seconds: int, text: str) -> None:
    assert hours(seconds) == text


@pytest.mark.parametrize(("millionths", "text"), [(50_000, "5%"), (99_750, "9.975%"), (200_000, "20%"), (1, "0.0001%")])
def test_a_rate_of_tax_is_a_percentage(millionths: int, text: str) -> None:
    assert percent(millionths) == text


@pytest.mark.parametrize(("moment", "sha256"), _TEMPLATES.items())
def test_a_template_that_has_issued_bills_is_never_changed(moment: str, sha256: str) -> None:
    """What is to look different gets another template, and the moment from which bills are set from it."""
    assert hashlib.sha256(template_of(moment)).hexdigest() == sha256
