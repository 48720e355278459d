"""MT940: its fields in their order, balances proven, pages joined."""

from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedStatement
from commands.bank_statements.mt940 import read_mt940
from tests.commands.bank_statements.samples import MT940, refusal


def read_one(text: str) -> ParsedStatement:
    (statement,) = read_mt940(text.encode())
    return statement


def test_lines_dates_and_words() -> None:
    statement = read_one(MT940)
    assert (statement.account_number, statement.currency, statement.sequence) == ("1001", "USD", "9/1")
    assert (statement.opening_minor, statement.closing_minor, statement.to_date) == (10000, 13750, date(2026, 9, 30))
    deposit, cheque = statement.lines
    assert (deposit.line_number, deposit.amount_minor, deposit.bank_reference) == (5, 5000, "BANK1")
    assert deposit.memo == "supplement SMITH AND SONS RETAINER"
    assert (cheque.amount_minor, cheque.kind, cheque.cheque_number) == (-1250, "cheque", "319")
    assert cheque.booked_on == cheque.value_on == date(2026, 9, 10)


def test_swift_frames_control_characters_and_blank_lines() -> None:
    framed = (
        "\x01{1:F01BANKUS33XXXX0000000000}{2:O940BANKUS33XXXXN}{3:}{4:\r\n" + MT940.rstrip("-\n") + "\r\n-}{5:{CHK:1}}\x03"
    )
    assert len(read_one(framed).lines) == 2
    assert len(read_one("\n" + MT940.replace("RETAINER", "\nRETAINER\n")).lines) == 2


def test_entry_date_at_the_turn_of_the_year() -> None:
    turned = MT940.replace("260930USD", "270103USD").replace("2609030903C", "2612310102C").replace("260910D", "2701021231D")
    assert [line.booked_on for line in read_one(turned).lines] == [date(2026, 12, 31), date(2027, 1, 2)]


def test_reversals_and_german_subfields() -> None:
    text = MT940.replace("0903C50,00NTRF", "0903RDR50,00NTRF").replace("260910D12,5NCHK", "260910RC12,5NRTI")
    text = text.replace("SMITH AND SONS\nRETAINER", "166?00GUTSCHRIFT?20EREF+1?21 mehr?32Karl\n?33 Kaufmann")
    back, taken = read_one(text).lines
    assert (back.amount_minor, back.kind, taken.amount_minor, taken.kind) == (5000, "returned", -1250, "returned")
    assert (back.payee, back.memo) == ("Karl Kaufmann", "supplement GUTSCHRIFT EREF+1 mehr")


def test_account_with_bank_and_currency() -> None:
    statement = read_one(MT940.replace(":25:1001", ":25:51210600/9223382012USD"))
    assert (statement.bank_id, statement.account_number) == ("51210600", "9223382012")


def pages() -> str:
    first = MT940.split(":61:260910")[0] + ":62M:C260903USD150,00\n-\n"
    second = ":20:REF1\n:25:1001\n:28C:9/2\n:60M:C260903USD150,00\n:61:260910" + MT940.split(":61:260910")[1]
    return first + second


def test_intermediate_pages_are_one_statement() -> None:
    statement = read_one(pages())
    assert (statement.opening_minor, statement.closing_minor, len(statement.lines)) == (10000, 13750, 2)
    assert len(read_mt940((pages() + MT940).encode())) == 2


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        (":60M:C260903USD150,00", ":60M:C260903USD150,01", "does not go on"),
        (":62M:C260903USD150,00\n-\n", ":62M:C260903USD150,01\n-\n", "does not go on"),
        (":60M:", ":60F:", "does not go on"),
        (":62F:", ":62M:", "a page is missing"),
        (":25:1001\n:28C:9/2", ":25:1002\n:28C:9/2", "does not go on"),
    ],
)
def test_pages_that_do_not_chain_are_refused(found: str, instead: str, words: str) -> None:
    assert found in pages()
    assert words in refusal(read_mt940, pages().replace(found, instead)).reason


@pytest.mark.parametrize(
    ("found", "instead", "line", "words"),
    [
        ("C50,00N", "C50,01N", 10, "do not make"),
        ("C50,00N", "D50,00N", 10, "do not make"),
        ("C50,00N", "C5.000,00N", 5, "not a statement line"),
        ("C50,00N", "C50N", 5, "not a statement line"),
        ("2609030903C", "2609310903C", 5, "not a date"),
        ("2609030903C", "2609030230C", 5, "entry date"),
        ("260910D", "261010D", 9, "after the closing balance"),
        (":61:2609030903", ":61:", 5, "not a statement line"),
        (":86:", ":25:", 8, "belongs to no"),
        (":60F:C260831USD100,00\n", "", 4, "may not follow"),
        (":60F:C260831USD100,00", ":60F:C260831EUR100,00", 10, "opens in EUR"),
        (":60F:C260831USD100,00", ":60M:C260831USD100,00", 4, "a page is missing"),
        (":62F:C260930USD137,50\n", "", 10, "may not follow"),
        (":62F:C260930USD137,50\n:64:C260930USD137,50\n", "", 10, "ends before"),
        (":28C:9/1\n", ":34F:USD0\n", 3, "interim report"),
        (":20:REF1", "NOISE\n:20:REF1", 1, "belongs to no MT940 field"),
        (":25:1001", ":25:", 4, "is empty"),
        ("USD", "XYZ", 4, "ISO 4217"),
        ("RETAINER", "x" * 10_001, 8, "longer than"),
    ],
)
def test_damage_is_refused_with_its_line(found: str, instead: str, line: int, words: str) -> None:
    assert found in MT940
    error = refusal(read_mt940, MT940.replace(found, instead))
    assert words in error.reason
    assert error.line_number == line


def test_an_mt942_by_its_header() -> None:
    assert "MT942" in refusal(read_mt940, "{1:F01X}{2:O942X}{4:\n" + MT940).reason


def test_every_truncation_before_the_closing_balance_is_refused() -> None:
    for length in range(MT940.index(":62F:")):
        assert refusal(read_mt940, MT940[:length]).code == "statement.refused"


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (":20:REF1", ":940:\n:20:REF1"),
        (":20:REF1", "ABNANL2A\n940\nABNANL2A\n:20:REF1"),
        (":20:REF1", "0000 01INGBNL2AXXXX00001\n0000 01INGBNL2AXXXX00001\n940 00\n:20:REF1"),
        (":25:1001", ":25P:1001\nBANKNL2A"),
        (":25:1001", ":25:1001USD"),
        (":25:1001", ":25:1001 USD"),
    ],
)
def test_what_banks_write_around_an_account_and_before_a_message(found: str, instead: str) -> None:
    statement = read_one(MT940.replace(found, instead))
    assert (statement.account_number, statement.closing_minor, len(statement.lines)) == ("1001", 13750, 2)


def test_an_iban_may_carry_the_currency() -> None:
    assert read_one(MT940.replace(":25:1001", ":25:NL26RABO0123456789USD")).account_number == "NL26RABO0123456789"


@pytest.mark.parametrize("words", ["940", "ABNANL2A", ":940:"])
def test_such_a_line_inside_of_a_narrative_is_text(words: str) -> None:
    assert words in read_one(MT940.replace("RETAINER", words)).lines[0].memo


def test_what_follows_an_account_and_is_no_bic_is_refused() -> None:
    error = refusal(read_mt940, MT940.replace(":25:1001", ":25P:1001\nno bic"))
    assert (error.line_number, error.reason) == (3, "'no bic' is not a BIC")
