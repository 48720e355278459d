"""Withdraw a flat fee that was not earned and will not be."""

from uuid import UUID

from aggregates import flat_fee
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class WithdrawFlatFee(Command):
    """Withdraw a flat fee that was not earned and will not be."""

    fee_id: UUID
    why: Words


def handle(command: WithdrawFlatFee, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    work.record(flat_fee.KIND, command.fee_id, work.load(flat_fee.KIND, command.fee_id).withdraw(command.why))
    return {"fee_id": str(command.fee_id)}
