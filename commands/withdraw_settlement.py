"""Withdraw a settlement statement that nobody signed."""

from uuid import UUID

from aggregates import settlement
from aggregates.event import Words
from aggregates.settlement import SettlementWithdrawn
from commands import billables
from commands.dispatch import Result
from commands.work import Command, Work


class WithdrawSettlement(Command):
    """It was wrong, or another one takes its place; its costs are free again."""

    settlement_id: UUID
    why: Words


def handle(command: WithdrawSettlement, work: Work) -> Result:
    """Raises NotFound, WrongState where it was signed or withdrawn."""
    state = work.load(settlement.KIND, command.settlement_id)
    state.check_stated()
    for cost_id in state.stated.cost_ids:
        billables.take_off(work, cost_id, command.settlement_id, command.why)
    work.record(settlement.KIND, command.settlement_id, SettlementWithdrawn(why=command.why))
    return {"settlement_id": str(command.settlement_id)}
