"""Finalize a client bill: it gets the firm's next number, and each matter's part is issued under it."""

from datetime import date
from uuid import UUID

from aggregates import client_bill
from aggregates.errors import WrongState
from commands.bill_issue import DAYS_TO_PAY, day_of_issue, issue, take_number
from commands.client_bill_work import parts_of, shown
from commands.dispatch import Result
from commands.work import Command, Work


class FinalizeClientBill(Command):
    """Finalize it once every part is approved; issued today or on an earlier day, due in 30 days if nothing else is said."""

    client_bill_id: UUID
    issued_on: date | None = None
    due_on: date | None = None


def handle(command: FinalizeClientBill, work: Work) -> Result:
    """Returns the client bill with its number. Raises NotFound, WrongState where a part is not approved, BadRequest,
    FeesOverCap.
    """
    state = work.load(client_bill.KIND, command.client_bill_id)
    state.check_draft()
    drafts = parts_of(work, state)
    if waiting := [str(one.drafted.matter_id) for one in drafts if one.status != "approved"]:
        raise WrongState(f"{len(waiting)} of its matters wait for approval; approve or release them", matter_ids=waiting)
    on = day_of_issue(work, command.issued_on, *drafts)
    due_on = command.due_on or on + DAYS_TO_PAY
    number = take_number(work, command.client_bill_id, on.year).number
    numbers = state.numbers_of_parts(number)
    issued = [issue(work, one, numbers[one.drafted.bill_id], on=on, due_on=due_on) for one in drafts]
    parts = {one.drafted.bill_id: one.totals.total_minor for one in issued}
    work.record(client_bill.KIND, command.client_bill_id, state.finalize(number, parts, on=on, due_on=due_on))
    return {**shown(work, command.client_bill_id), "due_on": str(due_on)}
