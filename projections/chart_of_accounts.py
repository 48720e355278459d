"""The accounts that money is posted to: the trust book, and the operating book's mirror of the firm's part in it.

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
    CLIENT_TRUST_LIABILITY = "2100"
    FIRM_RESERVE = "2110"
    INTEREST_PAYABLE = "2120"
    UNIDENTIFIED_RECEIPTS = "2130"
    LEDGER_TRANSFERS = "2190"
    OPENING_BALANCES = "3900"
    MERCHANT_FEES = "6400"
    BANK_CHARGES = "6410"
    CHARGEBACKS = "6420"
    SHORTAGES_MADE_GOOD = "6950"


NAMES: dict[Account, str] = {
    Account.OPERATING_BANK: "Operating bank",
    Account.TRUST_BANK: "Trust bank",
    Account.RESERVE_HELD_IN_TRUST: "Firm reserve held in trust",
    Account.ACCOUNTS_RECEIVABLE: "Accounts receivable",
    Account.CLIENT_TRUST_LIABILITY: "Client trust liability",
    Account.FIRM_RESERVE: "Firm funds in trust",
    Account.INTEREST_PAYABLE: "Interest payable",
    Account.UNIDENTIFIED_RECEIPTS: "Unidentified trust receipts",
    Account.LEDGER_TRANSFERS: "Transfers between ledgers, in passage",
    Account.OPENING_BALANCES: "Opening balances",
    Account.MERCHANT_FEES: "Merchant fees",
    Account.BANK_CHARGES: "Bank charges",
    Account.CHARGEBACKS: "Chargebacks of trust deposits",
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
