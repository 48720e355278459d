"""The form of a reconciliation: what is on it, page after page, and that words from the books stay words."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from aggregates.permissions import Role, non_lawyer_signs_cheques
from replay.reconcile import reprint
from replay.reconciliation_form.artefact import masked
from replay.reconciliation_form.printing import PREPARER_QUESTION, TEMPLATE, as_csv, as_pdf
from tests.replay.september_signed import id_of, reconciling

PREPARED = {"name": "Nora Lind", "role": "bookkeeper", "at": "2026-10-05T12:00:00Z", "note": None}


def text_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def artefact(**different: Any) -> dict[str, Any]:
    """A period without a movement."""
    zero = dict.fromkeys(
        (
            "statement_minor", "deposits_in_transit_minor", "outstanding_disbursements_minor", "bank_errors_minor",
            "adjusted_bank_minor", "book_minor", "ledgers_minor", "positive_ledgers_minor", "negative_ledgers",
            "unexplained_lines", "stale_items_without_note",
        ),
        0,
    )  # fmt: skip
    lists = (
        "problems", "deposits_in_transit", "outstanding_disbursements", "bank_errors", "ledgers", "unexplained_lines",
        "explained_lines", "matched_pairs", "exceptions_open",
    )  # fmt: skip
    statement = {
        "sha256": "5e" * 32, "filename": "september.ofx", "from": "2026-09-01", "to": "2026-09-30", "opening_minor": 0,
        "closing_minor": 0,
    }  # fmt: skip
    return {
        **{name: [] for name in lists},
        "firm": {"name": "Ashby & Reyes, PLLC"},
        "account": {"name": "IOLTA-1", "number": "••••0417", "bank": "First Bank", "currency": "USD", "ownership": "pooled"},
        "period": {"from": "2026-09-01", "end": "2026-09-30"},
        "statement": statement,
        "statements": [statement],
        "figures": zero,
        "explanation": None,
        "log": {"position": 7, "root": "ab" * 32},
        "prepared": PREPARED,
        "template_sha256": "cd" * 32,
        **different,
    }  # fmt: skip


def printed(document: dict[str, Any]) -> list[str]:
    """Its pages as text."""
    return text_of(as_pdf(TEMPLATE.read_bytes(), document, [], artefact_sha256="ef" * 32, reconciliation_id="r"))


def test_september_has_every_line_and_list_of_the_form(database_url: str) -> None:
    with reconciling(database_url) as desk:
        prepared = desk.prepare(explanation="The bank will put back 20.00")
        desk.sign(prepared)
        form = reprint(desk.log, id_of(prepared))
    pages = text_of(form.pdf)
    whole = "\n".join(pages)
    for words in (
        "Ashby & Reyes, PLLC", "IOLTA-1 ••••123", "2026-09-01 to 2026-09-30", "Total of positive client ledger balances",
        "Does any subsidiary ledger have a negative balance?", "17,977.09", "1,500.00", "(2,316.67)", "17,180.42",
        "Line 6 agrees with lines 1, 1b and 2.", "The bank will put back 20.00", "Nora Lind", "Marta Reyes", "SIGNED",
        "2026-10-05 12:00", "1053", "Lienholder", "Cheque 1051 was paid as 3,220.00", "Client A, 2026-A", "10,800.00",
        "Matched pairs", "5e" * 32,
    ):  # fmt: skip
        assert words in whole, words
    assert f"{PREPARER_QUESTION} Yes." in " ".join(whole.split())
    assert whole.count("17,180.42") == 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "artefact" in page
        assert "log position" in page


def test_a_draft_and_what_does_not_agree_say_so() -> None:
    document = artefact(problems=["adjusted bank 1.00 differs from book 0.00 by 1.00"])
    document["figures"] = {**document["figures"], "adjusted_bank_minor": 100, "negative_ledgers": 1}
    page = printed(document)[0]
    assert "DRAFT, NOT SIGNED" in page
    assert "Line 6 does not agree" in page
    assert "differs from book 0.00 by 1.00" in page
    assert "Yes" in page


def test_words_from_the_books_are_never_read_as_markup() -> None:
    nasty = "#panic(1) $x$ *b* _i_ `r` <l> @ref \\ [ ] { } // /* #sys.inputs"
    ledger = {"ledger_id": "1", "title": nasty, "purpose": "client", "balance_minor": 0}
    page = "\n".join(printed(artefact(ledgers=[ledger], explanation=nasty)))
    assert "".join(page.split()).count("".join(nasty.split())) == 2


@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("王小明", "CJK"), ("渡邊さくら", "CJK"), ("김민준", "CJK"), ("Γιώργος", "Libertinus"),
        ("Иван Петров", "Libertinus"),
        ("สมชาย", "Thai"), ("Գրիգոր", "Armenian"), ("გიორგი", "Georgian"), ("Żółć Nguyễn", "Libertinus"),
    ],
)  # fmt: skip
def test_names_of_every_script_are_printed(name: str, face: str) -> None:
    ledger = {"ledger_id": "1", "title": name, "purpose": "client", "balance_minor": 0}
    pdf = as_pdf(TEMPLATE.read_bytes(), artefact(ledgers=[ledger]), [], artefact_sha256="ef" * 32, reconciliation_id="r")
    assert name in "\n".join(text_of(pdf))
    fonts = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        fonts |= {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].get_object().values()}
    assert any(face in font for font in fonts), fonts


def test_names_written_from_right_to_left_leave_the_number_behind_them_in_its_order() -> None:
    """A PDF holds glyphs from left to right; a number that the name drew into its order would be torn apart."""
    for name in ("محمد علي", "דוד כהן"):
        ledger = {"ledger_id": "1", "title": f"{name}, 2026-A", "purpose": "client", "balance_minor": 0}
        page = "\n".join(printed(artefact(ledgers=[ledger])))
        assert "2026-A" in page
        assert sum(letter in page for letter in name) == len(name)


def test_what_no_typeface_has_and_what_hides_or_turns_text_is_shown_by_its_code_point() -> None:
    pages = printed(
        artefact(
            ledgers=[
                {"ledger_id": "1", "title": "Ꭰ Adair", "purpose": "client", "balance_minor": 0},
                {"ledger_id": "2", "title": "Smith \u202e00.001\u202c", "purpose": "client", "balance_minor": 0},
            ]
        )
    )
    whole = "\n".join(pages)
    for words in ("[U+13A0] Adair", "Smith [U+202E]00.001[U+202C]", "by its Unicode code point"):
        assert words in whole, words
    assert "code point" not in "\n".join(printed(artefact()))


def test_long_lists_flow_over_pages_with_their_heads() -> None:
    ledgers = [{"ledger_id": str(n), "title": f"Client {n:04}", "purpose": "client", "balance_minor": n} for n in range(400)]
    pages = printed(artefact(ledgers=ledgers))
    assert len(pages) > 8
    assert all(f"Client {n:04}" in "".join(pages) for n in range(400))
    assert sum("Purpose" in page for page in pages) >= 8
    assert "Page 2 of " in pages[1]


def test_a_masked_negative_ledger_does_not_agree() -> None:
    """F1: bank, book and the sum of all ledgers are one figure, and still line 1 of the form is another."""
    document = artefact(problems=["positive ledgers total 150.00, all ledgers 0.00: 1 ledger(s) below zero"])
    document["figures"] = {**document["figures"], "positive_ledgers_minor": 150_00, "negative_ledgers": 1}
    assert "Line 6 does not agree with lines 1, 1b and 2." in printed(document)[0]
    assert 'form,7,2026-09-30,,"Line 6 does not agree with lines 1, 1b and 2",' in as_csv(document, []).decode()


def test_what_ends_with_a_full_stop_gets_no_second_one() -> None:
    item = {
        "effective_date": "2026-09-30", "amount_minor": 0, "age_days": 0, "cheque_number": None, "note": None,
        "counterparty": "Bellweather Supply Co.", "description": "Advance", "ledger": "B",
    }  # fmt: skip
    assert "Bellweather Supply Co. Advance" in printed(artefact(deposits_in_transit=[item]))[0]


def test_a_total_never_stands_alone_at_the_top_of_a_page() -> None:
    for number in range(20, 60):
        ledgers = [
            {"ledger_id": "1", "title": f"Ledger {n}", "purpose": "client", "balance_minor": 0} for n in range(number)
        ]
        for page in printed(artefact(ledgers=ledgers))[1:]:
            assert "Ledger Purpose Balance Total" not in " ".join(page.split())


def test_the_csv_is_read_by_machines() -> None:
    item = {
        "effective_date": "2026-05-30", "amount_minor": -5_00, "age_days": 123, "cheque_number": 1053,
        "counterparty": "Lienholder", "description": "Lien", "ledger": "C", "note": "Asked the payee to present it",
    }  # fmt: skip
    line = {"booked_on": "2026-09-12", "payee": "CORRECTION", "memo": "", "amount_minor": 20_00}
    document = artefact(
        ledgers=[{"ledger_id": "1", "title": "=cmd()", "purpose": "client", "balance_minor": -150_00}],
        outstanding_disbursements=[item],
        explained_lines=[{**line, "explained": "exception", "note": "\uff1d1+1"}],
    )
    reviewed = {"step": "reviewed", "name": "Jo Pryce", "role": "partner", "at": "2026-10-05T13:00:00Z", "note": "looked"}
    signed = {**reviewed, "step": "signed", "note": None, "sole_practitioner": True}
    rows = as_csv(document, [reviewed, signed]).decode().split("\r\n")
    assert rows[0] == "section,line,date,number,name,description,days,amount,bank_amount,count,note"
    for row in (
        "heading,,2026-09-30,,period,2026-09-01 to 2026-09-30,,,,,",
        "form,1a,2026-09-30,,Does any subsidiary ledger have a negative balance?,No,,,,0,",
        "form,1,2026-09-30,,Total of positive client ledger balances,,,0.00,,0,",
        "form,1b,2026-09-30,,Trial balance: total of all ledgers (C),,,0.00,,1,",
        "form,4,2026-09-30,,Add: outstanding deposits,,,0.00,,0,",
        "form,5,2026-09-30,,Less: outstanding disbursements,,,0.00,,1,",
        "form,6,2026-09-30,,Adjusted bank balance (A),,,0.00,,,",
        'form,7,2026-09-30,,"Line 6 agrees with lines 1, 1b and 2",,,,,,',
        "outstanding_disbursements,,2026-05-30,1053,Lienholder,Lien (C),123,-5.00,,,Asked the payee to present it",
        "explained_lines,,2026-09-12,,CORRECTION,exception,,20.00,,,'\uff1d1+1",
        "ledgers,,2026-09-30,,'=cmd(),client,,-150.00,,,",
        f"certification,prepared,{PREPARED['at']},,Nora Lind,bookkeeper,,,,,",
        "certification,reviewed,2026-10-05T13:00:00Z,,Jo Pryce,partner,,,,,looked",
    ):
        assert row in rows, row
    assert rows[-2] == "certification,signed,2026-10-05T13:00:00Z,,Jo Pryce,partner,,,,,Sole practitioner"


@pytest.mark.parametrize(("signs", "answer"), [(True, "Yes"), (False, "No"), (None, "Not asked: the preparer is a lawyer")])
def test_a_preparer_who_is_no_lawyer_is_asked_about_signing_cheques(*, signs: bool | None, answer: str) -> None:
    document = artefact(prepared={**PREPARED, "non_lawyer_signs_cheques": signs})
    assert f"{PREPARER_QUESTION} {answer}." in " ".join(printed(document)[0].split())
    assert f"{PREPARER_QUESTION},{answer},,,,," in as_csv(document, []).decode()


def test_a_form_prepared_before_that_was_asked_answers_nothing() -> None:
    assert "cheque-signing authority" not in printed(artefact())[0]


@pytest.mark.parametrize(
    ("roles", "signs"),
    [
        ({Role.BOOKKEEPER}, True),
        ({Role.TIMEKEEPER}, False),
        ({Role.PARTNER}, None),
        ({Role.PARTNER, Role.BOOKKEEPER}, None),
    ],
)
def test_cheque_signing_authority_goes_by_who_may_release(roles: set[Role], *, signs: bool | None) -> None:
    assert non_lawyer_signs_cheques(frozenset(roles)) is signs


@pytest.mark.parametrize(
    ("number", "shown"), [("0001234567", "••••4567"), ("000123", "••••123"), ("1", "••••"), ("12", "••••2")]
)
def test_an_account_number_is_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_the_same_form_is_the_same_bytes() -> None:
    document = artefact(period={"from": "2026-09-01", "end": date(2026, 9, 30).isoformat()})
    once, twice = (
        as_pdf(TEMPLATE.read_bytes(), document, [], artefact_sha256="ef" * 32, reconciliation_id="r") for _ in range(2)
    )
    assert once == twice
