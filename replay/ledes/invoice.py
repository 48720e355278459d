"""An invoice as LEDES carries it. Amounts are integers of minor units of a currency of hundredths; units are Decimals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LedesLine:
    """One line. `kind`: F fee, E expense, IF or IE an adjustment of the whole invoice's fees or expenses.

    `units` are hours (F) or a count (E). `unit_cost` is in units of the currency, of up to four
    decimals. `adjustment_minor` is negative for a discount. `total_minor` includes the tax.
    `tax_rate` runs from 0 to 1. Matters stand on the line: one invoice may bill several.
    """

    number: str
    kind: str
    day: date
    units: Decimal
    unit_cost: Decimal
    adjustment_minor: int
    total_minor: int
    description: str
    law_firm_matter_id: str
    client_matter_id: str
    task_code: str = ""
    expense_code: str = ""
    activity_code: str = ""
    timekeeper_id: str = ""
    timekeeper_name: str = ""
    timekeeper_classification: str = ""
    matter_name: str = ""
    tax_rate: Decimal | None = None
    tax_minor: int = 0
    tax_type: str = ""


@dataclass(frozen=True, slots=True)
class LedesParty:
    """The law firm or the client as 1998BI V2 prints them; 1998B has none of it."""

    name: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state_or_region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class LedesInvoice:
    """An invoice and its lines. `account_type`: O own, T third party. `currency` is an ISO 4217 code."""

    number: str
    day: date
    client_id: str
    law_firm_id: str
    billing_start: date
    billing_end: date
    lines: tuple[LedesLine, ...]
    currency: str = "USD"
    description: str = ""
    po_number: str = ""
    client_tax_id: str = ""
    account_type: str = "O"
    law_firm: LedesParty = LedesParty()
    client: LedesParty = LedesParty()
    reported_tax_minor: int | None = None
    tax_currency: str = ""

    @property
    def total_minor(self) -> int:
        """The sum of its lines, tax included."""
        return sum(line.total_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        """The sum of its lines' tax."""
        return sum(line.tax_minor for line in self.lines)
