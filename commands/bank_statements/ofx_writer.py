"""Write a statement as OFX 1.0.2 (SGML): the same statement gives the same bytes, and the reader reads it back.

OFX knows no opening balance, no page number and no word for a returned item: these do not come back (a returned item comes
back as a withdrawal or deposit).
"""

from datetime import date

from aggregates.bank_statement_file import ParsedLine, ParsedStatement
from commands.bank_statements.amounts import written

_TYPES = {"cheque": "CHECK", "fee": "SRVCHG", "interest": "INT", "other": "OTHER"}


def write_ofx(statement: ParsedStatement, *, organisation: str = "") -> bytes:
    """The file's bytes. The server's time is the midnight after which the statement ends, so that no clock is needed."""
    body = "\n".join([*_opening_tags(statement, organisation), *_transactions(statement), *_closing_tags(statement), ""])
    encoding, charset = ("USASCII", "1252") if body.isascii() else ("UTF-8", "NONE")
    header = [
        "OFXHEADER:100",
        "DATA:OFXSGML",
        "VERSION:102",
        "SECURITY:NONE",
        f"ENCODING:{encoding}",
        f"CHARSET:{charset}",
        "COMPRESSION:NONE",
        "OLDFILEUID:NONE",
        "NEWFILEUID:NONE",
    ]
    return "\n".join([*header, "", body]).encode()


def _opening_tags(statement: ParsedStatement, organisation: str) -> list[str]:
    assert statement.kind == "bank", "a card's statement has other tags"
    return [
        "<OFX>",
        "<SIGNONMSGSRSV1>",
        "<SONRS>",
        *_success(),
        f"<DTSERVER>{_day(statement.to_date)}",
        "<LANGUAGE>ENG",
        *(["<FI>", f"<ORG>{_escaped(organisation)}", "</FI>"] if organisation else []),
        "</SONRS>",
        "</SIGNONMSGSRSV1>",
        "<BANKMSGSRSV1>",
        "<STMTTRNRS>",
        "<TRNUID>0",
        *_success(),
        "<STMTRS>",
        f"<CURDEF>{statement.currency}",
        "<BANKACCTFROM>",
        *_leaf("BANKID", statement.bank_id),
        *_leaf("ACCTID", statement.account_number),
        "<ACCTTYPE>CHECKING",
        "</BANKACCTFROM>",
        "<BANKTRANLIST>",
        f"<DTSTART>{_day(statement.from_date)}",
        f"<DTEND>{_day(statement.to_date)}",
    ]


def _transactions(statement: ParsedStatement) -> list[str]:
    tags = []
    for line in statement.lines:
        tags += [
            "<STMTTRN>",
            f"<TRNTYPE>{_type(line)}",
            f"<DTPOSTED>{_day(line.booked_on)}",
            *_leaf("DTAVAIL", _day(line.value_on) if line.value_on else None),
            f"<TRNAMT>{written(line.amount_minor, statement.currency)}",
            *_leaf("FITID", line.bank_reference),
            *_leaf("CHECKNUM", line.cheque_number),
            *_leaf("NAME", line.payee),
            *_leaf("MEMO", line.memo),
            "</STMTTRN>",
        ]
    return tags


def _closing_tags(statement: ParsedStatement) -> list[str]:
    return [
        "</BANKTRANLIST>",
        "<LEDGERBAL>",
        f"<BALAMT>{written(statement.closing_minor, statement.currency)}",
        f"<DTASOF>{_day(statement.to_date)}",
        "</LEDGERBAL>",
        "</STMTRS>",
        "</STMTTRNRS>",
        "</BANKMSGSRSV1>",
        "</OFX>",
    ]


def _success() -> list[str]:
    return ["<STATUS>", "<CODE>0", "<SEVERITY>INFO", "</STATUS>"]


def _type(line: ParsedLine) -> str:
    return _TYPES.get(line.kind, "CREDIT" if line.amount_minor > 0 else "DEBIT")


def _leaf(name: str, value: str | None) -> list[str]:
    return [f"<{name}>{_escaped(value)}"] if value else []


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")
