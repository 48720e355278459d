"""Files written by hand are what we write and what we read; every kind of finding is found where it is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from aggregates.errors import BadRequest
from replay.ledes.checking import check_1998b, check_1998bi
from replay.ledes.reading import LedesFileRefused, read, read_1998b, read_1998bi
from replay.ledes.writing import write_1998b, write_1998bi
from tests.replay.ledes.files import CLIENT, FEE, FIRM, GOLDEN_1998B, GOLDEN_1998BI, INVOICE

TAXED = replace(
    INVOICE,
    lines=(
        replace(
            FEE, total_minor=870_00, tax_rate=Decimal("0.2"), tax_minor=145_00, tax_type="VAT", matter_name="Doe v. Roe"
        ),
    ),
    currency="GBP",
    po_number="PO7",
    client_tax_id="GB123",
    law_firm=FIRM,
    client=CLIENT,
    reported_tax_minor=145_00,
    tax_currency="GBP",
)


def test_the_1998b_file_is_written_and_read() -> None:
    assert check_1998b(GOLDEN_1998B) == ()
    assert write_1998b([INVOICE]) == GOLDEN_1998B
    assert read_1998b(GOLDEN_1998B) == (INVOICE,)
    assert read_1998b(GOLDEN_1998B.replace(b"\r\n", b"\n")) == (INVOICE,)
    assert read_1998b(GOLDEN_1998B + b"\r\n\n") == read_1998b(GOLDEN_1998B.rstrip()) == (INVOICE,)


def test_the_1998bi_file_is_written_and_read() -> None:
    assert check_1998bi(GOLDEN_1998BI) == ()
    assert write_1998bi([TAXED]) == GOLDEN_1998BI
    assert read_1998bi(GOLDEN_1998BI) == (TAXED,)


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("LEDES1998B[]", "LEDES1998A[]", 1, ""),
        ("CLIENT_ID", "CLIENT", 2, "CLIENT_ID"),
        ("[]\r\n20260930", "|MORE[]\r\n20260930", 2, ""),
        ("PARTNR|X-9[]", "PARTNR|X-9", 3, ""),
        ("PARTNR|X-9[]", "PARTNR|X-9|[]", 3, ""),
        ("answer", "answ\x07er", 3, "LINE_ITEM_DESCRIPTION"),
        ("20260903", "20260931", 3, "LINE_ITEM_DATE"),
        ("20260903", "20261001", 3, "LINE_ITEM_DATE"),
        ("20260903", "20260831", 3, "LINE_ITEM_DATE"),
        ("Draft the answer", " ", 3, "LINE_ITEM_DESCRIPTION"),
        ("TK1", "T" * 21, 3, "TIMEKEEPER_ID"),
        ("TK1", "", 3, "TIMEKEEPER_ID"),
        ("L210||A103", "||", 3, "LINE_ITEM_TASK_CODE"),
        ("L210||", "L210|E101|", 3, "LINE_ITEM_EXPENSE_CODE"),
        ("|E101|", "||", 4, "LINE_ITEM_EXPENSE_CODE"),
        ("||E101|", "|L210|E101|", 4, "LINE_ITEM_TASK_CODE"),
        ("|IF|", "|XX|", 5, "EXP/FEE/INV_ADJ_TYPE"),
        ("|2.5|", "|2,5|", 3, "LINE_ITEM_NUMBER_OF_UNITS"),
        ("|2.5|", "||", 3, "LINE_ITEM_NUMBER_OF_UNITS"),
        ("|0|-10.00|", "|-1|-10.00|", 5, "LINE_ITEM_NUMBER_OF_UNITS"),
        ("|300.00|", "||", 3, "LINE_ITEM_UNIT_COST"),
        ("|300.00|", "|300.00001|", 3, "LINE_ITEM_UNIT_COST"),
        ("|725.00|", "|725.01|", 3, "LINE_ITEM_TOTAL"),
        ("|765.50|", "|765.51|", 3, "INVOICE_TOTAL"),
        ("September|2|", "September|1|", 4, "LINE_ITEM_NUMBER"),
        ("September|2|", "Other|2|", 4, "INVOICE_DESCRIPTION"),
        ("20260901|", "20261001|", 3, "BILLING_START_DATE"),
    ],
)
def test_each_fault_is_found_where_it_is(old: str, new: str, line: int, field: str) -> None:
    file = GOLDEN_1998B.replace(old.encode(), new.encode())
    assert file != GOLDEN_1998B
    assert (line, field) in {(finding.line, finding.field) for finding in check_1998b(file)}
    with pytest.raises(BadRequest, match=f"line {line}"):
        read_1998b(file)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("|0.2|145.00", "|0.2|145.01", "LINE_ITEM_TAX_TOTAL"),
        ("|0.2|", "|1.2|", "LINE_ITEM_TAX_RATE"),
        ("Doe v. Roe|145.00|", "Doe v. Roe|145.01|", "INVOICE_TAX_TOTAL"),
        ("|725.00|GBP", "|725.01|GBP", "INVOICE_NET_TOTAL"),
        ("|725.00|GBP", "|725.00|JPY", "INVOICE_CURRENCY"),
        ("|Jane|O|", "|Jane|X|", "ACCOUNT_TYPE"),
        ("145.00|GBP[]", "145.00|gbp[]", "INVOICE_TAX_CURRENCY"),
        ("GB123", "", "CLIENT_TAX_ID"),
    ],
)
def test_each_fault_of_tax_and_party_is_found(old: str, new: str, field: str) -> None:
    file = GOLDEN_1998BI.replace(old.encode(), new.encode())
    assert file != GOLDEN_1998BI
    assert field in {finding.field for finding in check_1998bi(file)}


@pytest.mark.parametrize("rest", [b"x\n", b"|" * 23 + b"[]\n", b"\x00\n"])
def test_a_file_of_nothing_but_errors_is_given_up_on(rest: bytes) -> None:
    head = b"".join(GOLDEN_1998B.splitlines(keepends=True)[:2])
    found = check_1998b(head + rest * 200_000)
    assert len(found) < 300_000
    assert {one.sentence.partition(";")[0] for one in found} >= {
        "the file has more than the 100,000 lines that are read",
        "there are too many errors",
    }


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"\xef\xbb\xbf" + GOLDEN_1998B, "byte order mark"),
        (GOLDEN_1998B.decode().encode("utf-16"), "UTF-16"),
        (GOLDEN_1998BI.decode().encode("utf-16-le"), "UTF-16"),
        (GOLDEN_1998B.replace(b"\r\n", b"\r"), "end in CR alone"),
        (b"", "the file is empty"),
        (b" \r\n\n", "the file is empty"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "looks like LEDES XML"),
        (b"INVOICE_DATE|INVOICE_NUMBER", "neither LEDES1998B"),
    ],
)
def test_a_file_of_which_no_line_can_be_read_is_told_so_once(file: bytes, reason: str) -> None:
    with pytest.raises(LedesFileRefused, match=reason) as refused:
        read(file)
    findings: Any = refused.value.figures["findings"]
    assert [(one["line"], one["field"]) for one in findings] == [(1, "")]


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        (
            b"the answer",
            b"the answ\xe9r",
            "LINE_ITEM_DESCRIPTION",
            "character 15 is the byte 0xE9, which is not printable ASCII",
        ),
        (b"|-10.00|-10.00|", b"|-10.00|-11.00|", "LINE_ITEM_TOTAL", "the total of type IF is not adjustment + tax, -10.00"),
        (b"PARTNR|X-9[]\r\n", b"PARTNR|X-9[]\r\n\r\n", "", "the line is empty"),
    ],
)
def test_a_fault_is_told_in_words_that_say_what_to_mend(old: bytes, new: bytes, field: str, reason: str) -> None:
    file = GOLDEN_1998B.replace(old, new)
    assert file != GOLDEN_1998B
    assert (field, reason) in {(one.field, one.sentence) for one in check_1998b(file)}


def test_a_header_of_other_columns_is_told_by_the_first_of_them() -> None:
    (found,) = check_1998b(GOLDEN_1998B.replace(b"CLIENT_ID|LAW", b"CLIENT|LAW"))
    assert str(found).endswith("column 3 is 'CLIENT'")
    assert [one.field for one in check_1998b(b"LEDES1998B[]")] == ["", ""]


def test_nothing_wrong_is_handed_out() -> None:
    with pytest.raises(BadRequest, match="LINE_ITEM_TOTAL"):
        write_1998b([replace(INVOICE, lines=(replace(FEE, total_minor=725_01),))])
    with pytest.raises(BadRequest, match="no columns for tax"):
        write_1998b([TAXED])
    with pytest.raises(BadRequest, match="same number"):
        write_1998b([INVOICE, INVOICE])
    nothing = replace(FEE, adjustment_minor=-750_00, total_minor=0)
    zero = replace(INVOICE, lines=(nothing,))
    with pytest.raises(BadRequest, match="same number"):  # alike once the dash is spelt in ASCII
        write_1998b([zero, replace(zero, number="2026–17", lines=(replace(nothing, number="2"),))])
    with pytest.raises(BadRequest, match="no lines"):
        write_1998b([replace(INVOICE, lines=())])
    with pytest.raises(BadRequest, match="hundredths"):
        write_1998b([replace(INVOICE, currency="JPY")])


def test_text_is_spelt_in_ascii_and_nothing_is_dropped_in_silence() -> None:
    fee = replace(FEE, description="Müller | Søn – “ça”\r\nnext｜line [] end")
    assert (
        read_1998b(write_1998b([replace(INVOICE, lines=(fee,))]))[0].lines[0].description
        == 'Muller / Son - "ca" next/line [ ] end'
    )
    with pytest.raises(BadRequest, match=r"U\+6F22"):
        write_1998b([replace(INVOICE, description="漢")])
    with pytest.raises(BadRequest, match=r"U\+0007"):
        write_1998b([replace(INVOICE, description="\x07")])
