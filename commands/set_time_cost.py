"""Set what an hour of a timekeeper costs the firm, or the overhead of any hour worked."""

from datetime import date
from uuid import UUID

from aggregates import time_costs, user
from aggregates.billing_rates import HourlyRate
from aggregates.time_costs import TimeCostSet, check_changes
from commands.dispatch import Result
from commands.work import Command, Work


class SetTimeCost(Command):
    """Set the cost of an hour from a day on: a timekeeper's, or without one the overhead of any hour worked."""

    timekeeper_id: UUID | None = None
    effective_from: date
    hour_minor: HourlyRate


def handle(command: SetTimeCost, work: Work) -> Result:
    """Returns the cost's id. Raises NotFound, BadRequest where nothing changes."""
    if command.timekeeper_id is not None:
        work.load(user.KIND, command.timekeeper_id)
    event = TimeCostSet(
        cost_id=work.new_id(),
        timekeeper_id=command.timekeeper_id,
        effective_from=command.effective_from,
        hour_minor=command.hour_minor,
    )
    check_changes(work.find(time_costs.KIND, time_costs.STREAM) or (), event)
    work.record(time_costs.KIND, time_costs.STREAM, event)
    return {"cost_id": str(event.cost_id)}
