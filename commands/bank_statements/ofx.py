"""Read OFX and QFX, 1.x (SGML) and 2.x (XML), into statements: OFX 2.2 §11.4, OFX 1.0.2 §11.4.

OFX gives a ledger balance and no opening one: the opening is derived, and proven by the chain (opening = previous closing).
The library `bankfile` was tried on every sample: it returns the first of several accounts, drops lines with a warning that
names no line, and reads a damaged boundary between two lines as one line. Hence our own reader (`ofx_tree`).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum
from commands.bank_statements.amounts import decimals, minor_units, shown
from commands.bank_statements.ofx_tree import Node, parse_tags
from commands.bank_statements.text import as_text, known_encoding, line_at, marked_encoding

_BODY = re.compile(r"<OFX[\s>]", re.IGNORECASE)
_XML_HEADER = re.compile(r"(?:<\?xml [^<>]*\?>)? ?(?:<\?OFX [^<>]*\?>)?", re.IGNORECASE)
_KEYS = "OFXHEADER|DATA|VERSION|SECURITY|ENCODING|CHARSET|COMPRESSION|OLDFILEUID|NEWFILEUID"
_SGML_HEADER = re.compile(rf"(?:(?:{_KEYS}) ?: ?[^\s:<]* ?)*")
_SGML_FIELD = re.compile(rf"({_KEYS})\s*:[ \t]*([^\s:<]*?)(?=\s|$|{_KEYS})")
_DATE = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,6})?)?)?(?:\s*\[[^\[\]]{0,12}\])?"
)
_LONGEST_HEADER = 2_000
_AMBIGUOUS_DECIMALS = 3
_SETS: dict[str, tuple[str, str, str, Literal["bank", "card"]]] = {
    "BANKMSGSRSV1": ("STMTTRNRS", "STMTRS", "BANKACCTFROM", "bank"),
    "CREDITCARDMSGSRSV1": ("CCSTMTTRNRS", "CCSTMTRS", "CCACCTFROM", "card"),
}
_KINDS = {
    "INT": "interest",
    "FEE": "fee",
    "SRVCHG": "fee",
    "CHECK": "cheque",
    "OTHER": "other",
    "DIV": "other",
}
_BY_SIGN = frozenset(
    "CREDIT DEBIT DEP ATM POS XFER PAYMENT CASH DIRECTDEP DIRECTDEBIT REPEATPMT".split()  # noqa: SIM905 -- as OFX lists it
)


def read_ofx(raw: bytes) -> tuple[ParsedStatement, ...]:
    """Every bank and card statement of the file, in its order. Raises StatementFileRefused."""
    text = as_text(raw, _encoding(raw))
    start = _BODY.search(text)
    if start is None:
        raise StatementFileRefused("it has an OFX header and no OFX body")
    header = " ".join(text[: start.start()].split())
    if len(header) > _LONGEST_HEADER or not (_SGML_HEADER.fullmatch(header) or _XML_HEADER.fullmatch(header)):
        reason = "a DOCTYPE or other declaration" if "<!" in header else "more than an OFX header"
        raise StatementFileRefused(f"it has {reason} before its <OFX> tag", line_at(text, start.start()))
    root = parse_tags(text[start.start() :], line_at(text, start.start()))
    for sign_on in root.all("SIGNONMSGSRSV1"):
        for response in sign_on.all("SONRS"):
            _check_status(response, "the bank refused the sign-on")
    statements = tuple(statement for message in root.children for statement in _message_statements(message))
    if not statements:
        raise StatementFileRefused("it is an OFX file without any statement", root.line)
    read = sum(len(statement.lines) + statement.pending_ignored for statement in statements)
    if read != _count(root, ("STMTTRN", "STMTTRNP")):
        raise StatementFileRefused("it has transactions outside of its statements' lists", root.line)
    return statements


def _message_statements(message: Node) -> list[ParsedStatement]:
    if message.name == "INVSTMTMSGSRSV1":
        raise StatementFileRefused("it is an investment statement, not a bank statement", message.line)
    if message.name not in _SETS:
        return []
    wrapper, inner, account, kind = _SETS[message.name]
    statements = []
    for response in message.all(wrapper):
        _check_status(response, "the bank answered with an error")
        statements.append(_statement(response.need(inner), account, kind))
    return statements


def _check_status(response: Node, what: str) -> None:
    status = response.one("STATUS")
    if status is None:
        return
    severity, code = status.leaf("SEVERITY").text.upper(), status.leaf("CODE").text
    if severity != "INFO":
        message = " ".join([severity, code, status.words("MESSAGE")]).strip()
        raise StatementFileRefused(f"{what} instead of a statement: {message}", status.line)


def _statement(node: Node, account_tag: str, kind: Literal["bank", "card"]) -> ParsedStatement:
    currency_leaf = node.leaf("CURDEF")
    currency = currency_leaf.text.upper()
    decimals(currency, currency_leaf.line)
    account = node.need(account_tag)
    if account.words("ACCTTYPE").upper() == "CREDITLINE":
        raise StatementFileRefused("it is a credit line's statement, not a deposit account's", account.line)
    balance = node.need("LEDGERBAL")
    closing_minor = _amount(balance.leaf("BALAMT"), currency)
    listed = node.one("BANKTRANLIST")
    period = _period(listed, _date(balance.leaf("DTASOF")))
    lines, held = _lines(listed, currency, period)
    pending = node.one("BANKTRANLISTP")
    statement = ParsedStatement(
        account_number=account.leaf("ACCTID").text,
        bank_id=account.words("BANKID") or None,
        currency=currency,
        opening_minor=closing_minor - sum(line.amount_minor for line in lines),
        opening_derived=True,
        closing_minor=closing_minor,
        from_date=period.start or min((line.booked_on for line in lines), default=period.end),
        to_date=period.end,
        lines=lines,
        pending_ignored=held + (len(pending.all("STMTTRNP")) if pending else 0),
        kind=kind,
    )
    check_sum(statement)
    return statement


@dataclass(frozen=True, slots=True)
class _Period:
    start: date | None
    end: date


def _period(listed: Node | None, balance_on: date) -> _Period:
    """The statement ends where both its list and its balance are known to reach: at the earlier of the two.

    Where the balance is of a later day, the chain proves that nothing was booked in between.
    """
    if listed is None:
        return _Period(None, balance_on)
    start = _date(listed.leaf("DTSTART")) if listed.words("DTSTART") else None
    end = min(_date(listed.leaf("DTEND")), balance_on) if listed.words("DTEND") else balance_on
    if start and start > end:
        raise StatementFileRefused(f"its period starts on {start} and ends on {end}", listed.line)
    return _Period(start, end)


def _lines(listed: Node | None, currency: str, period: _Period) -> tuple[tuple[ParsedLine, ...], int]:
    """The booked lines, oldest first, equal days in the file's order; and how many holds stood among them."""
    if listed is None:
        return (), 0
    if unknown := [child for child in listed.children if child.name not in {"DTSTART", "DTEND", "STMTTRN"}]:
        raise StatementFileRefused(f"its list of transactions holds {unknown[0].name}", unknown[0].line)
    transactions = listed.all("STMTTRN")
    booked = [node for node in transactions if node.leaf("TRNTYPE").text.upper() != "HOLD"]
    lines = [_line(node, currency) for node in booked]
    for line in lines:
        if line.booked_on > period.end or (period.start and line.booked_on < period.start):
            raise StatementFileRefused(
                f"its day {line.booked_on} is outside of the statement, which runs "
                f"{f'from {period.start} ' if period.start else ''}to {period.end}",
                line.line_number,
            )
    return tuple(sorted(lines, key=lambda line: line.booked_on)), len(transactions) - len(booked)


