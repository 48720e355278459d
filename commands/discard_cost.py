"""Discard a cost that was entered by mistake or twice, before it stands on a bill."""

from uuid import UUID

from aggregates import matter_cost
from aggregates.errors import WrongState
from aggregates.event import Words
from commands.dispatch import Result
from commands.line_work import check_unlinked
from commands.work import Command, Work


class DiscardCost(Command):
    """Discard a cost. One that is part of a payment goes when that is reversed."""

    cost_id: UUID
    why: Words


def handle(command: DiscardCost, work: Work) -> Result:
    """Raises NotFound, WrongState where it stands on a bill, was discarded, or is part of a payment."""
    state = work.load(matter_cost.KIND, command.cost_id)
    if state.of_a_payment:
        raise WrongState("this cost is part of a payment; reverse that, or reopen the line of the statement it came from")
    check_unlinked(work, "cost", state.id)
    work.record(matter_cost.KIND, state.id, state.discard(command.why, on=state.cost.incurred_on))
    return {"cost_id": str(state.id)}
