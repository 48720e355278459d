"""Approve one's own matters of a client bill: each responsible attorney answers for the work of their matter."""

from uuid import UUID

from aggregates import client_bill
from aggregates.errors import NotAllowed, WrongState
from commands.approve_bill import approve
from commands.client_bill_work import parts_of, shown
from commands.dispatch import Result
from commands.work import Command, Work


class ApproveClientBill(Command):
    """Approve every waiting part that is the asker's to approve. It is finalized once every part is approved."""

    client_bill_id: UUID


def handle(command: ApproveClientBill, work: Work) -> Result:
    """Returns the client bill, whose parts say which still wait. Raises NotFound, WrongState where none waits, BadRequest,
    FeesOverCap, NotAllowed where those that wait are all for others to approve.
    """
    state = work.load(client_bill.KIND, command.client_bill_id)
    state.check_draft()
    waiting = [one for one in parts_of(work, state) if one.status == "draft"]
    if not waiting:
        raise WrongState("every part of this client bill is approved already")
    theirs: NotAllowed | None = None
    approved = 0
    for one in waiting:
        try:
            approve(work, one)
        except NotAllowed as refusal:
            theirs = refusal
        else:
            approved += 1
    if not approved:
        assert theirs is not None, "what waits was approved, or was another's"
        raise theirs
    return shown(work, command.client_bill_id)