def _line(node: Node, currency: str) -> ParsedLine:
    told = node.leaf("TRNTYPE").text.upper()
    amount_minor = _amount(node.leaf("TRNAMT"), currency)
    if (told == "CREDIT" and amount_minor < 0) or (told == "DEBIT" and amount_minor > 0):
        raise StatementFileRefused(f"it says {told}, but its amount has the other sign", node.line)
    if node.one("CORRECTFITID"):
        raise StatementFileRefused("the bank corrects an earlier line with it; ask for a statement without", node.line)
    other = node.one("CURRENCY")
    if other is not None and other.leaf("CURSYM").text.upper() != currency:
        raise StatementFileRefused(f"its amount is in {other.words('CURSYM')}, the account in {currency}", other.line)
    payee = node.one("PAYEE")
    number = (node.words("CHECKNUM") or node.words("CHKNUM")).lstrip("0")
    return ParsedLine(
        line_number=node.line,
        booked_on=_date(node.leaf("DTPOSTED")),
        value_on=_date(node.leaf("DTAVAIL")) if node.words("DTAVAIL") else None,
        amount_minor=amount_minor,
        currency=currency,
        kind=_kind(told, amount_minor),
        cheque_number=number or None,
        bank_reference=node.words("FITID") or None,
        payee=node.words("NAME") or (payee.words("NAME") if payee else ""),
        memo=node.words("MEMO"),
    )


