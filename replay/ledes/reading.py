"""Reads LEDES 1998B and 1998BI V2 files back into invoices; what is wrong is named line by line."""

from decimal import Decimal

from aggregates.errors import BadRequest
from replay.ledes.checking import by_invoice, check
from replay.ledes.fields import LEDES_1998B, LEDES_1998BI, Format
from replay.ledes.invoice import LedesInvoice, LedesLine, LedesParty
from replay.ledes.plain_text import of_hundredths
from replay.ledes.rows import Row, take_apart

_SHOWN = 100


def read_1998b(file: bytes, *, currency: str = "USD") -> tuple[LedesInvoice, ...]:
    """The invoices of a 1998B file, which names no currency. Raises BadRequest listing the errors of each line."""
    if not of_hundredths(currency):
        raise BadRequest(f"{currency!r} is not an ISO 4217 code of a currency of hundredths")
    return _read(file, LEDES_1998B, currency)


def read_1998bi(file: bytes) -> tuple[LedesInvoice, ...]:
    """The invoices of a 1998BI V2 file. Raises BadRequest listing the errors of each line."""
    return _read(file, LEDES_1998BI, "")


def _read(file: bytes, form: Format, currency: str) -> tuple[LedesInvoice, ...]:
    found = check(file, form)
    if found:
        listed = [str(finding) for finding in found[:_SHOWN]]
        raise BadRequest(f"the LEDES file has {len(found)} errors: " + "; ".join(listed), findings=len(found))
    rows, _ = take_apart(file, form)
    return tuple(_invoice(of_invoice, currency) for of_invoice in by_invoice(rows))


def _invoice(rows: list[Row], currency: str) -> LedesInvoice:
    first = rows[0]
    reported = first.values.get("INVOICE_REPORTED_TAX_TOTAL")
    return LedesInvoice(
        number=first.text("INVOICE_NUMBER"),
        day=first.day("INVOICE_DATE"),
        client_id=first.text("CLIENT_ID"),
        law_firm_id=first.text("LAW_FIRM_ID"),
        billing_start=first.day("BILLING_START_DATE"),
        billing_end=first.day("BILLING_END_DATE"),
        lines=tuple(_line(row) for row in rows),
        currency=first.text("INVOICE_CURRENCY") or currency,
        description=first.text("INVOICE_DESCRIPTION"),
        po_number=first.text("PO_NUMBER"),
        client_tax_id=first.text("CLIENT_TAX_ID"),
        account_type=first.text("ACCOUNT_TYPE") or "O",
        law_firm=_party("LAW_FIRM", first),
        client=_party("CLIENT", first),
        reported_tax_minor=None if reported is None else first.minor("INVOICE_REPORTED_TAX_TOTAL"),
        tax_currency=first.text("INVOICE_TAX_CURRENCY"),
    )


def _line(row: Row) -> LedesLine:
    apart = [row.text(name).strip() for name in ("TIMEKEEPER_LAST_NAME", "TIMEKEEPER_FIRST_NAME")]
    return LedesLine(
        number=row.text("LINE_ITEM_NUMBER"),
        kind=row.text("EXP/FEE/INV_ADJ_TYPE"),
        day=row.day("LINE_ITEM_DATE"),
        units=row.figure("LINE_ITEM_NUMBER_OF_UNITS") or Decimal(0),
        unit_cost_minor=row.minor("LINE_ITEM_UNIT_COST"),
        adjustment_minor=row.minor("LINE_ITEM_ADJUSTMENT_AMOUNT"),
        total_minor=row.minor("LINE_ITEM_TOTAL"),
        description=row.text("LINE_ITEM_DESCRIPTION"),
        law_firm_matter_id=row.text("LAW_FIRM_MATTER_ID"),
        client_matter_id=row.text("CLIENT_MATTER_ID"),
        task_code=row.text("LINE_ITEM_TASK_CODE"),
        expense_code=row.text("LINE_ITEM_EXPENSE_CODE"),
        activity_code=row.text("LINE_ITEM_ACTIVITY_CODE"),
        timekeeper_id=row.text("TIMEKEEPER_ID"),
        timekeeper_name=row.text("TIMEKEEPER_NAME") or ", ".join(filter(None, apart)),
        timekeeper_classification=row.text("TIMEKEEPER_CLASSIFICATION"),
        matter_name=row.text("MATTER_NAME"),
        tax_rate=row.figure("LINE_ITEM_TAX_RATE"),
        tax_minor=row.minor("LINE_ITEM_TAX_TOTAL"),
        tax_type=row.text("LINE_ITEM_TAX_TYPE"),
    )


def _party(prefix: str, row: Row) -> LedesParty:
    parts = ("NAME", "ADDRESS_1", "ADDRESS_2", "CITY", "STATEorREGION", "POSTCODE", "COUNTRY")
    return LedesParty(*(row.text(f"{prefix}_{part}") for part in parts))
