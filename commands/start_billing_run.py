"""Start a billing run over matters that were chosen."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_run
from aggregates.billing_run import MOST_MATTERS, BillingRunStarted
from aggregates.errors import BadRequest
from commands.dispatch import Result
from commands.work import Command, Work


class StartBillingRun(Command):
    """Bill these matters for their work through a day; those that stand `together`, so many of each client, on one bill."""

    LONG = True

    through: date
    matter_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MATTERS)]
    together: tuple[Annotated[int, Field(ge=1)], ...] = ()


def handle(command: StartBillingRun, work: Work) -> Result:
    """Returns the run's id. Raises BadRequest where those together are not all the matters, each once."""
    run_id = work.new_id()
    matter_ids = tuple(dict.fromkeys(command.matter_ids))
    if command.together and sum(command.together) != len(matter_ids):
        raise BadRequest("what stands together is not every matter of the run, once")
    started = BillingRunStarted(run_id=run_id, through=command.through, matter_ids=matter_ids, together=command.together)
    work.record(billing_run.KIND, run_id, started)
    return {"run_id": str(run_id), "matters": len(matter_ids)}
