"""Take in money for a client: cheque, wire, ACH, card (gross), cash with a receipt; or an opening balance."""

from datetime import date, timedelta
from uuid import UUID

from aggregates import matter
from aggregates.errors import BadRequest
from aggregates.event import Minor, Personal, Words
from aggregates.trust_ledger_events import FundsReceived, Instrument, LedgerPurpose
from aggregates.trust_rules import FirmMoneyInTrust
from commands.dispatch import Result
from commands.trust_books import ledger_for, policy, record_on
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


def handle(command: ReceiveFunds, work: Work) -> Result:
    """Returns the entry's id. Raises NoLedger (T10), PeriodSigned (T12), FirmMoneyInTrust (T5), BadRequest."""
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    if ledger.purpose in {LedgerPurpose.FIRM_RESERVE, LedgerPurpose.INTEREST_PAYABLE} and command.instrument != "opening":
        raise FirmMoneyInTrust("the firm's own money comes in by topping up the reserve, up to its cap")
    if command.instrument == "cash" and not command.reference:
        raise BadRequest("cash needs the number of the receipt that was given for it")
    if ledger.matter_id is not None:
        work.load(matter.KIND, ledger.matter_id).check_not_closed()
    entry_id = work.new_id()
    event = FundsReceived(
        trust_account_id=ledger.account_id,
        effective_date=command.effective_date,
        entry_id=entry_id,
        amount_minor=command.amount_minor,
        description=command.description,
        instrument=command.instrument,
        payer=Personal(subject_id=ledger.client_id or ledger.id, text=command.payer),
        reference=command.reference,
        deposit_slip=command.deposit_slip,
        available_on=_available(command, work),
    )
    record_on(work, ledger.id, event)
    return {"entry_id": str(entry_id), "available_on": str(event.available_on)}


def _available(command: ReceiveFunds, work: Work) -> date:
    if command.instrument == "opening":
        return command.available_on or command.effective_date
    earliest = command.effective_date + timedelta(days=policy(work).number(f"{command.instrument}_hold_days"))
    if command.available_on is not None and command.available_on < earliest:
        raise BadRequest(f"a {command.instrument} of that day counts as collected from {earliest}, not before")
    return command.available_on or earliest
