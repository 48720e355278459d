"""Two files written by hand from section 2.7 of the domain reference, and the invoices that they say."""

from datetime import date
from decimal import Decimal

from replay.ledes.invoice import LedesInvoice, LedesLine, LedesParty

_B = (
    "INVOICE_DATE|INVOICE_NUMBER|CLIENT_ID|LAW_FIRM_MATTER_ID|INVOICE_TOTAL|BILLING_START_DATE|BILLING_END_DATE|"
    "INVOICE_DESCRIPTION|LINE_ITEM_NUMBER|EXP/FEE/INV_ADJ_TYPE|LINE_ITEM_NUMBER_OF_UNITS|LINE_ITEM_ADJUSTMENT_AMOUNT|"
    "LINE_ITEM_TOTAL|LINE_ITEM_DATE|LINE_ITEM_TASK_CODE|LINE_ITEM_EXPENSE_CODE|LINE_ITEM_ACTIVITY_CODE|TIMEKEEPER_ID|"
    "LINE_ITEM_DESCRIPTION|LAW_FIRM_ID|LINE_ITEM_UNIT_COST|TIMEKEEPER_NAME|TIMEKEEPER_CLASSIFICATION|CLIENT_MATTER_ID"
)
_BI = (
    "|PO_NUMBER|CLIENT_TAX_ID|MATTER_NAME|INVOICE_TAX_TOTAL|INVOICE_NET_TOTAL|INVOICE_CURRENCY|TIMEKEEPER_LAST_NAME|"
    "TIMEKEEPER_FIRST_NAME|ACCOUNT_TYPE|LAW_FIRM_NAME|LAW_FIRM_ADDRESS_1|LAW_FIRM_ADDRESS_2|LAW_FIRM_CITY|"
    "LAW_FIRM_STATEorREGION|LAW_FIRM_POSTCODE|LAW_FIRM_COUNTRY|CLIENT_NAME|CLIENT_ADDRESS_1|CLIENT_ADDRESS_2|CLIENT_CITY|"
    "CLIENT_STATEorREGION|CLIENT_POSTCODE|CLIENT_COUNTRY|LINE_ITEM_TAX_RATE|LINE_ITEM_TAX_TOTAL|LINE_ITEM_TAX_TYPE|"
    "INVOICE_REPORTED_TAX_TOTAL|INVOICE_TAX_CURRENCY"
)
_HEAD = "20260930|2026-17|C-1|M-1|"
_MID = "|20260901|20260930|September|"
GOLDEN_1998B = (
    f"LEDES1998B[]\r\n{_B}[]\r\n"
    f"{_HEAD}765.50{_MID}1|F|2.5|-25.00|725.00|20260903|L210||A103|TK1|Draft the answer"
    "|12-3456789|300.00|Roe, Jane|PARTNR|X-9[]\r\n"
    f"{_HEAD}765.50{_MID}2|E|10|0.00|50.50|20260930||E101|||Copies|12-3456789|5.05|||X-9[]\r\n"
    f"{_HEAD}765.50{_MID}3|IF|0|-10.00|-10.00|20260930|||||Courtesy|12-3456789|0.00|||X-9[]\r\n"
).encode()
GOLDEN_1998BI = (
    f"LEDES98BI V2[]\r\n{_B}{_BI}[]\r\n"
    f"{_HEAD}870.00{_MID}1|F|2.5|-25.00|870.00|20260903|L210||A103|TK1|Draft the answer"
    "|12-3456789|300.00|Roe, Jane|PARTNR|X-9"
    "|PO7|GB123|Doe v. Roe|145.00|725.00|GBP|Roe|Jane|O|Firm LLP|1 High St||London||EC1A|GB|Doe Ltd|2 Low St||Leeds||LS1|GB"
    "|0.2|145.00|VAT|145.00|GBP[]\r\n"
).encode()

FEE = LedesLine(
    *("1", "F", date(2026, 9, 3), Decimal("2.5"), Decimal(300), -25_00, 725_00, "Draft the answer", "M-1", "X-9"),
    task_code="L210",
    activity_code="A103",
    timekeeper_id="TK1",
    timekeeper_name="Roe, Jane",
    timekeeper_classification="PARTNR",
)
COPIES = LedesLine(
    *("2", "E", date(2026, 9, 30), Decimal(10), Decimal("5.05"), 0, 50_50, "Copies", "M-1", "X-9"), expense_code="E101"
)
COURTESY = LedesLine("3", "IF", date(2026, 9, 30), Decimal(0), Decimal(0), -10_00, -10_00, "Courtesy", "M-1", "X-9")
INVOICE = LedesInvoice(
    *("2026-17", date(2026, 9, 30), "C-1", "12-3456789", date(2026, 9, 1), date(2026, 9, 30), (FEE, COPIES, COURTESY)),
    description="September",
)
FIRM = LedesParty("Firm LLP", "1 High St", "", "London", "", "EC1A", "GB")
CLIENT = LedesParty("Doe Ltd", "2 Low St", "", "Leeds", "", "LS1", "GB")