def _kind(told: str, amount_minor: int) -> str:
    if told in _BY_SIGN:
        return "deposit" if amount_minor > 0 else "withdrawal"
    return _KINDS.get(told, "other")


def _amount(leaf: Node, currency: str) -> int:
    """OFX 2.2 §3.2.9.2: a comma or a point before the decimals, and no separators of thousands.

    "1,000" and "1.000" could be either; where the currency has fewer decimals they are refused.
    """
    number = leaf.text.replace(",", ".") if "." not in leaf.text else leaf.text
    part = number.rpartition(".")[2] if "." in number else ""
    if not part.isdigit():  # a sign behind it, or a bracket: no amount at all
        part = ""
    if len(part) > decimals(currency) and (len(part) == _AMBIGUOUS_DECIMALS or "," in leaf.text):
        raise StatementFileRefused(f"{shown(leaf.text)} may be thousands or decimals", leaf.line)
    return minor_units(number, currency, leaf.line)


def _date(leaf: Node) -> date:
    """The day as the bank prints it; the time and zone behind it are checked and left."""
    match = _DATE.fullmatch(leaf.text)
    if match is None:
        raise StatementFileRefused(f"{leaf.name} {shown(leaf.text)} is not an OFX date", leaf.line)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise StatementFileRefused(f"{leaf.name} {shown(leaf.text)} is not a day of the calendar", leaf.line) from error


def _encoding(raw: bytes) -> str | None:
    if marked_encoding(raw):
        return None
    head = raw[: raw.upper().find(b"<OFX")][:4096].decode("iso-8859-1")
    if head.lstrip().startswith("<?"):
        declared = re.search(r"<\?xml[^>]*\sencoding\s*=\s*[\"']([^\"']*)[\"']", head)
        names = [declared[1]] if declared else ["UTF-8"]
    else:
        fields = dict(_SGML_FIELD.findall(head))
        _refuse_packed(fields)
        names = [fields.get("CHARSET", ""), fields.get("ENCODING", "")]
        if known_encoding(names[1]) == "utf-8":
            names.reverse()
    told = [name for name in names if name.upper() not in {"", "NONE", "UNICODE"}]
    if raw.isascii() or not told:
        return None
    known = known_encoding(told[0])
    if known is None:
        raise StatementFileRefused(f"its header names the encoding {shown(told[0])}, which is not known", 1)
    # USASCII beside a letter that is not: the bytes themselves must show what they are.
    return None if known == "ascii" else known


def _refuse_packed(fields: dict[str, str]) -> None:
    for key in ("COMPRESSION", "SECURITY"):
        if fields.get(key, "NONE").upper() not in {"NONE", ""}:
            raise StatementFileRefused(f"its header says {key}:{fields[key]}, which cannot be read", 1)


def _count(root: Node, names: tuple[str, ...]) -> int:
    found, pending = 0, [root]
    while pending:
        node = pending.pop()
        found += node.name in names
        pending.extend(node.children)
    return found
