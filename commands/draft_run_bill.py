"""Draft the bill of one matter of a billing run."""

from uuid import UUID

from aggregates import billing_run
from aggregates.billing_run import RunDrafted
from commands import draft_bill
from commands.client_bill_work import join_of_run
from commands.dispatch import Result
from commands.draft_bill import DraftBill
from commands.work import Command, Work


class DraftRunBill(Command):
    """Draft a matter's bill from these entries."""

    LONG = True

    run_id: UUID
    matter_id: UUID
    entry_ids: tuple[UUID, ...]


def handle(command: DraftRunBill, work: Work) -> Result:
    """Returns the draft. Raises what drafting a bill raises, and WrongState where the run is done with the matter."""
    run = work.load(billing_run.KIND, command.run_id)
    run.check_waiting(command.matter_id)
    draft = DraftBill(matter_id=command.matter_id, entry_ids=command.entry_ids, through=run.started.through)
    told = draft_bill.handle(draft, work)
    drafted = RunDrafted(matter_id=command.matter_id, bill_id=UUID(told["bill_id"]), total_minor=told["total_minor"])
    work.record(billing_run.KIND, command.run_id, drafted)
    return {"matter_id": str(command.matter_id), **told, **join_of_run(work, command.run_id, command.matter_id)}
