"""Resume a billing run that was stopped."""

from uuid import UUID

from aggregates import billing_run
from commands.dispatch import Result
from commands.work import Command, Work


class ResumeBillingRun(Command):
    """Go on with the matters that were not drafted when the run was stopped."""

    run_id: UUID


def handle(command: ResumeBillingRun, work: Work) -> Result:
    """Returns how many are left. Raises NotFound, WrongState where it was not stopped."""
    run = work.load(billing_run.KIND, command.run_id)
    resumed = run.resume()
    work.record(billing_run.KIND, command.run_id, resumed)
    left = len(billing_run.evolve(run, resumed).waiting)
    return {"run_id": str(command.run_id), "left": left}
