"""Whatever the bytes are, a statement file is read or refused, and nothing else happens."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregates.bank_statement_file import StatementFile, StatementFileRefused
from commands.bank_statements.read import FORMATS, read_statement_file
from tests.commands.bank_statements.samples import BAI2, CSV, MT940, OFX_SGML, OFX_XML, camt, refusal
from tests.commands.bank_statements.test_csv_profile import profile

SAMPLES = {"ofx": OFX_SGML, "camt053": camt(), "bai2": BAI2, "mt940": MT940, "csv": CSV}
SHARED = Path(__file__).parents[3].parent / "shared" / "testdata"


def read(raw: bytes) -> StatementFile:
    return read_statement_file(raw, filename="statement")


@pytest.mark.parametrize(("name", "text"), SAMPLES.items())
def test_the_format_is_found_by_content(name: str, text: str) -> None:
    raw = text.encode()
    file = read_statement_file(raw, filename="statement", csv_profile=profile())
    assert (file.format, file.sha256) == (name, hashlib.sha256(raw).hexdigest())
    (statement,) = file.statements
    assert (statement.account_number, statement.opening_minor, statement.closing_minor) == ("1001", 10000, 13750)
    assert [line.amount_minor for line in statement.lines] == [5000, -1250]
    assert {line.currency for line in statement.lines} == {statement.currency}
    assert read_statement_file(raw, filename="", csv_profile=profile(), format=name) == file


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_byte_order_mark_loses_nothing(name: str, encoding: str) -> None:
    plain = read_statement_file(SAMPLES[name].encode(), filename="s", csv_profile=profile())
    marked = read_statement_file(SAMPLES[name].encode(encoding), filename="s", csv_profile=profile())
    assert marked.statements == plain.statements


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \r\n\x00", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", "web page"),
        (b"\n  <HTML lang='en'><head></head></HTML>", "web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "web page"),
        (b"<rss/>", "not an ISO 20022"),
        (b"Dear client, nothing happened.", "not a statement"),
        (b"\x00\x01\x02\x03\xff\xfe", "not a statement"),
        (b"00,0004,1/2/345,06/0321,0829,001,80,1,2/\n", "'00,0004,1/2/345,06/0321,0829,001,80,1,2/' is not a BAI2 record"),
        (b"01,0004,12345,20060321,0829,001,80,1,2/\n", "cut off"),
        (CSV.encode(), "not a statement"),
        (b"x" * 20_000_001, "larger than 20 MB"),
        (MT940.encode() + b"\n" * 200_000, "200,000 lines"),
    ],
)
def test_what_is_no_statement_is_refused_in_one_sentence(raw: bytes, words: str) -> None:
    error = refusal(read, raw)
    assert words in error.reason
    assert error.code == "statement.refused"
    assert "\n" not in str(error)


def test_a_csv_file_asks_for_its_profile() -> None:
    assert "profile" in refusal(lambda raw: read_statement_file(raw, filename="september.CSV"), CSV).reason
    assert "profile" in refusal(lambda raw: read_statement_file(raw, filename="s", format="csv"), CSV).reason
    assert "must be one of" in refusal(lambda raw: read_statement_file(raw, filename="s", format="qif"), CSV).reason


CARD = (
    OFX_SGML.replace("BANKMSGSRSV1", "CREDITCARDMSGSRSV1")
    .replace("STMTTRNRS", "CCSTMTTRNRS")
    .replace("STMTRS", "CCSTMTRS")
    .replace("BANKACCTFROM", "CCACCTFROM")
    .replace("<BANKID>021000021", "")
)


def test_a_card_statement_is_refused_unless_cards_are_asked_for() -> None:
    assert "credit card" in refusal(read, CARD).reason
    (statement,) = read_statement_file(CARD.encode(), filename="s", cards=True).statements
    assert (statement.kind, statement.closing_minor) == ("card", 13750)
    message = CARD[CARD.index("<CREDITCARDMSGSRSV1>") : CARD.index("</OFX>")].replace("1001", "4111")
    both = read(OFX_SGML.replace("</OFX>", message + "</OFX>").encode())
    assert ([found.account_number for found in both.statements], both.cards_ignored) == (["1001"], 1)


def check_or_refuse(raw: bytes, **told: str) -> None:
    for name in (None, told.get("format")):
        try:
            file = read_statement_file(raw, filename="fuzz.csv", csv_profile=profile(), format=name, cards=True)
        except StatementFileRefused:
            continue
        assert file.statements
        for statement in file.statements:
            total = statement.opening_minor + sum(line.amount_minor for line in statement.lines)
            assert total == statement.closing_minor
            assert statement.from_date <= statement.to_date
            assert all(statement.from_date <= line.booked_on <= statement.to_date for line in statement.lines)


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
@example(b"\xff\xfe\x00\xd8", "ofx")
@example(b"\xff\xfe\x00\x00\x00\x11\x00\x00", "csv")
def test_any_bytes(raw: bytes, name: str) -> None:
    check_or_refuse(raw, format=name)


@given(st.text(max_size=300), st.sampled_from(FORMATS))
def test_any_text(text: str, name: str) -> None:
    check_or_refuse(text.encode("utf-8", "ignore"), format=name)


PIECES = st.one_of(
    st.sampled_from(
        [b"", b"-", b",", b".", b"\n", b"/", b"<", b"</STMTTRN>", b"\x00", b"\xff", b"0", b"9" * 40, b"<a>", b":61:"]
    ),
    st.binary(max_size=4),
)


@given(st.data(), st.sampled_from([*SAMPLES.values(), OFX_XML, CARD]))
def test_any_damage_to_a_statement(data: st.DataObject, text: str) -> None:
    raw = text.encode()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw)))
        to = data.draw(st.integers(at, min(len(raw), at + 40)))
        piece = data.draw(st.one_of(PIECES, st.just(raw[at:to] * 2)))
        raw = raw[:at] + piece + raw[to:]
    name = next((name for name, sample in SAMPLES.items() if sample == text), "ofx")
    check_or_refuse(raw, format=name)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared test data is not beside the project")
class TestSharedFiles:
    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("ofx/bank_small.ofx", "without any statement"),
            ("ofx/anzcc.ofx", "credit card"),
            ("ofx/date_missing.ofx", "no DTPOSTED"),
            ("ofx/error_message.ofx", "General Server Error"),
            ("ofx/investment_medium.ofx", "investment statement"),
            ("ofx/ofx-v102-empty-tags.ofx", "CURDEF is empty"),
            ("ofx/signon_fail.ofx", "refused the sign-on"),
            ("camt053/camt053.v2.all-balance-types.xml", "make 9.86"),
            ("camt053/camt053.v2.five.decimals.xml", "make 27.00"),
            ("camt053/camt053.v2.minimal.xml", "'SEK'"),
            ("camt053/camt053.v2.wrong.xml", "without any statement"),
            ("camt053/camt053.v3.xml", "'SEK'"),
            ("bai2/sample-parseError.txt", ""),
            ("bai2/sample2.txt", "no closing ledger balance"),
            ("mt940/mBank/mt942.sta", "MT942"),
            ("mt940/mBank/with_newline_in_tnr.sta", "do not make"),
            ("mt940/betterplace/sepa_snippet.sta", "do not make"),
            ("mt940/betterplace/sepa_snippet_broken.sta", "belongs to no MT940 field"),
        ],
    )
    def test_refused_with_the_reason(self, path: str, words: str) -> None:
        assert words in refusal(read, (SHARED / path).read_bytes()).reason

    @pytest.mark.parametrize(
        ("path", "accounts", "lines"),
        [
            ("ofx/checking.ofx", 1, 3),
            ("bai2/sample1.txt", 2, 17),
            ("ofx/multiple_accounts.ofx", 2, 0),
            ("camt053/camt053.v2.multi.statement.xml", 2, 2),
            ("mt940/mBank/mt940.sta", 1, 3),
            ("mt940/ASNB/mt940.txt", 31, 8),
            ("mt940/ASNB/mt940_with_spaces_for_entry_date.txt", 31, 8),
            ("mt940/betterplace/sepa_mt9401.sta", 20, 97),
            ("mt940/betterplace/with_binary_character.sta", 2, 4),
        ],
    )
    def test_read_whole(self, path: str, accounts: int, lines: int) -> None:
        statements = read((SHARED / path).read_bytes()).statements
        assert (len(statements), sum(len(statement.lines) for statement in statements)) == (accounts, lines)

    @pytest.mark.parametrize("folder", ["ofx", "camt053", "bai2", "mt940"])
    def test_damaged_variants_are_read_or_refused(self, folder: str) -> None:
        files = [path for path in sorted((SHARED / folder).rglob("*")) if path.suffix in {".ofx", ".xml", ".txt", ".sta"}]
        assert files
        for path in files:
            raw = path.read_bytes()
            rows = raw.splitlines(keepends=True)
            middle = len(rows) // 2
            for damaged in (
                raw[: len(raw) * 2 // 3],
                raw.replace(b"\n", b"\r\n"),
                b"\xef\xbb\xbf" + raw,
                raw.decode("latin-1").encode("utf-16"),
                b"".join(rows[:middle] + rows[middle + 1 :]),
                b"".join(rows[: middle + 1] + rows[middle:]),
                raw.replace(b"-", b""),
                raw.replace(b"20", b"99"),
            ):
                check_or_refuse(damaged)
