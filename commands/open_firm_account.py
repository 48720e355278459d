"""Open one of the firm's own accounts in the books: an operating account, or a credit card."""

import re

from pydantic import Field

from aggregates import firm_account
from aggregates.errors import BadRequest
from aggregates.event import Words
from aggregates.firm_account_events import AccountKind, FirmAccountOpened
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work

_LAST_FOUR = re.compile(r"[0-9]{4}")


class OpenFirmAccount(Command):
    """Open an account. Of a card only the last four digits are kept."""

    kind: AccountKind
    name: Words
    number: str = Field(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z][0-9A-Za-z -]*$", examples=["4242"])


def handle(command: OpenFirmAccount, work: Work) -> Result:
    """Returns the account's id. Raises BadRequest for a card's whole number."""
    if command.kind == "credit_card" and _LAST_FOUR.fullmatch(command.number) is None:
        raise BadRequest("of a credit card give the last four digits, and no more")
    account_id = work.new_id()
    opened = FirmAccountOpened(
        account_id=account_id,
        kind=command.kind,
        name=command.name,
        number=command.number,
        currency=the_firm(work).established.base_currency,
    )
    work.record(firm_account.KIND, account_id, opened)
    return {"account_id": str(account_id)}
