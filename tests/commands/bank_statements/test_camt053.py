"""CAMT.053, versions 2 to 8 and on."""

import re
from datetime import date

import pytest

from aggregates.bank_statement_file import ParsedStatement
from commands.bank_statements.camt053 import read_camt053
from tests.commands.bank_statements.samples import camt, camt_entry, refusal


def read_one(text: str) -> ParsedStatement:
    (statement,) = read_camt053(text.encode())
    return statement


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_versions(version: str) -> None:
    statement = read_one(camt(version))
    assert (statement.opening_minor, statement.closing_minor, statement.opening_derived) == (10000, 13750, False)
    assert [line.amount_minor for line in statement.lines] == [5000, -1250]
    assert (statement.from_date, statement.to_date, statement.sequence) == (date(2026, 9, 1), date(2026, 9, 30), "9")
    assert statement.lines[0].line_number == 11
    assert statement.lines[0].value_on == date(2026, 9, 4)


def test_a_batch_is_one_line_with_its_parties() -> None:
    details = (
        "<AcctSvcrRef>BANKREF</AcctSvcrRef><NtryDtls>"
        "<TxDtls><RltdPties><Dbtr><Nm>Smith</Nm></Dbtr></RltdPties><RmtInf><Ustrd>one</Ustrd></RmtInf></TxDtls>"
        "<TxDtls><RltdPties><Dbtr><Pty><Nm>Jones</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>two</Ustrd></RmtInf></TxDtls>"
        "</NtryDtls>"
    )
    (line,) = read_one(camt("08", entries=camt_entry("37.50", "CRDT", more=details))).lines
    assert (line.payee, line.memo, line.bank_reference) == ("Smith; Jones", "one two", "BANKREF")


def test_cheque_number_and_codes() -> None:
    def kind(family: str, code: str) -> str:
        more = f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        refs = "<NtryDtls><TxDtls><Refs><ChqNb>000319</ChqNb></Refs></TxDtls></NtryDtls>"
        (line,) = read_one(camt(entries=camt_entry("62.50", "DBIT", more=more + refs), closing="37.50")).lines
        assert line.cheque_number == "319"
        return line.kind

    assert [kind("ICHQ", "CCHQ"), kind("ACMT", "CHRG"), kind("X", "INTR"), kind("X", "UPCQ"), kind("X", "Y")] == [
        "cheque",
        "fee",
        "interest",
        "returned",
        "withdrawal",
    ]


def test_a_reversal_goes_where_its_indicator_says() -> None:
    entries = camt_entry("50.00", "CRDT") + camt_entry("12.50", "DBIT").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    statement = read_one(camt(entries=entries))
    assert [(line.amount_minor, line.kind) for line in statement.lines] == [(5000, "deposit"), (-1250, "returned")]


@pytest.mark.parametrize("status", ["PDNG", "INFO", "<Cd>PDNG</Cd>", "<Cd>FUTR</Cd>"])
def test_entries_not_booked_are_counted_and_left_out(status: str) -> None:
    entries = camt_entry("37.50", "CRDT", status="<Cd>BOOK</Cd>") + camt_entry("9.99", "DBIT", status=status)
    statement = read_one(camt("08", entries=entries))
    assert (len(statement.lines), statement.pending_ignored) == (1, 1)


def test_without_an_opening_balance_it_is_derived() -> None:
    statement = read_one(camt().replace("<Cd>OPBD</Cd>", "<Cd>OPAV</Cd>"))
    assert (statement.opening_minor, statement.opening_derived) == (10000, True)
    closed_before = read_one(camt().replace("<Cd>OPBD</Cd>", "<Cd>PRCD</Cd>"))
    assert (closed_before.opening_minor, closed_before.opening_derived) == (10000, False)


