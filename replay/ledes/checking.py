"""Our own checker of LEDES 1998B and 1998BI V2: everything section 2.7 of the domain reference asks of a file.

A file that passes has whole columns, plain ASCII, known kinds of line with the codes that belong to them, dates within the
billing period, unique line numbers, and lines, taxes and totals that add up to the cent. A line may be rounded by half
a cent.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from replay.ledes.fields import LEDES_1998B, LEDES_1998BI, Format
from replay.ledes.plain_text import money as amount
from replay.ledes.plain_text import of_hundredths
from replay.ledes.rows import Finding, Row, take_apart

_HALF = Fraction(1, 2)
_CENTS = 100
_FEE, _EXPENSE, _ADJUSTMENTS = "F", "E", ("IF", "IE")
_SAME_WITHIN_INVOICE = ("INVOICE_TOTAL", "BILLING_START_DATE", "BILLING_END_DATE", "INVOICE_DESCRIPTION", "LAW_FIRM_ID")
_SAME_TAXED = (
    *("PO_NUMBER", "CLIENT_TAX_ID", "INVOICE_TAX_TOTAL", "INVOICE_NET_TOTAL", "INVOICE_CURRENCY", "ACCOUNT_TYPE"),
    *("INVOICE_REPORTED_TAX_TOTAL", "INVOICE_TAX_CURRENCY"),
)


def check_1998b(file: bytes) -> tuple[Finding, ...]:
    """What is wrong with a 1998B file, in the order of its lines; empty where nothing is."""
    return check(file, LEDES_1998B)


def check_1998bi(file: bytes) -> tuple[Finding, ...]:
    """What is wrong with a 1998BI V2 file, in the order of its lines; empty where nothing is."""
    return check(file, LEDES_1998BI)


def check(file: bytes, form: Format) -> tuple[Finding, ...]:
    """What is wrong with a file of this format. Sums are judged only where every row could be read."""
    rows, found = take_apart(file, form)
    whole = not found
    for row in rows:
        found.extend(_line(row, form))
    for of_invoice in by_invoice(rows):
        found.extend(_invoice(of_invoice, form, sums=whole))
    return tuple(sorted(found, key=lambda finding: finding.line))


def by_invoice(rows: list[Row]) -> list[list[Row]]:
    """The rows of each invoice, in the order of its first row."""
    invoices: dict[str, list[Row]] = {}
    for row in rows:
        invoices.setdefault(row.text("INVOICE_NUMBER"), []).append(row)
    return list(invoices.values())


def _line(row: Row, form: Format) -> Iterator[Finding]:
    kind = row.text("EXP/FEE/INV_ADJ_TYPE")
    if kind not in {_FEE, _EXPENSE, *_ADJUSTMENTS}:
        yield Finding(row.line, "EXP/FEE/INV_ADJ_TYPE", f"{kind!r} is none of F, E, IF and IE")
        return
    yield from _codes(row, kind)
    if not row.day("BILLING_START_DATE") <= row.day("LINE_ITEM_DATE") <= row.day("BILLING_END_DATE"):
        yield Finding(row.line, "LINE_ITEM_DATE", "the date lies outside the billing period of the invoice")
    units = row.figure("LINE_ITEM_NUMBER_OF_UNITS")
    if kind in {_FEE, _EXPENSE}:
        if units is None:
            yield Finding(row.line, "LINE_ITEM_NUMBER_OF_UNITS", "a fee or an expense needs its units")
        if row.values["LINE_ITEM_UNIT_COST"] is None:
            yield Finding(row.line, "LINE_ITEM_UNIT_COST", "a fee or an expense needs its unit cost")
    if units is not None and units < 0:
        yield Finding(row.line, "LINE_ITEM_NUMBER_OF_UNITS", "units must not be negative")
    yield from _mathematics(row, kind)
    if form.taxed:
        yield from _parties(row)


def _codes(row: Row, kind: str) -> Iterator[Finding]:
    needed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    if kind == _FEE:
        needed, barred = ("TIMEKEEPER_ID",), ("LINE_ITEM_EXPENSE_CODE",)
        if not (row.text("LINE_ITEM_TASK_CODE").strip() or row.text("LINE_ITEM_ACTIVITY_CODE").strip()):
            yield Finding(row.line, "LINE_ITEM_TASK_CODE", "a fee needs a task or an activity code")
    elif kind == _EXPENSE:
        needed, barred = ("LINE_ITEM_EXPENSE_CODE",), ("LINE_ITEM_TASK_CODE", "LINE_ITEM_ACTIVITY_CODE")
    for name in needed:
        if not row.text(name).strip():
            yield Finding(row.line, name, f"a line of type {kind} needs this column")
    for name in barred:
        if row.text(name).strip():
            yield Finding(row.line, name, f"a line of type {kind} must leave this column empty")


def _mathematics(row: Row, kind: str) -> Iterator[Finding]:
    """Total = units x unit cost + adjustment + tax; of an adjustment (IF, IE) the adjustment and tax alone."""
    exact = Fraction(row.minor("LINE_ITEM_ADJUSTMENT_AMOUNT"))
    if kind not in _ADJUSTMENTS:
        exact += _product(row, "LINE_ITEM_NUMBER_OF_UNITS", "LINE_ITEM_UNIT_COST") * _CENTS
    tax = row.minor("LINE_ITEM_TAX_TOTAL")
    net = row.minor("LINE_ITEM_TOTAL") - tax
    if abs(net - exact) > _HALF:
        what = "adjustment + tax" if kind in _ADJUSTMENTS else "units x unit cost + adjustment + tax"
        yield Finding(row.line, "LINE_ITEM_TOTAL", f"the total of type {kind} is not {what}, {_cents(exact + tax)}")
    rate = row.figure("LINE_ITEM_TAX_RATE")
    if rate is None:
        return
    if not 0 <= rate <= 1:
        yield Finding(row.line, "LINE_ITEM_TAX_RATE", "the rate of tax lies between 0 and 1")
    elif min(abs(tax - exact * Fraction(rate)), abs(tax - net * Fraction(rate))) > _HALF:
        yield Finding(
            row.line,
            "LINE_ITEM_TAX_TOTAL",
            f"the tax is not (units x unit cost + adjustment) x rate, {_cents(net * Fraction(rate))}",
        )


def _cents(exact: Fraction) -> str:
    """An amount to the cent, half up."""
    return amount(math.floor(exact + _HALF))


def _product(row: Row, *names: str) -> Fraction:
    """Exact, whatever the number of decimals."""
    return math.prod((Fraction(row.figure(name) or 0) for name in names), start=Fraction(1))


def _parties(row: Row) -> Iterator[Finding]:
    if row.text("ACCOUNT_TYPE") not in {"O", "T"}:
        yield Finding(row.line, "ACCOUNT_TYPE", "the account is O (own) or T (third party)")
    for name in ("INVOICE_CURRENCY", "INVOICE_TAX_CURRENCY"):
        given = row.text(name)
        if not given and name == "INVOICE_TAX_CURRENCY":
            continue
        if not of_hundredths(given):
            yield Finding(row.line, name, f"{given!r} is not an ISO 4217 code of a currency of hundredths")


def _invoice(rows: list[Row], form: Format, *, sums: bool) -> Iterator[Finding]:
    first, numbers = rows[0], set[str]()
    for row in rows:
        number = row.text("LINE_ITEM_NUMBER")
        if number in numbers:
            yield Finding(row.line, "LINE_ITEM_NUMBER", f"{number!r} stands on an earlier line of this invoice")
        numbers.add(number)
        for name in _SAME_WITHIN_INVOICE + (_SAME_TAXED if form.taxed else ()):
            if row.values[name] != first.values[name]:
                yield Finding(row.line, name, f"it differs from line {first.line} of the same invoice")
    if first.day("BILLING_START_DATE") > first.day("BILLING_END_DATE"):
        yield Finding(first.line, "BILLING_START_DATE", "the billing period ends before it starts")
    if sums:
        yield from _sums(rows, form)


def _sums(rows: list[Row], form: Format) -> Iterator[Finding]:
    first = rows[0]
    total = sum(row.minor("LINE_ITEM_TOTAL") for row in rows)
    if first.minor("INVOICE_TOTAL") != total:
        yield Finding(first.line, "INVOICE_TOTAL", f"the total is not the sum of the line totals, {amount(total)}")
    if form.taxed:
        tax = sum(row.minor("LINE_ITEM_TAX_TOTAL") for row in rows)
        if first.values["INVOICE_TAX_TOTAL"] is not None and first.minor("INVOICE_TAX_TOTAL") != tax:
            yield Finding(first.line, "INVOICE_TAX_TOTAL", f"the total is not the sum of the line taxes, {amount(tax)}")
        if first.minor("INVOICE_NET_TOTAL") != total - tax:
            yield Finding(
                first.line, "INVOICE_NET_TOTAL", f"the net total is not the total less its tax, {amount(total - tax)}"
            )
