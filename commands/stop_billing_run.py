"""Stop a billing run: what is not drafted yet stays in progress."""

from uuid import UUID

from aggregates import billing_run
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class StopBillingRun(Command):
    """Stop a run, until it is resumed; drafts that were made stay."""

    run_id: UUID
    why: Words


def handle(command: StopBillingRun, work: Work) -> Result:
    """Raises NotFound, WrongState where it is over."""
    work.record(billing_run.KIND, command.run_id, work.load(billing_run.KIND, command.run_id).stop(command.why))
    return {"run_id": str(command.run_id)}
