"""OFX and QFX: what is read, and what is refused with its line."""

from dataclasses import replace
from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedStatement, line_keys
from commands.bank_statements.ofx import read_ofx
from tests.commands.bank_statements.samples import OFX_SGML, OFX_XML, refusal


def read_one(text: str, encoding: str = "utf-8") -> ParsedStatement:
    (statement,) = read_ofx(text.encode(encoding))
    return statement


def test_sgml_with_intuit_tags_and_an_entity() -> None:
    statement = read_one(OFX_SGML)
    assert (statement.account_number, statement.bank_id, statement.currency) == ("1001", "021000021", "USD")
    assert (statement.opening_minor, statement.closing_minor, statement.opening_derived) == (10000, 13750, True)
    assert (statement.from_date, statement.to_date) == (date(2026, 9, 1), date(2026, 9, 30))
    deposit, cheque = statement.lines
    assert (deposit.line_number, deposit.booked_on, deposit.amount_minor) == (21, date(2026, 9, 3), 5000)
    assert (deposit.kind, deposit.payee, deposit.memo) == ("deposit", "SMITH & SONS", "Retainer")
    assert (cheque.kind, cheque.cheque_number, cheque.bank_reference) == ("cheque", "319", "A2")


def test_xml_with_attributes_cdata_and_twelve_digit_date() -> None:
    statement = read_one(OFX_XML)
    assert (statement.opening_minor, statement.closing_minor) == (10000, 13750)
    assert [line.payee for line in statement.lines] == ["SMITH & SONS", "Café"]
    assert statement.lines[0].booked_on == date(2026, 9, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(encoding: str, line_end: str) -> None:
    text = OFX_SGML.replace("Retainer", "Café")
    if encoding == "utf-8":
        text = text.replace("ENCODING:USASCII", "ENCODING:UTF-8")
    (statement,) = read_ofx(text.replace("\n", line_end).encode(encoding))
    assert statement == replace(read_one(OFX_SGML), lines=statement.lines)
    assert statement.lines[0].memo == "Café"
    assert statement.lines[0].line_number == 21


def test_odd_encoding_header_matters_only_where_letters_are_not_ascii() -> None:
    odd = OFX_SGML.replace("CHARSET:1252", "CHARSET:KLINGON")
    assert read_one(odd) == read_one(OFX_SGML)
    assert "KLINGON" in refusal(read_ofx, odd.replace("Retainer", "Café")).reason


def test_collapsed_header_and_none() -> None:
    header, body = OFX_SGML.split("\n\n")
    assert read_one(header.replace("\n", " ") + " " + body).closing_minor == 13750
    assert read_one(body).closing_minor == 13750


def test_identical_lines_survive_and_fitid_is_not_identity() -> None:
    start, end = OFX_SGML.index("<STMTTRN>"), OFX_SGML.index("</STMTTRN>") + len("</STMTTRN>\n")
    twice = OFX_SGML[:end] + OFX_SGML[start:end] + OFX_SGML[end:]
    statement = read_one(twice)
    assert [line.amount_minor for line in statement.lines] == [5000, 5000, -1250]
    assert statement.lines[0].fingerprint == statement.lines[1].fingerprint
    assert len(set(line_keys("account", statement.lines))) == 3


@pytest.mark.parametrize(
    ("found", "instead", "line", "words"),
    [
        ("<TRNAMT>50.00", "<TRNAMT>1,234.56", 24, "not an amount"),
        ("<TRNAMT>50.00", "<TRNAMT>1,000", 24, "thousands or decimals"),
        ("<TRNAMT>50.00", "<TRNAMT>1.000", 24, "thousands or decimals"),
        ("<TRNAMT>50.00", "<TRNAMT>50.001", 24, "thousands or decimals"),
        ("<TRNAMT>50.00", "<TRNAMT>50.0012", 24, "not whole"),
        ("<TRNAMT>50.00", "<TRNAMT>-50.00", 21, "other sign"),
        ("<TRNAMT>50.00", "<TRNAMT>", 24, "TRNAMT is empty"),
        ("<TRNAMT>50.00\n", "", 21, "no TRNAMT"),
        ("<TRNAMT>50.00", "<TRNAMT>1e3", 24, "not an amount"),
        ("<TRNAMT>50.00", "<TRNAMT>(50.00)", 24, "not an amount"),
        ("<TRNAMT>50.00", "<TRNAMT>50,00-", 24, "not an amount"),
        ("<TRNAMT>50.00", "<TRNAMT>٣", 24, "not an amount"),
        ("<BALAMT>137.50", "<BALAMT>None", 38, "not an amount"),
        ("<DTPOSTED>20260910", "<DTPOSTED>20260931", 31, "not a day"),
        ("<DTPOSTED>20260910", "<DTPOSTED>2026-09-10", 31, "not an OFX date"),
        ("<DTPOSTED>20260910", "<DTPOSTED>20261001", 29, "outside of the statement"),
        ("<DTPOSTED>20260910\n", "", 29, "no DTPOSTED"),
        ("</STMTTRN>\n<STMTTRN>\n", "", 28, "more than one TRNTYPE"),
        ("</STMTTRN>\n", "", 35, "stands inside STMTTRN"),
        ("<TRNTYPE>CHECK\n", "<TRNTYPE>CHECK\n<CORRECTFITID>A0\n", 29, "corrects"),
        ("<TRNTYPE>CHECK\n", "<TRNTYPE>CHECK\n<CURRENCY><CURRATE>1<CURSYM>EUR</CURRENCY>\n", 31, "EUR"),
        ("<CURDEF>USD", "<CURDEF>XXX", 16, "ISO 4217"),
        ("<ACCTTYPE>CHECKING", "<ACCTTYPE>CREDITLINE", 17, "credit line"),
        ("<CODE>0<SEVERITY>INFO</STATUS><DTSERVER>", "<CODE>15500<SEVERITY>ERROR</STATUS><DTSERVER>", 12, "sign-on"),
        ("COMPRESSION:NONE", "COMPRESSION:GZIP", 1, "COMPRESSION:GZIP"),
        ("</BANKTRANLIST>", "", 39, "stands inside BANKTRANLIST"),
        ("<OFX>", '<!DOCTYPE OFX [<!ENTITY a "b">]>\n<OFX>', 12, "DOCTYPE"),
        ("Retainer", "<!ENTITY a>", 27, "entities"),
        ("Retainer", "a < b", 27, "not a tag"),
        ("<BANKTRANLIST>", "<BANKTRANLIST>\nstray", 19, "stray text"),
        ("BANKMSGSRSV1>", "INVSTMTMSGSRSV1>", 14, "investment"),
        ("Retainer", "x" * 10_001, 27, "longer than"),
    ],
)
def test_damage_refuses_the_file_with_its_line(found: str, instead: str, line: int, words: str) -> None:
    assert found in OFX_SGML
    error = refusal(read_ofx, OFX_SGML.replace(found, instead))
    assert words in error.reason
    assert error.line_number == line


def test_every_truncation_is_refused() -> None:
    body = OFX_SGML.rstrip()
    for length in range(0, len(body), 7):
        assert refusal(read_ofx, body[:length]).code == "statement.refused"


def test_decimal_comma_and_currency_decimals() -> None:
    assert read_one(OFX_SGML.replace("50.00", "50,00").replace("137.50", "137,50")).lines[0].amount_minor == 5000
    dinars = read_one(OFX_SGML.replace("USD", "BHD").replace("50.00", "50,001"))
    assert dinars.lines[0].amount_minor == 50001
    yen = OFX_SGML.replace("USD", "JPY").replace("-12.50", "-12").replace("137.50", "138")
    assert [line.amount_minor for line in read_one(yen).lines] == [50, -12]
    assert "not whole" in refusal(read_ofx, OFX_SGML.replace("USD", "JPY")).reason


def test_holds_and_pending_lists_are_counted_and_left_out() -> None:
    held = OFX_SGML.replace("<TRNTYPE>CHECK", "<TRNTYPE>HOLD")
    statement = read_one(held)
    assert (len(statement.lines), statement.pending_ignored, statement.closing_minor) == (1, 1, 13750)
    pending = "<BANKTRANLISTP><DTASOF>20260930<STMTTRNP><TRNTYPE>DEBIT<TRNAMT>-1.00</STMTTRNP></BANKTRANLISTP>\n<LEDGERBAL>"
    assert read_one(OFX_SGML.replace("<LEDGERBAL>", pending)).pending_ignored == 1


def test_balance_before_the_end_of_the_list_ends_the_statement() -> None:
    assert read_one(OFX_SGML.replace("<DTASOF>20260930", "<DTASOF>20260915")).to_date == date(2026, 9, 15)
    error = refusal(read_ofx, OFX_SGML.replace("<DTASOF>20260930", "<DTASOF>20260909"))
    assert "outside of the statement" in error.reason


def test_transactions_outside_of_a_list_are_not_dropped() -> None:
    moved = OFX_SGML.replace("<LEDGERBAL>", "<OTHERLIST><STMTTRN><TRNAMT>1</STMTTRN></OTHERLIST>\n<LEDGERBAL>")
    assert "outside" in refusal(read_ofx, moved).reason


def test_character_references_never_make_half_characters() -> None:
    statement = read_one(OFX_SGML.replace("Retainer", "&#233;&#xD800;&#0;&unknown;AT&T"))
    assert statement.lines[0].memo == "é&#xD800;&#0;&unknown;AT&T"
