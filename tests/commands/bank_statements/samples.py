"""Small statement files, all of account 1001 opening at 100.00 and closing at 137.50 in September 2026."""

from collections.abc import Callable

import pytest

from aggregates.bank_statement_file import StatementFileRefused

OFX_SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260930<LANGUAGE>ENG
<INTU.BID>3000</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS>
<CURDEF>USD
<BANKACCTFROM><BANKID>021000021<ACCTID>1001<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>
<DTSTART>20260901
<DTEND>20260930
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20260903120000.000[-5:EST]
<TRNAMT>50.00
<FITID>A1
<NAME>SMITH &amp; SONS
<MEMO>Retainer
</STMTTRN>
<STMTTRN>
<TRNTYPE>CHECK
<DTPOSTED>20260910
<TRNAMT>-12.50
<FITID>A2
<CHECKNUM>0000319
<NAME>CHECK
</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>137.50<DTASOF>20260930</LEDGERBAL>
</STMTRS>
</STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""

OFX_XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX>
  <BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>
  <STMTRS><CURDEF>USD</CURDEF>
    <BANKACCTFROM><BANKID>021000021</BANKID><ACCTID>1001</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
    <BANKTRANLIST><DTSTART>20260901</DTSTART><DTEND>20260930</DTEND>
      <STMTTRN><TRNTYPE>DEP</TRNTYPE><DTPOSTED>202609031200</DTPOSTED><TRNAMT>+50.00</TRNAMT><FITID>A1</FITID>
        <NAME><![CDATA[SMITH & SONS]]></NAME><MEMO/></STMTTRN>
      <STMTTRN><TRNTYPE>CHECK</TRNTYPE><DTPOSTED>20260910</DTPOSTED><TRNAMT>-12.50</TRNAMT><FITID>A2</FITID>
        <CHECKNUM>319</CHECKNUM><NAME>Café</NAME></STMTTRN>
    </BANKTRANLIST>
    <LEDGERBAL><BALAMT>137.50</BALAMT><DTASOF>20260930</DTASOF></LEDGERBAL>
  </STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""


def camt(version: str = "02", *, entries: str | None = None, opening: str = "100.00", closing: str = "137.50") -> str:
    """A CAMT.053 file of one statement."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
 <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-10-01T06:00:00+00:00</CreDtTm></GrpHdr>
 <Stmt><Id>S1</Id><ElctrncSeqNb>9</ElctrncSeqNb>
  <FrToDt><FrDtTm>2026-09-01T00:00:00</FrDtTm><ToDtTm>2026-09-30T23:59:59</ToDtTm></FrToDt>
  <Acct><Id><Othr><Id>1001</Id></Othr></Id><Ccy>USD</Ccy></Acct>
  <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{opening}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
   <Dt><Dt>2026-08-31</Dt></Dt></Bal>
  <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
   <Dt><Dt>2026-09-30</Dt></Dt></Bal>
{camt_entry("50.00", "CRDT") + camt_entry("12.50", "DBIT") if entries is None else entries}
 </Stmt></BkToCstmrStmt>
</Document>
"""


def camt_entry(amount: str, direction: str, *, status: str = "BOOK", more: str = "", day: str = "2026-09-03") -> str:
    """One entry. `more` goes behind its dates."""
    return (
        f'  <Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>2026-09-04</Dt></ValDt>{more}</Ntry>\n"
    )


BAI2 = """01,122099999,123456789,260930,0200,1,80,,2/
02,031001234,122099999,1,260930,2359,USD,2/
03,1001,,010,10000,,,015,13750,,/
88,100,5000,1,,400,1250,1,/
16,165,5000,S,1000,2000,2000,REF1,,ACH CREDIT, CLIENT A/B
88,SECOND LINE OF THE TEXT
16,475,1250,V,261001,,REF2,0000319/
49,36250,6/
98,36250,1,8/
99,36250,1,10/
"""

MT940 = """:20:REF1
:25:1001
:28C:9/1
:60F:C260831USD100,00
:61:2609030903C50,00NTRFNONREF//BANK1
supplement
:86:SMITH AND SONS
RETAINER
:61:260910D12,5NCHK0000319//BANK2
:62F:C260930USD137,50
:64:C260930USD137,50
-
"""

CSV = """Date,Description,Check,Amount,Balance
09/03/2026,"SMITH, SONS",,"$50.00",150.00
09/10/2026,CHECK,319,(12.50),137.50
"""

Reader = Callable[[bytes], object]


def refusal(read: Reader, raw: bytes | str) -> StatementFileRefused:
    """The refusal of this file; fails where it is read."""
    with pytest.raises(StatementFileRefused) as caught:
        read(raw.encode() if isinstance(raw, str) else raw)
    return caught.value
