"""Withdraw a rate that was set by mistake or no longer holds."""

from uuid import UUID

from aggregates import billing_rates
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import rates
from commands.work import Command, Work


class WithdrawBillingRate(Command):
    """Withdraw a rate; entries keep what they were rated at, until they are rerated."""

    rate_id: UUID
    why: Words


def handle(command: WithdrawBillingRate, work: Work) -> Result:
    """Raises WrongState where there is no such rate."""
    work.record(billing_rates.KIND, billing_rates.STREAM, rates(work).withdraw(command.rate_id, command.why))
    return {"rate_id": str(command.rate_id)}
