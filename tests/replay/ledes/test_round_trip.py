"""What is written is clean and reads back equal; whatever happens to a file on its way, the reader only ever refuses."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from aggregates.errors import BadRequest
from replay.ledes.checking import check_1998b, check_1998bi
from replay.ledes.invoice import LedesInvoice, LedesLine
from replay.ledes.reading import read_1998b, read_1998bi
from replay.ledes.writing import write_1998b, write_1998bi
from tests.replay.ledes.files import FEE, GOLDEN_1998B, GOLDEN_1998BI, INVOICE

_SIGNS = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="|")
_WORDS = st.text(_SIGNS, min_size=1, max_size=20).filter(lambda words: "[]" not in words)
_DAYS = st.dates(date(2026, 9, 1), date(2026, 9, 30))


@st.composite
def _lines(draw: st.DrawFn, *, taxed: bool) -> LedesLine:
    units = Decimal(draw(st.integers(0, 10**6))) / 1000
    price = Decimal(draw(st.integers(0, 10**9))) / 10000
    adjustment = draw(st.integers(-(10**6), 10**6))
    net = int((units * price * 100).quantize(Decimal(1), ROUND_HALF_UP)) + adjustment
    rate = Decimal(draw(st.integers(0, 10000))) / 10000 if taxed else None
    tax = int((Decimal(net) * (rate or Decimal(0))).quantize(Decimal(1), ROUND_HALF_UP))
    return replace(
        FEE,
        day=draw(_DAYS),
        units=units,
        unit_cost=price,
        adjustment_minor=adjustment,
        total_minor=net + tax,
        tax_minor=tax,
        tax_rate=rate,
        description=draw(_WORDS),
        client_matter_id=draw(_WORDS),
        matter_name=draw(_WORDS) if taxed else "",
    )


def _invoices(*, taxed: bool) -> st.SearchStrategy[LedesInvoice]:
    def numbered(lines: list[LedesLine]) -> LedesInvoice:
        tax_id = "GB1" if taxed else ""
        kept = tuple(replace(line, number=str(at)) for at, line in enumerate(lines, 1))
        return replace(INVOICE, lines=kept, client_tax_id=tax_id)

    return st.lists(_lines(taxed=taxed), min_size=1, max_size=5).map(numbered)


@given(_invoices(taxed=False))
def test_1998b_reads_back_equal(invoice: LedesInvoice) -> None:
    file = write_1998b([invoice, replace(invoice, number="another")])
    assert check_1998b(file) == ()
    assert read_1998b(file) == (invoice, replace(invoice, number="another"))


@given(_invoices(taxed=True))
def test_1998bi_reads_back_equal(invoice: LedesInvoice) -> None:
    file = write_1998bi([invoice])
    assert check_1998bi(file) == ()
    assert read_1998bi(file) == (invoice,)


@given(st.data())
def test_a_mangled_file_is_read_or_refused_and_never_worse(data: st.DataObject) -> None:
    taxed = data.draw(st.booleans())
    file = bytearray(GOLDEN_1998BI if taxed else GOLDEN_1998B)
    for _ in range(data.draw(st.integers(1, 4))):
        at, end = sorted(data.draw(st.tuples(*[st.integers(0, len(file))] * 2)))
        file[at : min(end, at + 8)] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"|", b"[]", b"\n", b"-", b"9", b""])
        )
    read = read_1998bi if taxed else read_1998b
    try:
        assert read(bytes(file))
    except BadRequest as refusal:
        assert "line " in refusal.sentence  # noqa: PT017 -- both ends are right; the refusal must name a line


@given(st.binary())
def test_any_bytes_at_all_are_refused(file: bytes) -> None:
    assert check_1998b(file)
    assert check_1998bi(file)
