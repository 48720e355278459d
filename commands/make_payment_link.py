"""Make a link under which a client pays a bill by card to operating, or pays into their trust ledger."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill, card_account, payment_link
from aggregates.card_account import Reference
from aggregates.errors import BadRequest
from aggregates.event import Minor
from aggregates.payment_link import PaymentLinkMade, check_destination
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_rules import money
from commands.dispatch import Result
from commands.trust_books import check_takes_money, ledger_for, the_firm
from commands.work import Command, Work


class LinkAtProcessor(Command):
    """What the processor made."""

    link_id: UUID
    processor_link: Reference
    url: Annotated[str, Field(min_length=1, max_length=2000)]


class MakePaymentLink(Command):
    """For a bill, all that is open of it; for a trust ledger, what its client was asked for; or another amount.

    Without `made` it is only looked at.
    """

    card_account_id: UUID
    bill_id: UUID | None = None
    ledger_id: UUID | None = None
    amount_minor: Minor | None = None
    made: LinkAtProcessor | None = None


def handle(command: MakePaymentLink, work: Work) -> Result:
    """Returns the link, and what the client reads there.

    Raises NotFound, WrongState, FirmMoneyInTrust (T5), UnearnedToOperating, NoLedger (T10), MatterHoldsTrustMoney (T14),
    BadRequest.
    """
    account = work.load(card_account.KIND, command.card_account_id)
    if (command.bill_id is None) is (command.ledger_id is None):
        raise BadRequest("name the bill to be paid, or the trust ledger that money is asked for; one of the two")
    asked = _bill(command, work) if command.bill_id is not None else _deposit(command, work)
    check_destination(account, is_bill=command.bill_id is not None, trust_account_id=asked.trust_account_id)
    currency = the_firm(work).established.base_currency
    told: Result = {"amount_minor": asked.amount_minor, "currency": currency, "words": asked.words}
    if command.made is None:
        return told
    link_id = command.made.link_id
    event = PaymentLinkMade(
        link_id=link_id,
        card_account_id=command.card_account_id,
        destination=account.connected.destination,
        bill_id=command.bill_id,
        ledger_id=command.ledger_id,
        request_id=asked.request_id,
        client_id=asked.client_id,
        currency=currency,
        amount_minor=asked.amount_minor,
        processor_link=command.made.processor_link,
        url=command.made.url,
    )
    work.record(payment_link.KIND, link_id, event)
    return {**told, "link_id": str(link_id), "url": command.made.url}


@dataclass(frozen=True, slots=True)
class _Asked:
    client_id: UUID
    amount_minor: int
    words: str
    trust_account_id: UUID | None = None
    request_id: UUID | None = None


def _bill(command: MakePaymentLink, work: Work) -> _Asked:
    assert command.bill_id is not None, "no bill"
    of = work.load(bill.KIND, command.bill_id)
    issued = of.check_issued()
    amount = command.amount_minor or of.open_minor
    if amount == 0 or amount > of.open_minor:
        raise BadRequest(
            f"{of.name} has {money(of.open_minor)} open; a link is made for no more than that",
            open_minor=of.open_minor,
            asked_minor=amount,
        )
    return _Asked(issued.client_id, amount, f"Bill {issued.number}")


def _deposit(command: MakePaymentLink, work: Work) -> _Asked:
    assert command.ledger_id is not None, "no ledger"
    ledger: TrustLedger = ledger_for(work, command.ledger_id, work.today)
    if ledger.client_id is None:
        raise BadRequest(f"{ledger.title} is no client's; nobody is asked to pay into it by card")
    check_takes_money(work, ledger)
    request = ledger.request
    amount = command.amount_minor or (request.amount_minor if request is not None else None)
    if amount is None:
        raise BadRequest("no request for money is open on this ledger; say the amount")
    request_id = request.request_id if request is not None else None
    return _Asked(ledger.client_id, amount, "Deposit to the client trust account", ledger.account_id, request_id)
