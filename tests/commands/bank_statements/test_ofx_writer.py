"""What is written as OFX is read back."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from commands.bank_statements.ofx import read_ofx
from commands.bank_statements.ofx_writer import write_ofx

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20).map(
    lambda text: " ".join(text.split())
)
MONEY = st.integers(-(10**12), 10**12)
KINDS = st.sampled_from(["cheque", "fee", "interest", "other", ""])


@st.composite
def statements(draw: st.DrawFn) -> ParsedStatement:
    currency = draw(st.sampled_from(["USD", "JPY", "BHD"]))
    lines = []
    for day in sorted(draw(st.lists(st.dates(date(2026, 9, 1), date(2026, 9, 30)), max_size=5))):
        amount_minor = draw(MONEY)
        lines.append(
            ParsedLine(
                line_number=0,
                booked_on=day,
                value_on=draw(st.none() | st.just(day)),
                amount_minor=amount_minor,
                currency=currency,
                kind=draw(KINDS) or ("deposit" if amount_minor > 0 else "withdrawal"),
                cheque_number=draw(st.none() | st.from_regex(r"[1-9][0-9]{0,5}", fullmatch=True)),
                bank_reference=draw(WORDS) or None,
                payee=draw(WORDS),
                memo=draw(WORDS),
            )
        )
    closing_minor = draw(MONEY)
    return ParsedStatement(
        account_number=draw(WORDS.filter(bool)),
        bank_id=draw(WORDS) or None,
        currency=currency,
        opening_minor=closing_minor - sum(line.amount_minor for line in lines),
        opening_derived=True,
        closing_minor=closing_minor,
        from_date=date(2026, 9, 1),
        to_date=date(2026, 9, 30),
        lines=tuple(lines),
    )


@given(statements())
def test_round_trip(statement: ParsedStatement) -> None:
    raw = write_ofx(statement, organisation="Bank & <Sons>")
    (found,) = read_ofx(raw)
    assert replace(found, lines=tuple(replace(line, line_number=0) for line in found.lines)) == statement
    assert write_ofx(found, organisation="Bank & <Sons>") == raw
