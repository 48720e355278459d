"""Read a bank statement file of any format we know, or refuse it whole with one sentence."""

import hashlib
import re
from collections.abc import Callable

from aggregates.bank_statement_file import ParsedStatement, StatementFile, StatementFileRefused
from commands.bank_statements.bai2_file import read_bai2
from commands.bank_statements.camt053 import read_camt053
from commands.bank_statements.csv_profile import CsvProfile, read_csv
from commands.bank_statements.mt940 import read_mt940
from commands.bank_statements.ofx import read_ofx
from commands.bank_statements.text import MOST_BYTES, marked_encoding

_READERS: dict[str, Callable[[bytes], tuple[ParsedStatement, ...]]] = {
    "ofx": read_ofx,
    "camt053": read_camt053,
    "bai2": read_bai2,
    "mt940": read_mt940,
}
FORMATS = (*_READERS, "csv")
_STRANGERS = (
    (b"%PDF", "it is a PDF; ask the bank for OFX, CAMT.053, BAI2, MT940 or CSV"),
    (b"PK\x03\x04", "it is a ZIP archive or a spreadsheet; import the file inside, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "it is an old spreadsheet or document; save it as CSV"),
    (b"\x1f\x8b", "it is compressed; import the file inside"),
    (b"{\\rtf", "it is a text document, not a bank statement"),
)
_HEAD = 100_000


def read_statement_file(
    raw: bytes,
    *,
    filename: str,
    csv_profile: CsvProfile | None = None,
    format: str | None = None,  # noqa: A002 -- the caller's word for it
    cards: bool = False,
) -> StatementFile:
    """Read a file; its format is found by its content unless told (one of FORMATS). `filename` only helps to explain.

    `cards`: take credit cards' statements too (kind "card"). Otherwise a file of cards alone is refused, and cards beside
    bank accounts are left out and counted.

    Raises StatementFileRefused, and nothing else, for any bytes.
    """
    if not raw.strip(b" \t\r\n\x00"):
        raise StatementFileRefused("the file is empty")
    if len(raw) > MOST_BYTES:
        raise StatementFileRefused(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    found = format or _sniffed(raw, filename, csv_profile)
    if found == "csv":
        if csv_profile is None:
            raise StatementFileRefused("a CSV file needs a profile that says what its columns are")
        statements = read_csv(raw, csv_profile)
    elif found in _READERS:
        statements = _READERS[found](raw)
    else:
        raise StatementFileRefused(f"the format must be one of {', '.join(FORMATS)}")
    wanted = tuple(statement for statement in statements if cards or statement.kind == "bank")
    if not wanted:
        raise StatementFileRefused("it is a credit card statement, not a bank account's")
    return StatementFile(found, hashlib.sha256(raw).hexdigest(), wanted, len(statements) - len(wanted))


def _sniffed(raw: bytes, filename: str, csv_profile: CsvProfile | None) -> str:
    for mark, reason in _STRANGERS:
        if raw.startswith(mark):
            raise StatementFileRefused(reason)
    head = _head(raw)
    start = head[:1000].casefold()
    if re.match(r"(<\?xml[^>]{0,200}>\s*)?(<!--[^>]{0,500}>\s*)?<(!doctype html|html|head|body)\b", start):
        raise StatementFileRefused("it is a web page, not a bank statement: the download may have shown a log-in page")
    if "OFXHEADER" in head or re.search(r"<OFX[\s>]", head, re.IGNORECASE):
        return "ofx"
    if head.startswith("<"):
        return "camt053"
    if re.match(r"0[0-9],[^,\n]*,[^,\n]*,[0-9]{6},|[0-9]{2},[^\n]*/[ \t\r]*(?:\n|$)", head):
        return "bai2"
    if re.search(r"^(?:\{1:[AF]|:20:)", head, re.MULTILINE) or re.match(r":[0-9]{2}[A-Z]?:", head):
        return "mt940"
    if csv_profile is not None:
        return "csv"
    if filename.casefold().endswith((".csv", ".tsv", ".txt")) and re.search(r"[,;\t|]", head):
        raise StatementFileRefused("if it is a CSV file, it needs a profile that says what its columns are")
    raise StatementFileRefused("it is not a statement in OFX, CAMT.053, BAI2 or MT940")


def _head(raw: bytes) -> str:
    """The file's start as text, in whatever encoding: enough to know a format by. Its reader decodes it strictly."""
    mark = marked_encoding(raw)
    text = raw[mark[1] :][:_HEAD].decode(mark[0], "ignore") if mark else raw[:_HEAD].decode("iso-8859-1")
    return text.lstrip(" \t\r\n\x01")
