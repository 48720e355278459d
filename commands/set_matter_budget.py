"""Set what a matter may cost its client, and at which shares of it a notice is raised."""

from uuid import UUID

from aggregates import matter, matter_budget
from aggregates.event import Minor
from aggregates.matter_budget import Budget, BudgetedSeconds, MatterBudget, NoticePercents
from commands.dispatch import Result
from commands.work import Command, Work


class SetMatterBudget(Command):
    """Set a matter's budget in place of the one before; without one, the matter has none."""

    matter_id: UUID
    fees_minor: Minor | None = None
    costs_minor: Minor | None = None
    seconds: BudgetedSeconds | None = None
    notices_at_percent: NoticePercents = (80, 100)


def handle(command: SetMatterBudget, work: Work) -> Result:
    """Raises NotFound, BadRequest."""
    work.load(matter.KIND, command.matter_id)
    stream = matter_budget.stream_of(command.matter_id)
    known = work.find(matter_budget.KIND, stream) or MatterBudget()
    bounds = (command.fees_minor, command.costs_minor, command.seconds)
    after = None if bounds == (None, None, None) else Budget.model_validate(command.model_dump(exclude={"matter_id"}))
    work.record(matter_budget.KIND, stream, known.change(command.matter_id, after))
    return {"matter_id": str(command.matter_id)}
