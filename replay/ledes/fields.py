"""The columns of LEDES 1998B and 1998BI V2, in order (domain reference, section 2.7)."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "money", "price", "number"]
"""Money is a whole number of cents; a price of one unit has up to four decimals."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, what it holds, its length in characters (text only), and whether every row must fill it."""

    name: str
    kind: Kind = "text"
    length: int = 0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name, its first line and its columns. `taxed` where the lines carry tax."""

    name: str
    first_line: str
    fields: tuple[Field, ...]
    taxed: bool

    @property
    def header(self) -> str:
        """The second line."""
        return "|".join(field.name for field in self.fields) + "[]"


_KB = 1024
_PROSE = 15 * _KB
_FIELDS_1998B = (
    Field("INVOICE_DATE", "date", required=True),
    Field("INVOICE_NUMBER", "text", 20, required=True),
    Field("CLIENT_ID", "text", 20, required=True),
    Field("LAW_FIRM_MATTER_ID", "text", 20, required=True),
    Field("INVOICE_TOTAL", "money", required=True),
    Field("BILLING_START_DATE", "date", required=True),
    Field("BILLING_END_DATE", "date", required=True),
    Field("INVOICE_DESCRIPTION", "text", _PROSE),
    Field("LINE_ITEM_NUMBER", "text", 20, required=True),
    Field("EXP/FEE/INV_ADJ_TYPE", "text", 2, required=True),
    Field("LINE_ITEM_NUMBER_OF_UNITS", "number"),
    Field("LINE_ITEM_ADJUSTMENT_AMOUNT", "money"),
    Field("LINE_ITEM_TOTAL", "money", required=True),
    Field("LINE_ITEM_DATE", "date", required=True),
    Field("LINE_ITEM_TASK_CODE", "text", 20),
    Field("LINE_ITEM_EXPENSE_CODE", "text", 20),
    Field("LINE_ITEM_ACTIVITY_CODE", "text", 20),
    Field("TIMEKEEPER_ID", "text", 20),
    Field("LINE_ITEM_DESCRIPTION", "text", _PROSE, required=True),
    Field("LAW_FIRM_ID", "text", 20, required=True),
    Field("LINE_ITEM_UNIT_COST", "price"),
    Field("TIMEKEEPER_NAME", "text", 30),
    Field("TIMEKEEPER_CLASSIFICATION", "text", 10),
    Field("CLIENT_MATTER_ID", "text", 20, required=True),
)
# The reference gives no length for names and addresses of the parties: none is enforced beyond that of prose.
_PARTY = tuple(
    Field(f"{party}_{part}", "text", _PROSE)
    for party in ("LAW_FIRM", "CLIENT")
    for part in ("NAME", "ADDRESS_1", "ADDRESS_2", "CITY", "STATEorREGION", "POSTCODE", "COUNTRY")
)
_FIELDS_1998BI = (
    *_FIELDS_1998B,
    Field("PO_NUMBER", "text", 100),
    Field("CLIENT_TAX_ID", "text", 20, required=True),
    Field("MATTER_NAME", "text", 255, required=True),
    Field("INVOICE_TAX_TOTAL", "money"),
    Field("INVOICE_NET_TOTAL", "money", required=True),
    Field("INVOICE_CURRENCY", "text", 3, required=True),
    Field("TIMEKEEPER_LAST_NAME", "text", 30),
    Field("TIMEKEEPER_FIRST_NAME", "text", 30),
    Field("ACCOUNT_TYPE", "text", 1, required=True),
    *_PARTY,
    Field("LINE_ITEM_TAX_RATE", "number"),
    Field("LINE_ITEM_TAX_TOTAL", "money", required=True),
    Field("LINE_ITEM_TAX_TYPE", "text", 20),
    Field("INVOICE_REPORTED_TAX_TOTAL", "money"),
    Field("INVOICE_TAX_CURRENCY", "text", 3),
)
LEDES_1998B = Format("LEDES 1998B", "LEDES1998B[]", _FIELDS_1998B, taxed=False)
LEDES_1998BI = Format("LEDES 1998BI V2", "LEDES98BI V2[]", _FIELDS_1998BI, taxed=True)
