"""Read ISO 20022 CAMT.053 (bank to customer statement), versions 2 to 13, into statements.

One bank line per Ntry, whatever its details: a batch is booked as one sum. `pycamt` was tried on every sample: it returns
balances as floats, one row per transaction detail, mixes currencies without a word and names no line; hence our own.
"""

import re
from collections.abc import Iterable
from datetime import date

from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused, check_sum
from commands.bank_statements.amounts import decimals, minor_units, shown
from commands.bank_statements.xml_tree import Element, parse_xml

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.[0-9]{3})\.001\.([0-9]{2})")
_OTHERS = {"camt.052": "an interim report (camt.052)", "camt.054": "a debit and credit notice (camt.054)"}
_FIRST_VERSION = 2
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_FEES = frozenset({"CHRG", "COMM", "COMT", "FEES"})
_RETURNED = frozenset({"UPCQ", "UPDD", "RRTN", "RPCR", "CQRV"})
_CHEQUES = frozenset({"ICHQ", "RCHQ"})
_JOINED = 2_000
"""Characters that the words of a batch's payments take together; the raw file, which is kept, has the rest."""


def read_camt053(raw: bytes) -> tuple[ParsedStatement, ...]:
    """Every statement of the file, in its order. Raises StatementFileRefused."""
    root = parse_xml(raw)
    match = _NAMESPACE.fullmatch(root.namespace)
    if match is None or root.name != "Document":
        raise StatementFileRefused("it is XML, but not an ISO 20022 bank statement", root.line)
    if match[1] != "camt.053" or int(match[2]) < _FIRST_VERSION:
        what = _OTHERS.get(match[1], f"a {match[1]} message of version {match[2]}")
        raise StatementFileRefused(f"it is {what}, not a bank statement (camt.053)", root.line)
    statements = root.need("BkToCstmrStmt").all("Stmt")
    if not statements:
        raise StatementFileRefused("it is a camt.053 file without any statement", root.line)
    return tuple(_statement(statement) for statement in statements)


def _statement(node: Element) -> ParsedStatement:
    closing = _balance(node, "CLBD")
    if closing is None:
        raise StatementFileRefused("its statement has no booked closing balance (CLBD)", node.line)
    opening = _balance(node, "OPBD") or _balance(node, "PRCD")
    account = node.need("Acct")
    currency = account.words("Ccy") or closing.need("Amt").attributes.get("Ccy", "")
    decimals(currency, account.line)
    entries = node.all("Ntry")
    booked = [entry for entry in entries if _is_booked(entry)]
    _check_totals(node, entries, booked, currency)
    lines = tuple(sorted((_line(entry, currency) for entry in booked), key=lambda line: line.booked_on))
    closing_minor = _signed(closing, currency)
    total = sum(line.amount_minor for line in lines)
    to_date = _closing_day(closing, lines)
    statement = ParsedStatement(
        account_number=account.words("Id", "IBAN") or account.need("Id", "Othr", "Id").text,
        bank_id=account.words("Svcr", "FinInstnId", "BICFI") or account.words("Svcr", "FinInstnId", "BIC") or None,
        currency=currency,
        opening_minor=_signed(opening, currency) if opening else closing_minor - total,
        opening_derived=opening is None,
        closing_minor=closing_minor,
        from_date=_first_day(node, to_date, lines),
        to_date=to_date,
        lines=lines,
        sequence=node.words("ElctrncSeqNb") or node.words("LglSeqNb") or None,
        pending_ignored=len(entries) - len(booked),
    )
    if not statement.account_number:
        raise StatementFileRefused("its account has no number", account.line)
    check_sum(statement, node.line)
    return statement


def _balance(node: Element, code: str) -> Element | None:
    there = [balance for balance in node.all("Bal") if balance.words("Tp", "CdOrPrtry", "Cd") == code]
    if len(there) > 1:
        raise StatementFileRefused(f"its statement has more than one {code} balance", there[1].line)
    return there[0] if there else None


def _closing_day(closing: Element, lines: tuple[ParsedLine, ...]) -> date:
    """The day of the closing balance, which no booked line may pass."""
    day = _day(closing.need("Dt"))
    for line in lines:
        if line.booked_on > day:
            raise StatementFileRefused(f"its day {line.booked_on} is after the closing balance of {day}", line.line_number)
    return day


def _first_day(node: Element, to_date: date, lines: tuple[ParsedLine, ...]) -> date:
    """FrToDt's start, unless it tells the hours of the export and not the period of the statement."""
    first = min((line.booked_on for line in lines), default=to_date)
    period = node.one("FrToDt")
    if period is None or _moment(period.need("ToDtTm")) != to_date:
        return first
    return min(first, _moment(period.need("FrDtTm")))


def _is_booked(entry: Element) -> bool:
    status = entry.need("Sts")
    code = status.text or status.words("Cd")
    if code not in _NOT_BOOKED and code != "BOOK":
        raise StatementFileRefused(f"its status {shown(code)} is not known", status.line)
    return code == "BOOK"


