"""Writes invoices as LEDES 1998B and 1998BI V2. No file with a finding of our own checker leaves this module."""

from collections.abc import Sequence
from datetime import date

from aggregates.errors import BadRequest
from replay.ledes.checking import check
from replay.ledes.fields import LEDES_1998B, LEDES_1998BI, Format
from replay.ledes.invoice import LedesInvoice, LedesLine, LedesParty
from replay.ledes.plain_text import money, number, of_hundredths, plain, price
from replay.ledes.rows import Finding

_SHOWN, _FIRST_ROW = 20, 3


def write_1998b(invoices: Sequence[LedesInvoice]) -> bytes:
    """A 1998B file of one or more invoices. Raises BadRequest naming each finding, and where a line carries tax."""
    if any(line.tax_minor or line.tax_rate for invoice in invoices for line in invoice.lines):
        raise BadRequest("LEDES 1998B has no columns for tax; write this invoice as 1998BI V2")
    return _write(invoices, LEDES_1998B)


def write_1998bi(invoices: Sequence[LedesInvoice]) -> bytes:
    """A 1998BI V2 file of one or more invoices, taxes and parties included. Raises BadRequest naming each finding."""
    return _write(invoices, LEDES_1998BI)


def _write(invoices: Sequence[LedesInvoice], form: Format) -> bytes:
    numbers = [plain(invoice.number, "an invoice number") for invoice in invoices]
    if len(set(numbers)) != len(numbers):
        raise BadRequest("two invoices of one LEDES file have the same number")
    for invoice in invoices:
        if not invoice.lines:
            raise BadRequest(f"invoice {invoice.number} has no lines to write")
        if not of_hundredths(invoice.currency):
            raise BadRequest(f"{invoice.currency!r} is not an ISO 4217 code of a currency of hundredths")
    items = [(invoice, line) for invoice in invoices for line in invoice.lines]
    rows = [_row(invoice, line, form) for invoice, line in items]
    file = "".join(f"{row}\r\n" for row in (form.first_line, form.header, *rows)).encode("ascii")
    found = check(file, form)
    if found:
        said = "; ".join(_said(one, *items[one.line - _FIRST_ROW]) for one in found[:_SHOWN])
        raise BadRequest(f"the LEDES file would be wrong: {said}", found=len(found))
    return file


def _said(found: Finding, invoice: LedesInvoice, line: LedesLine) -> str:
    """By the line item, since nobody has seen the file."""
    return f"line item {line.number} of {invoice.number}, {found.field}: {found.sentence}"


def _row(invoice: LedesInvoice, line: LedesLine, form: Format) -> str:
    last, _, first = line.timekeeper_name.partition(",")
    words = {
        "INVOICE_NUMBER": invoice.number,
        "CLIENT_ID": invoice.client_id,
        "LAW_FIRM_MATTER_ID": line.law_firm_matter_id,
        "INVOICE_DESCRIPTION": invoice.description,
        "LINE_ITEM_NUMBER": line.number,
        "EXP/FEE/INV_ADJ_TYPE": line.kind,
        "LINE_ITEM_TASK_CODE": line.task_code,
        "LINE_ITEM_EXPENSE_CODE": line.expense_code,
        "LINE_ITEM_ACTIVITY_CODE": line.activity_code,
        "TIMEKEEPER_ID": line.timekeeper_id,
        "LINE_ITEM_DESCRIPTION": line.description,
        "LAW_FIRM_ID": invoice.law_firm_id,
        "TIMEKEEPER_NAME": line.timekeeper_name,
        "TIMEKEEPER_CLASSIFICATION": line.timekeeper_classification,
        "CLIENT_MATTER_ID": line.client_matter_id,
        "PO_NUMBER": invoice.po_number,
        "CLIENT_TAX_ID": invoice.client_tax_id,
        "MATTER_NAME": line.matter_name,
        "INVOICE_CURRENCY": invoice.currency,
        "TIMEKEEPER_LAST_NAME": last.strip(),
        "TIMEKEEPER_FIRST_NAME": first.strip(),
        "ACCOUNT_TYPE": invoice.account_type,
        "LINE_ITEM_TAX_TYPE": line.tax_type,
        "INVOICE_TAX_CURRENCY": invoice.tax_currency,
        **_party("LAW_FIRM", invoice.law_firm),
        **_party("CLIENT", invoice.client),
    }
    reported = invoice.reported_tax_minor
    figures = {
        "INVOICE_DATE": _day(invoice.day),
        "INVOICE_TOTAL": money(invoice.total_minor),
        "BILLING_START_DATE": _day(invoice.billing_start),
        "BILLING_END_DATE": _day(invoice.billing_end),
        "LINE_ITEM_NUMBER_OF_UNITS": number(line.units),
        "LINE_ITEM_ADJUSTMENT_AMOUNT": money(line.adjustment_minor),
        "LINE_ITEM_TOTAL": money(line.total_minor),
        "LINE_ITEM_DATE": _day(line.day),
        "LINE_ITEM_UNIT_COST": price(line.unit_cost),
        "INVOICE_TAX_TOTAL": money(invoice.tax_minor),
        "INVOICE_NET_TOTAL": money(invoice.total_minor - invoice.tax_minor),
        "LINE_ITEM_TAX_RATE": "" if line.tax_rate is None else number(line.tax_rate),
        "LINE_ITEM_TAX_TOTAL": money(line.tax_minor),
        "INVOICE_REPORTED_TAX_TOTAL": "" if reported is None else money(reported),
    }
    where = f"invoice {invoice.number}, line {line.number}"
    cells = [
        figures[field.name] if field.name in figures else plain(words[field.name], f"{where}, {field.name}")
        for field in form.fields
    ]
    return "|".join(cells) + "[]"


def _party(prefix: str, party: LedesParty) -> dict[str, str]:
    return {
        f"{prefix}_NAME": party.name,
        f"{prefix}_ADDRESS_1": party.address_1,
        f"{prefix}_ADDRESS_2": party.address_2,
        f"{prefix}_CITY": party.city,
        f"{prefix}_STATEorREGION": party.state_or_region,
        f"{prefix}_POSTCODE": party.postcode,
        f"{prefix}_COUNTRY": party.country,
    }


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"
