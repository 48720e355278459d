"""Reads LEDES 1998B and 1998BI V2 files back into invoices; what is wrong is named line by line."""

from collections.abc import Sequence
from decimal import Decimal

from aggregates.errors import BadRequest
from replay.ledes.checking import by_invoice, check
from replay.ledes.fields import LEDES_1998B, LEDES_1998BI, Format
from replay.ledes.invoice import LedesInvoice, LedesLine, LedesParty
from replay.ledes.plain_text import of_hundredths
from replay.ledes.rows import Finding, Row, take_apart

_FIRST_LINE, _BOM, _UTF_16 = 80, b"\xef\xbb\xbf", (b"L\0E\0D\0E\0S", b"\0L\0E\0D\0E\0S")
_NEITHER = f"the first line is neither {LEDES_1998B.first_line} nor {LEDES_1998BI.first_line}"
_SAID = 3
"""Findings that the sentence repeats; the figures have them all, up to _TOLD."""
_TOLD = 1_000


class LedesFileRefused(BadRequest):
    """The file is not what the format asks. `findings` have line (from 1), field ("" for the whole line) and reason."""

    code = "ledes.refused"

    def __init__(self, found: Sequence[Finding], form: Format | None = None) -> None:
        more = f"; and {len(found) - _SAID} more" if len(found) > _SAID else ""
        errors = "1 error" if len(found) == 1 else f"{len(found):,} errors"
        super().__init__(
            f"the LEDES file has {errors}: " + "; ".join(map(str, found[:_SAID])) + more,
            format=form.name if form is not None else None,
            found=len(found),
            findings=[{"line": one.line, "field": one.field, "reason": one.sentence} for one in found[:_TOLD]],
        )


def read(file: bytes, *, currency: str = "USD") -> tuple[Format, tuple[LedesInvoice, ...]]:
    """A file of either format, told by its first line. Raises LedesFileRefused, BadRequest for a currency that is none."""
    first = file[:_FIRST_LINE].removeprefix(_BOM).lstrip().upper()
    if first.startswith(b"<"):
        sentence = f"{_NEITHER}; this looks like LEDES XML, which is not read here"
    elif (foreign := _not_plain(file)) is not None:
        sentence = foreign
    elif first.startswith((b"LEDES98BI", b"LEDES1998BI")):
        return LEDES_1998BI, read_1998bi(file)
    elif first.startswith((b"LEDES98B", b"LEDES1998B")):
        return LEDES_1998B, read_1998b(file, currency=currency)
    else:
        sentence = _NEITHER
    raise LedesFileRefused([Finding(1, "", sentence)])


def _not_plain(file: bytes) -> str | None:
    """Why no line of the file could be read; None where lines could be."""
    if not file.strip():
        return "the file is empty"
    if file.startswith(_BOM):
        return "the file begins with a byte order mark; a LEDES file is plain ASCII, without one"
    if any(mark in file[:_FIRST_LINE] for mark in _UTF_16):
        return "the file is in UTF-16; a LEDES file is plain ASCII"
    if b"\n" not in file and b"\r" in file:
        return "the lines of the file end in CR alone; those of a LEDES file end in CR LF"
    return None


def read_1998b(file: bytes, *, currency: str = "USD") -> tuple[LedesInvoice, ...]:
    """The invoices of a 1998B file, which names no currency. Raises LedesFileRefused."""
    if not of_hundredths(currency):
        raise BadRequest(f"{currency!r} is not an ISO 4217 code of a currency of hundredths")
    return _read(file, LEDES_1998B, currency)


def read_1998bi(file: bytes) -> tuple[LedesInvoice, ...]:
    """The invoices of a 1998BI V2 file. Raises LedesFileRefused."""
    return _read(file, LEDES_1998BI, "")


def _read(file: bytes, form: Format, currency: str) -> tuple[LedesInvoice, ...]:
    found = check(file, form)
    if found:
        raise LedesFileRefused(found, form)
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
        unit_cost=row.figure("LINE_ITEM_UNIT_COST") or Decimal(0),
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