def test_decimals_past_the_cent_pass_only_as_zeros() -> None:
    assert read_one(camt().replace("50.00<", "50.00000<")).lines[0].amount_minor == 5000
    error = refusal(read_camt053, camt().replace("50.00<", "50.00001<"))
    assert ("not whole" in error.reason, error.line_number) == (True, 11)


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        ("50.00<", "50.01<", "make 137.51, but it closes at 137.50"),
        ("<CdtDbtInd>DBIT", "<CdtDbtInd>CRDT", "make 162.50"),
        (">50.00<", ">-50.00<", "sign of its own"),
        (">50.00<", ">5,000.00<", "not an amount"),
        ("<CdtDbtInd>DBIT", "<CdtDbtInd>DEBT", "neither CRDT nor DBIT"),
        ('Ccy="USD">50.00', 'Ccy="EUR">50.00', "'EUR'"),
        ("<Sts>BOOK</Sts>", "<Sts>MAYBE</Sts>", "status"),
        ("<Sts>BOOK</Sts>", "", "no Sts"),
        ("<BookgDt><Dt>2026-09-03</Dt></BookgDt>", "", "no BookgDt"),
        ("<BookgDt><Dt>2026-09-03", "<BookgDt><Dt>2026-09-31", "not a date"),
        ("<BookgDt><Dt>2026-09-03", "<BookgDt><Dt>2026-10-03", "after the closing balance"),
        ("<Cd>CLBD</Cd>", "<Cd>CLAV</Cd>", "no booked closing balance"),
        ("<Cd>CLBD</Cd>", "<Cd>OPBD</Cd>", "no booked closing balance"),
        ("camt.053", "camt.052", "interim report"),
        ("camt.053", "camt.054", "notice"),
        ("camt.053", "pain.001", "not an ISO 20022 bank statement"),
        ("<Othr><Id>1001</Id></Othr>", "<Othr><Id></Id></Othr>", "no number"),
        ("<Acct>", "stray<Acct>", "stray text"),
        ("</Stmt>", "", "well-formed"),
        ("UTF-8", "KLINGON", "KLINGON"),
        ("<Amt Ccy", "&copy;<Amt Ccy", "well-formed"),
        ("<Id>S1</Id>", "<Id>" + "x" * 10_001 + "</Id>", "longer than"),
        ("<Id>S1</Id>", "<Id>" + "<x>" * 70 + "</x>" * 70 + "</Id>", "too deep"),
    ],
)
def test_damage_is_refused(found: str, instead: str, words: str) -> None:
    assert found in camt()
    assert words in refusal(read_camt053, camt().replace(found, instead)).reason


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE foo SYSTEM "http://127.0.0.1:9/evil.dtd">',
        "<!DOCTYPE Document>",
    ],
)
def test_no_doctype_at_all(doctype: str) -> None:
    error = refusal(read_camt053, camt().replace("<Document", f"{doctype}\n<Document").replace("M1", "&xxe;&b;"))
    assert ("DOCTYPE" in error.reason, error.line_number) == (True, 2)


def test_totals_of_the_statement_are_checked() -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlNtries></TxsSummry>"
    good = camt().replace("  <Ntry>", summary.format(2, "62.50") + "<Ntry>", 1)
    assert len(read_one(good).lines) == 2
    assert "counts '3'" in refusal(read_camt053, good.replace(">2<", ">3<")).reason
    assert "62.51" in refusal(read_camt053, good.replace("62.50", "62.51")).reason


def test_several_accounts_stay_apart() -> None:
    whole = camt()
    statement = whole[whole.index(" <Stmt>") : whole.index("</BkToCstmrStmt>")]
    both = whole.replace("</BkToCstmrStmt>", statement.replace("1001", "1002") + "</BkToCstmrStmt>")
    assert [found.account_number for found in read_camt053(both.encode())] == ["1001", "1002"]


def test_many_entries_and_their_white_space_are_no_long_text() -> None:
    entries = ("\n" * 20 + camt_entry("0.01", "CRDT")) * 1_000
    assert len(read_one(camt(entries=entries, closing="110.00")).lines) == 1_000


def test_utf_16_and_latin_1_as_declared() -> None:
    named = camt(entries=camt_entry("37.50", "CRDT", more="<AddtlNtryInf>Café</AddtlNtryInf>"))
    assert read_camt053(named.encode("utf-16"))[0].lines[0].memo == "Café"
    assert read_camt053(named.replace("UTF-8", "ISO-8859-1").encode("latin-1"))[0].lines[0].memo == "Café"
    assert "not text in utf-8" in refusal(read_camt053, named.encode("latin-1")).reason


def test_a_batch_of_hundreds_of_payments_is_one_line_with_as_many_words_as_can_be_kept() -> None:
    details = "".join(
        f"<TxDtls><RltdPties><Dbtr><Nm>Client {n}</Nm></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>Invoice {n}</Ustrd></RmtInf></TxDtls>"
        for n in range(500)
    )
    (statement,) = read_camt053(camt(entries=camt_entry("37.50", "CRDT", more=f"<NtryDtls>{details}</NtryDtls>")).encode())
    (line,) = statement.lines
    assert line.payee.startswith("Client 0; Client 1; ")
    assert re.search(r"Client ([0-9]+); \(and ([0-9]+) more\)$", line.payee)
    assert max(len(line.payee), len(line.memo)) <= 2_100
