"""Any bill that can be issued is a LEDES file that our own checker passes, that sums to the bill, and reads back equal."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.bill_events import BillLine, LineClass, Taxes, Totals
from aggregates.bill_totals import totals_of
from aggregates.errors import BadRequest
from aggregates.event import Personal
from replay.bill_ledes.lines import DISCOUNT, ROUNDING, Details, OfMatter, last_and_first, lines_of
from replay.ledes.checking import check_1998b, check_1998bi
from replay.ledes.invoice import LedesInvoice, LedesLine
from replay.ledes.reading import read_1998b, read_1998bi
from replay.ledes.writing import write_1998b, write_1998bi

DAY, ISSUED = date(2026, 9, 1), date(2026, 9, 30)
PERSON = UUID(int=7)
JANE = Details("TK1", "Jane Roe", "partner")
MATTER = OfMatter("2026-0003", "X-9", "Doe v. Roe")


def line(
    number: int = 1,
    line_class: LineClass = "fee",
    *,
    seconds: int = 3600,
    rate: int | None = 250_00,
    value: int = 250_00,
    charged: int = 250_00,
    taxed: tuple[bool, bool] = (True, True),
    day: int = 0,
) -> BillLine:
    fee = line_class == "fee"
    return BillLine(
        line_id=UUID(int=number),
        entry_id=UUID(int=number),
        line_class=line_class,
        day=DAY + timedelta(days=day),
        timekeeper_id=PERSON if fee else None,
        seconds=seconds if fee else 0,
        rate_minor=rate if fee else None,
        task_code="L210" if fee else None,
        activity_code="A103" if fee else None,
        expense_code=None if fee else "E101",
        narrative=Personal(subject_id=UUID(int=9), text=f"Line {number}"),
        taxed_1=taxed[0],
        taxed_2=taxed[1],
        value_minor=value,
        charged_minor=charged,
    )


def ledes(lines: list[BillLine], taxes: Taxes, totals: Totals) -> LedesInvoice:
    told = lines_of(lines, taxes, totals, MATTER, lambda _: JANE, on=ISSUED, tax_type="VAT")
    return LedesInvoice("2026-17", ISSUED, "C-1", "12-3456789", DAY, ISSUED, told, client_tax_id="GB1")


def _lines() -> st.SearchStrategy[list[BillLine]]:
    amounts = st.integers(0, 10**7)
    one = st.builds(
        line,
        line_class=st.sampled_from(["fee", "fee", "hard_cost", "soft_cost"]),
        seconds=st.integers(0, 200_000),
        rate=amounts | st.none(),
        value=amounts,
        charged=amounts,
        taxed=st.tuples(st.booleans(), st.booleans()),
        day=st.integers(0, 29),
    )

    def numbered(found: list[BillLine]) -> list[BillLine]:
        return [each.model_copy(update={"line_id": UUID(int=at)}) for at, each in enumerate(found, 1)]

    return st.lists(one, min_size=1, max_size=8).map(numbered)


_TAXES = st.builds(
    Taxes,
    tax_1_millionths=st.integers(0, 300_000),
    tax_2_millionths=st.integers(0, 300_000),
    per=st.sampled_from(["line", "bill"]),
    second_on_first=st.booleans(),
)


@pytest.mark.parametrize(
    ("words", "told"), [("partner", "PARTNR"), ("Senior Associate", "ASSOC"), ("Partner (equity)", "Partner (e"), ("", "")]
)
def test_a_timekeeper_is_classified_by_the_code_of_ledes_where_it_has_one(words: str, told: str) -> None:
    (only,) = lines_of(
        [line()], Taxes(), totals_of([line()], Taxes(), 0), MATTER, lambda _: Details("TK1", "Jane Roe", words), on=ISSUED
    )
    assert only.timekeeper_classification == told


@given(_lines(), _TAXES, st.integers(0, 10**7))
def test_any_taxed_bill_is_a_clean_file_of_its_total(lines: list[BillLine], taxes: Taxes, discount: int) -> None:
    totals = totals_of(lines, taxes, discount)
    try:
        invoice = ledes(lines, taxes, totals)
    except BadRequest:
        # By lines it cannot be told where the bill shares the first tax over lines that have one of the two only.
        assert taxes.second_on_first
        assert taxes.per == "bill"
        assert {(one.taxed_1, one.taxed_2) for one in lines} >= {(True, False), (False, True)}
        return
    file = write_1998bi([invoice])
    assert check_1998bi(file) == ()
    assert read_1998bi(file) == (invoice,)
    assert invoice.total_minor == totals.total_minor
    assert invoice.tax_minor == totals.tax_1_minor + totals.tax_2_minor
    assert invoice.total_minor - invoice.tax_minor == sum(one.charged_minor for one in lines) - totals.discount_minor


@given(_lines(), st.integers(0, 10**7))
def test_any_bill_without_tax_is_a_clean_1998b_file_of_its_total(lines: list[BillLine], discount: int) -> None:
    totals = totals_of(lines, Taxes(), discount)
    told = lines_of(lines, Taxes(), totals, OfMatter("1", "1"), lambda _: JANE, on=ISSUED)
    invoice = LedesInvoice("2026-17", ISSUED, "C-1", "12-3456789", DAY, ISSUED, told)
    file = write_1998b([invoice])
    assert check_1998b(file) == ()
    assert read_1998b(file) == (invoice,)
    assert invoice.total_minor == totals.total_minor
    assert sum(one.adjustment_minor for one in told if one.kind == "IF") == -totals.discount_minor


def told(*lines: BillLine, taxes: Taxes | None = None, discount: int = 0) -> tuple[LedesLine, ...]:
    agreed = taxes or Taxes()
    return ledes(list(lines), agreed, totals_of(lines, agreed, discount)).lines


def test_a_third_of_an_hour_is_told_as_precisely_as_its_rate_needs() -> None:
    (third,) = told(line(seconds=1200, rate=1_000_00, value=333_33, charged=333_33))
    assert (third.units, third.adjustment_minor) == (Decimal("0.33333"), 0)
    (tenth,) = told(line(seconds=360, rate=250_00, value=25_00, charged=25_00))
    assert (tenth.units, tenth.adjustment_minor) == (Decimal("0.1"), 0)


def test_no_charge_a_write_down_and_a_fee_without_hours_stand_as_what_they_are() -> None:
    free, down, flat = told(line(1, charged=0), line(2, charged=200_00), line(3, rate=None, value=900_00, charged=900_00))
    assert (free.adjustment_minor, free.total_minor) == (-250_00, 0)
    assert (down.adjustment_minor, down.total_minor) == (-50_00, 200_00)
    assert (flat.units, flat.unit_cost, flat.total_minor) == (Decimal(1), Decimal(900), 900_00)


def test_a_discount_is_one_adjustment_without_tax_and_lowers_each_fee_with_tax() -> None:
    fees = (line(1), line(2, value=750_00, charged=750_00, rate=750_00), line(3, "hard_cost", value=60_00, charged=60_00))
    last = told(*fees, discount=100_00)[-1]
    assert (last.kind, last.number, last.adjustment_minor, last.description) == ("IF", "4", -100_00, DISCOUNT)
    first, second, cost = told(*fees, taxes=Taxes(tax_1_millionths=200_000), discount=100_00)
    assert [one.adjustment_minor for one in (first, second, cost)] == [-25_00, -75_00, 0]
    assert [one.tax_minor for one in (first, second, cost)] == [45_00, 135_00, 12_00]


def test_what_the_bill_rounds_once_stands_as_a_line_of_its_own() -> None:
    cents = tuple(line(at, "soft_cost", value=3, charged=3) for at in range(1, 5))
    *each, last = told(*cents, taxes=Taxes(tax_1_millionths=100_000))
    assert [one.tax_minor for one in each] == [0, 0, 0, 0]
    assert (last.kind, last.description, last.tax_minor, last.total_minor, last.tax_rate) == ("IF", ROUNDING, 1, 1, None)


def test_a_second_tax_on_the_first_of_other_lines_is_refused() -> None:
    apart = (line(1, taxed=(True, False)), line(2, taxed=(False, True)))
    taxes = Taxes(tax_1_millionths=200_000, tax_2_millionths=200_000, second_on_first=True)
    with pytest.raises(BadRequest, match=r"differ by 10\.00"):
        told(*apart, taxes=taxes)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Jane Roe", "Roe, Jane"),
        ("Jane Q. Roe", "Roe, Jane Q."),
        ("Cher", "Cher"),
        ("Bartholomew Featherstonehaugh-Smythe", "Featherstonehaugh-Smythe, B."),
        ("Martin King, Jr.", "Jr., Martin King"),
    ],
)
def test_a_name_is_last_then_first(name: str, said: str) -> None:
    assert last_and_first(name) == said
