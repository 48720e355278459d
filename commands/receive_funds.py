"""Take in money for a client: cheque, wire, ACH, card (gross), cash with a receipt; or an opening balance."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import bank_statement
from aggregates.errors import BadRequest
from aggregates.event import Minor, Personal, Words
from aggregates.named_payee import is_the_firms_own
from aggregates.trust_ledger import TrustLedger
from aggregates.trust_ledger_events import FundsReceived, Instrument, LedgerPurpose
from aggregates.trust_rules import FirmMoneyInTrust, UncollectedFunds, money
from commands.days import check_hold
from commands.dispatch import Result
from commands.trust_books import check_takes_money, ledger_for, policy, postable_account, record_on, the_firm
from commands.work import Command, Work


class ReceiveFunds(Command):
    """Take in money. Without `available_on`, the jurisdiction's hold for the instrument decides when it is collected.

    A card payment is posted gross; the processor's fee is the firm's, on its operating account (T8).
    """

    ledger_id: UUID
    amount_minor: Minor
    effective_date: date
    instrument: Instrument
    payer: Words
    description: Words
    reference: str | None = None
    deposit_slip: str | None = None
    available_on: date | None = None
    makes_good: Words | None = None
    """Where the payer is the firm itself: what of the client's it gives back, and no more than was paid out of the ledger.
    Any other firm money stays out (T5)."""


def handle(command: ReceiveFunds, work: Work) -> Result:
    """Returns the entry's id, and the day by which the client is told of it (ABA Model Rule 1.15(d)).

    Raises NoLedger (T10), UncollectedFunds (T3), FirmMoneyInTrust (T5), PeriodSigned (T12), MatterHoldsTrustMoney (T14),
    BadRequest.
    """
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    _check_place(command, work, ledger)
    entry_id = work.new_id()
    event = FundsReceived(
        trust_account_id=ledger.account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=_described(command),
        instrument=command.instrument,
        payer=Personal(subject_id=ledger.client_id or ledger.id, text=command.payer),
        reference=command.reference,
        deposit_slip=command.deposit_slip,
        available_on=_available(command, work),
        makes_good=command.makes_good,
    )
    record_on(work, ledger.id, event)
    tell_by = command.effective_date + timedelta(days=policy(work, command.effective_date).number("receipt_notice_days"))
    told = {"notify_client_by": str(tell_by)} if ledger.client_id is not None and command.instrument != "opening" else {}
    return {"entry_id": str(entry_id), "available_on": str(event.available_on), **told}


def _check_place(command: ReceiveFunds, work: Work, ledger: TrustLedger) -> None:
    """Whether this money, by this instrument, may come to this ledger."""
    firms_own = ledger.purpose in {LedgerPurpose.FIRM_RESERVE, LedgerPurpose.INTEREST_PAYABLE}
    if firms_own and command.instrument != "opening":
        raise FirmMoneyInTrust("the firm's own money comes in by topping up the reserve, up to its cap")
    if command.makes_good is not None and command.instrument in {"opening", "card"}:
        raise BadRequest("the firm makes good by a cheque, a transfer or cash of its own, and no other way")
    if command.instrument == "opening":
        _check_opening(command, work, ledger)
    elif command.instrument != "card":  # what a card paid is a fact by the time it is told
        _check_whose_money(command, work, ledger)
    if command.instrument == "cash" and policy(work, command.effective_date).asks("cash_receipts_barred"):
        raise BadRequest("the firm takes no cash into trust: its policy bars it")
    if command.instrument == "cash" and not command.reference:
        raise BadRequest("cash needs the number of the receipt that was given for it")
    check_takes_money(work, ledger)


def _check_whose_money(command: ReceiveFunds, work: Work, ledger: TrustLedger) -> None:
    """The firm's own money comes to a client only to make good what was taken from them."""
    name = the_firm(work).established.name
    if is_the_firms_own(command.payer, name):
        if command.makes_good is None:
            raise FirmMoneyInTrust(
                f"{command.payer.strip()} is the firm itself, whose money stays out of trust: top up the reserve, cure the "
                "shortage, or say in makes_good what of the client's is given back",
                payer=command.payer.strip(),
            )
        ledger.check_made_good(command.amount_minor)
    elif command.makes_good is not None:
        raise BadRequest(f"makes_good is said of the firm's own money; the payer is {command.payer.strip()}, not {name}")


def _described(command: ReceiveFunds) -> str:
    if command.makes_good is None:
        return command.description
    return f"{command.description}; makes good: {command.makes_good}"[:2000]


def _check_opening(command: ReceiveFunds, work: Work, ledger: TrustLedger) -> None:
    account = postable_account(work, ledger.account_id, command.effective_date)
    if account.sealed_to is not None:
        raise BadRequest(
            f"{account.name} is reconciled and signed to {account.sealed_to}; balances are carried forward before that"
        )
    if work.find(bank_statement.KIND, bank_statement.KIND.stream_id(account.id)) is not None:
        raise BadRequest(f"the bank's statements of {account.name} have begun; what comes in now is a receipt")
    if ledger.legs or not all(entry.opening for entry in ledger.entries.values()):
        raise BadRequest("a balance is carried forward before anything else is posted to its ledger; post a receipt")
    if ledger.purpose is LedgerPurpose.FIRM_RESERVE:
        cap, holds = (
            policy(work, command.effective_date).number("firm_reserve_cap_minor"),
            ledger.highest_from(command.effective_date)[1],
        )
        if holds + command.amount_minor > cap:
            raise FirmMoneyInTrust(
                f"with {money(command.amount_minor)} carried forward the reserve would pass its cap of {money(cap)}; take "
                "the rest out of trust first",
                balance_minor=holds,
                cap_minor=cap,
            )


def _available(command: ReceiveFunds, work: Work) -> date:
    if command.available_on is not None:
        check_hold(command.available_on, command.effective_date)
    if command.instrument == "opening":
        return command.available_on or command.effective_date
    earliest = command.effective_date + timedelta(
        days=policy(work, command.effective_date).number(f"{command.instrument}_hold_days")
    )
    if command.available_on is not None and command.available_on < earliest:
        raise UncollectedFunds(
            f"a {command.instrument} of {command.effective_date} counts as collected from {earliest}, not before; when the "
            "bank says so earlier, clear it on that evidence",
            available_on=earliest,
            asked_minor=command.amount_minor,
        )
    return command.available_on or earliest
