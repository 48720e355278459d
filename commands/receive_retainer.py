"""Take in a retainer: to the client's trust ledger, or, of a true retainer where the jurisdiction lets it, to operating."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import fee_retainer, flat_fee
from aggregates.event import Minor, Words
from aggregates.fee_retainer import FeeRetainer, RetainerReceived
from aggregates.flat_fee import FlatFeeAgreed, FlatFeeEarned
from aggregates.trust_rules import WrongClient
from commands import receive_funds, receive_payment
from commands.dispatch import Result
from commands.receive_funds import ReceiveFunds
from commands.receive_payment import ReceivePayment
from commands.time_work import check_day
from commands.trust_books import ledger_for, policy
from commands.work import Command, Work


class ReceiveRetainer(Command):
    """Take in money towards a retainer. Name the ledger for trust; without one it goes to operating."""

    retainer_id: UUID
    amount_minor: Minor
    effective_date: date
    method: Literal["cheque", "cash", "wire", "ach", "card"]
    payer: Words
    ledger_id: UUID | None = None
    reference: Words | None = None


def handle(command: ReceiveRetainer, work: Work) -> Result:
    """Returns the trust entry; or the payment and the fee it earned, which may be billed and paid with it.

    Raises NotFound, WrongState, BadRequest, UnearnedToOperating, FirmMoneyInTrust (T5), WrongClient (T4), and what receiving
    funds or a payment raises.
    """
    check_day(work, command.effective_date)
    state = work.load(fee_retainer.KIND, command.retainer_id)
    place: Literal["trust", "operating"] = "operating" if command.ledger_id is None else "trust"
    state.check_receipt(policy(work, command.effective_date), command.amount_minor, place)
    told = _to_operating(command, work, state) if command.ledger_id is None else _to_trust(command, work, state)
    received = RetainerReceived(
        effective_date=command.effective_date,
        amount_minor=command.amount_minor,
        place=place,
        ledger_id=command.ledger_id,
        entry_id=_id(told, "entry_id"),
        payment_id=_id(told, "payment_id"),
        fee_id=_id(told, "fee_id"),
    )
    after = work.record(fee_retainer.KIND, command.retainer_id, received)
    left = after.agreed.amount_minor - after.received_minor
    return {"retainer_id": str(command.retainer_id), "place": place, "to_come_minor": left, **told}


def _to_trust(command: ReceiveRetainer, work: Work, state: FeeRetainer) -> Result:
    assert command.ledger_id is not None, "trust has ledgers"
    ledger = ledger_for(work, command.ledger_id, command.effective_date)
    if ledger.matter_id != state.agreed.matter_id:
        raise WrongClient("the ledger is not of the matter that the retainer was agreed for", ledger_id=command.ledger_id)
    deposit = ReceiveFunds(
        ledger_id=command.ledger_id,
        amount_minor=command.amount_minor,
        effective_date=command.effective_date,
        instrument=command.method,
        payer=command.payer,
        description=str(state.agreed.purpose),
        reference=command.reference,
    )
    return {"entry_id": receive_funds.handle(deposit, work)["entry_id"]}


def _to_operating(command: ReceiveRetainer, work: Work, state: FeeRetainer) -> Result:
    agreed = state.agreed
    payment = ReceivePayment(
        client_id=agreed.client_id,
        amount_minor=command.amount_minor,
        effective_date=command.effective_date,
        method=command.method,
        payer=command.payer,
        reference=command.reference,
    )
    told = {"payment_id": receive_payment.handle(payment, work)["payment_id"]}
    return told if agreed.nature != "true" else {**told, "fee_id": str(_earn(command, work, state))}


def _earn(command: ReceiveRetainer, work: Work, state: FeeRetainer) -> UUID:
    """A true retainer is earned when it is paid: a fee that may be billed, and be paid with it."""
    agreed, fee_id = state.agreed, work.new_id()
    work.record(
        flat_fee.KIND,
        fee_id,
        FlatFeeAgreed(
            fee_id=fee_id,
            matter_id=agreed.matter_id,
            client_id=agreed.client_id,
            stage=agreed.purpose,
            amount_minor=command.amount_minor,
            authority=agreed.authority,
        ),
        FlatFeeEarned(
            effective_date=command.effective_date,
            matter_id=agreed.matter_id,
            client_id=agreed.client_id,
            amount_minor=command.amount_minor,
            evidence="a true retainer, earned when it was paid",
        ),
    )
    return fee_id


def _id(told: Result, name: str) -> UUID | None:
    return UUID(told[name]) if name in told else None
