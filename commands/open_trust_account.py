"""Open a trust bank account, with its ledgers for the firm's reserve, interest and unidentified receipts."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import bank_account_number, contact, trust_account, trust_ledger
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Currency, Words
from aggregates.trust_ledger_events import LedgerPurpose, TrustLedgerOpened
from commands.dispatch import Result
from commands.trust_books import named_ledger_id, the_firm
from commands.work import Command, Work


class OpenTrustAccount(Command):
    """Open an account. `statement_balance_minor` is the bank's balance before the first statement to be imported."""

    name: Words
    bank: Words
    account_number: Words
    ownership: Literal["pooled", "individual"] = "pooled"
    client_id: UUID | None = None
    currency: Currency | None = None
    opened_on: date
    statement_balance_minor: int = 0


def handle(command: OpenTrustAccount, work: Work) -> Result:
    """Returns the account's id and those of its named ledgers. Raises NotFound, BadRequest, AlreadyExists."""
    if (command.ownership == "individual") != (command.client_id is not None):
        raise BadRequest("an individual account names its client; a pooled one has none")
    if command.opened_on > work.today:
        raise BadRequest(f"{command.opened_on} is in the future; today is {work.today}")
    if command.client_id is not None:
        work.load(contact.KIND, command.client_id).check_live()
    number_stream = bank_account_number.stream_of(command.bank, command.account_number)
    if work.find(bank_account_number.KIND, number_stream) is not None:
        raise AlreadyExists(f"account {command.account_number.strip()} at {command.bank.strip()} is kept here already")
    currency = command.currency or the_firm(work).established.base_currency
    account_id = work.new_id()
    opened = trust_account.TrustAccountOpened(
        trust_account_id=account_id,
        name=command.name,
        bank=command.bank,
        account_number=command.account_number,
        ownership=command.ownership,
        client_id=command.client_id,
        currency=currency,
        opened_on=command.opened_on,
        statement_balance_minor=command.statement_balance_minor,
    )
    work.record(trust_account.KIND, account_id, opened)
    taken = bank_account_number.BankAccountNumberTaken(trust_account=account_id)
    work.record(bank_account_number.KIND, number_stream, taken)
    result: Result = {"trust_account_id": str(account_id)}
    for purpose in (LedgerPurpose.FIRM_RESERVE, LedgerPurpose.INTEREST_PAYABLE, LedgerPurpose.UNIDENTIFIED):
        ledger_id = named_ledger_id(account_id, purpose)
        event = TrustLedgerOpened(
            trust_account_id=account_id, purpose=purpose, client_id=None, matter_id=None, currency=currency
        )
        work.record(trust_ledger.KIND, ledger_id, event)
        result[f"{purpose}_ledger_id"] = str(ledger_id)
    return result
