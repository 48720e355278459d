"""Start a billing run over matters that were chosen."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_run
from aggregates.billing_run import MOST_MATTERS, BillingRunStarted
from commands.dispatch import Result
from commands.work import Command, Work


class StartBillingRun(Command):
    """Bill these matters for their work through a day."""

    through: date
    matter_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MATTERS)]


def handle(command: StartBillingRun, work: Work) -> Result:
    """Returns the run's id."""
    run_id = work.new_id()
    matter_ids = tuple(dict.fromkeys(command.matter_ids))
    started = BillingRunStarted(run_id=run_id, through=command.through, matter_ids=matter_ids)
    work.record(billing_run.KIND, run_id, started)
    return {"run_id": str(run_id), "matters": len(matter_ids)}
