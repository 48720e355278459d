"""Begin a step of a billing run: which matters are drafted next."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_run
from aggregates.billing_run import MOST_MATTERS
from commands.dispatch import Result
from commands.work import Command, Work


class BeginRunStep(Command):
    """Take the next so many matters of the run. Sent again under its key, it takes the same and no others."""

    run_id: UUID
    at_most: Annotated[int, Field(ge=1, le=MOST_MATTERS)]


def handle(command: BeginRunStep, work: Work) -> Result:
    """Returns the matters, and how many are left after them. Raises NotFound, WrongState where the run is over."""
    run = work.load(billing_run.KIND, command.run_id)
    begun = run.begin_step(command.at_most)
    work.record(billing_run.KIND, command.run_id, begun)
    return {"matter_ids": [str(one) for one in begun.matter_ids], "left": len(run.waiting) - len(begun.matter_ids)}
