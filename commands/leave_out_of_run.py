"""Leave a matter out of a billing run, with the refusal that its draft met."""

from uuid import UUID

from aggregates import billing_run
from aggregates.billing_run import RunLeftOut
from aggregates.event import Words
from commands.client_bill_work import join_of_run
from commands.dispatch import Result
from commands.work import Command, Work


class LeaveOutOfRun(Command):
    """Put on record why a matter was not drafted."""

    run_id: UUID
    matter_id: UUID
    code: Words
    sentence: Words


def handle(command: LeaveOutOfRun, work: Work) -> Result:
    """Raises WrongState where the run is done with the matter."""
    work.load(billing_run.KIND, command.run_id).check_waiting(command.matter_id)
    left = RunLeftOut(matter_id=command.matter_id, code=command.code, sentence=command.sentence)
    work.record(billing_run.KIND, command.run_id, left)
    told = {"matter_id": str(command.matter_id), "refused": command.code, "detail": command.sentence}
    return {**told, **join_of_run(work, command.run_id, command.matter_id)}