def _line(entry: Element, currency: str) -> ParsedLine:
    details = [detail for batch in entry.all("NtryDtls") for detail in batch.all("TxDtls")]
    amount_minor = _signed(entry, currency)
    cheques = _distinct(detail.words("Refs", "ChqNb") for detail in details)
    side = "Dbtr" if amount_minor > 0 else "Cdtr"
    payees = _distinct(
        detail.words("RltdPties", side, "Nm") or detail.words("RltdPties", side, "Pty", "Nm") for detail in details
    )
    value = entry.one("ValDt")
    memos = [part.text for detail in details for info in detail.all("RmtInf") for part in info.all("Ustrd")]
    references = [
        reference.text
        for detail in details
        for info in detail.all("RmtInf")
        for structured in info.all("Strd")
        if (reference := structured.one("CdtrRefInf", "Ref"))
    ]
    additions = [part.text for part in entry.all("AddtlNtryInf")]
    return ParsedLine(
        line_number=entry.line,
        booked_on=_day(entry.need("BookgDt")),
        value_on=_day(value) if value else None,
        amount_minor=amount_minor,
        currency=currency,
        kind=_kind(entry, amount_minor),
        cheque_number=cheques[0].lstrip("0") or None if len(cheques) == 1 else None,
        bank_reference=entry.words("AcctSvcrRef") or entry.words("NtryRef") or None,
        payee=_joined("; ", payees),
        memo=_joined(" ", [*memos, *references, *additions]),
    )


def _kind(entry: Element, amount_minor: int) -> str:
    """By the reversal flag and the ISO bank transaction code; a bank's own codes say nothing that we could know."""
    family = entry.words("BkTxCd", "Domn", "Fmly", "Cd")
    code = entry.words("BkTxCd", "Domn", "Fmly", "SubFmlyCd")
    if _is_true(entry.one("RvslInd")) or code in _RETURNED:
        return "returned"
    if code in _FEES:
        return "fee"
    if code == "INTR":
        return "interest"
    if family in _CHEQUES:
        return "cheque"
    return "deposit" if amount_minor > 0 else "withdrawal"


def _is_true(flag: Element | None) -> bool:
    if flag is None or flag.text in {"false", "0"}:
        return False
    if flag.text in {"true", "1"}:
        return True
    raise StatementFileRefused(f"{flag.name} {shown(flag.text)} is neither true nor false", flag.line)


def _signed(node: Element, currency: str) -> int:
    """The Amt of an entry or a balance. A reversal's CdtDbtInd says where the reversal itself went (ISO 20022)."""
    amount, direction = node.need("Amt"), node.need("CdtDbtInd")
    told = amount.attributes.get("Ccy", "")
    if told != currency:
        raise StatementFileRefused(f"its amount is in {shown(told)}, the account in {currency}", amount.line)
    value = minor_units(amount.text, currency, amount.line)
    if value < 0 or amount.text.startswith("+"):
        raise StatementFileRefused(f"the amount {shown(amount.text)} has a sign of its own", amount.line)
    if direction.text not in {"CRDT", "DBIT"}:
        raise StatementFileRefused(f"{shown(direction.text)} is neither CRDT nor DBIT", direction.line)
    return value if direction.text == "CRDT" else -value


def _day(node: Element) -> date:
    return _moment(node.one("Dt") or node.need("DtTm"))


def _moment(leaf: Element) -> date:
    match = _DAY.fullmatch(leaf.text)
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        raise StatementFileRefused(f"{leaf.name} {shown(leaf.text)} is not a date", leaf.line) from error


def _check_totals(node: Element, entries: list[Element], booked: list[Element], currency: str) -> None:
    """The statement's own counts and sums, where it has them: over all of its entries, or over the booked ones."""
    summary = node.one("TxsSummry")
    if summary is None:
        return
    for name, direction in (("TtlNtries", None), ("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
        told = summary.one(name)
        if told is None:
            continue
        sets = [[e for e in some if direction in {None, e.words("CdtDbtInd")}] for some in (entries, booked)]
        count = told.words("NbOfNtries")
        if count and count not in {str(len(some)) for some in sets}:
            raise StatementFileRefused(f"{name} counts {shown(count)} entries, the statement has {len(sets[0])}", told.line)
        amount = told.one("Sum")
        sums = {sum(abs(_signed(entry, currency)) for entry in some) for some in sets}
        if amount is not None and minor_units(amount.text, currency, amount.line) not in sums:
            raise StatementFileRefused(f"{name} is {shown(amount.text)}, which its entries do not make", amount.line)


def _joined(between: str, parts: list[str]) -> str:
    """As many whole parts as go together, and how many more there are: a batch is one line of hundreds of payments."""
    words = [word for part in parts if (word := " ".join(part.split()))]
    length, taken = 0, 0
    for word in words:
        length += len(word) + len(between)
        if taken and length > _JOINED:
            break
        taken += 1
    more = [f"(and {len(words) - taken} more)"] if taken < len(words) else []
    return between.join(words[:taken] + more)


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
