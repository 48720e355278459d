"""The accounts that money is posted to: the trust book, and the firm's own operating book.

The firm's reserve lies in the trust bank and is the firm's own. It is carried twice, 2110 in the trust book and 1180 in the
operating book, and the two always agree (domain reference, section 4).
"""

from enum import StrEnum
from functools import lru_cache
from typing import Literal
from uuid import UUID

from aggregates import trust_ledger
from aggregates.trust_ledger_events import LedgerPurpose

Book = Literal["trust", "operating"]


class Account(StrEnum):
    """An account's code."""

    OPERATING_BANK = "1000"
    TRUST_BANK = "1100"
    RESERVE_HELD_IN_TRUST = "1180"
    ACCOUNTS_RECEIVABLE = "1200"
    COSTS_RECEIVABLE = "1210"
    TAX_RECEIVABLE = "1220"
    INTEREST_RECEIVABLE = "1230"
    ADVANCED_COSTS = "1300"
    VENDORS_PAYABLE = "2000"
    CARDS_PAYABLE = "2050"
    CLIENT_TRUST_LIABILITY = "2100"
    FIRM_RESERVE = "2110"
    INTEREST_PAYABLE = "2120"
    UNIDENTIFIED_RECEIPTS = "2130"
    LEDGER_TRANSFERS = "2190"
    TAX_PAYABLE = "2200"
    CLIENT_CREDITS = "2300"
    DRAWINGS = "3100"
    OPENING_BALANCES = "3900"
    FEES = "4000"
    FLAT_FEES = "4010"
    CONTINGENT_FEES = "4020"
    COST_RECOVERY = "4100"
    INTEREST_AND_LATE_FEES = "4200"
    DISCOUNTS = "4900"
    WRITE_OFFS = "4910"
    OTHER_INCOME = "4990"
    OVERHEAD = "6000"
    MERCHANT_FEES = "6400"
    BANK_CHARGES = "6410"
    CHARGEBACKS = "6420"
    COSTS_UNRECOVERED = "6900"
    SHORTAGES_MADE_GOOD = "6950"


NAMES: dict[Account, str] = {
    Account.OPERATING_BANK: "Operating bank",
    Account.TRUST_BANK: "Trust bank",
    Account.RESERVE_HELD_IN_TRUST: "Firm reserve held in trust",
    Account.ACCOUNTS_RECEIVABLE: "Accounts receivable, fees",
    Account.COSTS_RECEIVABLE: "Accounts receivable, costs",
    Account.TAX_RECEIVABLE: "Accounts receivable, tax",
    Account.INTEREST_RECEIVABLE: "Accounts receivable, interest",
    Account.ADVANCED_COSTS: "Costs advanced for clients",
    Account.VENDORS_PAYABLE: "Accounts payable",
    Account.CARDS_PAYABLE: "Credit cards payable",
    Account.CLIENT_TRUST_LIABILITY: "Client trust liability",
    Account.FIRM_RESERVE: "Firm funds in trust",
    Account.INTEREST_PAYABLE: "Interest payable",
    Account.UNIDENTIFIED_RECEIPTS: "Unidentified trust receipts",
    Account.LEDGER_TRANSFERS: "Transfers between ledgers, in passage",
    Account.TAX_PAYABLE: "Sales tax payable",
    Account.CLIENT_CREDITS: "Client credits, not applied",
    Account.DRAWINGS: "Partners' drawings",
    Account.OPENING_BALANCES: "Opening balances",
    Account.FEES: "Fees, hourly",
    Account.FLAT_FEES: "Fees, flat",
    Account.CONTINGENT_FEES: "Fees, contingent",
    Account.COST_RECOVERY: "Cost recovery",
    Account.INTEREST_AND_LATE_FEES: "Interest and late fees",
    Account.DISCOUNTS: "Discounts and credit memos",
    Account.WRITE_OFFS: "Write-offs",
    Account.OTHER_INCOME: "Other income",
    Account.OVERHEAD: "Overhead",
    Account.MERCHANT_FEES: "Merchant fees",
    Account.BANK_CHARGES: "Bank charges",
    Account.CHARGEBACKS: "Chargebacks of trust deposits",
    Account.COSTS_UNRECOVERED: "Client costs not recovered",
    Account.SHORTAGES_MADE_GOOD: "Trust shortages made good",
}

LIABILITIES: dict[LedgerPurpose, Account] = {
    LedgerPurpose.CLIENT: Account.CLIENT_TRUST_LIABILITY,
    LedgerPurpose.FIRM_RESERVE: Account.FIRM_RESERVE,
    LedgerPurpose.INTEREST_PAYABLE: Account.INTEREST_PAYABLE,
    LedgerPurpose.UNIDENTIFIED: Account.UNIDENTIFIED_RECEIPTS,
}


def liability_of(trust_account_id: str, ledger_id: str) -> Account:
    """The account a ledger's balance stands on.

    A named ledger's stream id follows from its bank account and purpose alone, so that its purpose can be told from an
    entry; every other ledger is a client's.
    """
    return _named(trust_account_id).get(ledger_id, Account.CLIENT_TRUST_LIABILITY)


@lru_cache(maxsize=4096)
def _named(trust_account_id: str) -> dict[str, Account]:
    return {
        str(trust_ledger.KIND.stream_id(UUID(trust_account_id), purpose, None, None)): account
        for purpose, account in LIABILITIES.items()
        if purpose is not LedgerPurpose.CLIENT
    }
