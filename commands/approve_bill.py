"""Approve a draft: the responsible attorney's say, or a partner's where a matter has none."""

from uuid import UUID

from aggregates import bill, matter
from aggregates.bill import Bill
from aggregates.errors import NotAllowed
from aggregates.permissions import Role
from commands import fee_caps
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class ApproveBill(Command):
    """Approve a draft as it stands."""

    bill_id: UUID


def handle(command: ApproveBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest, FeesOverCap, NotAllowed for anybody but the responsible
    attorney.
    """
    return shown(approve(work, work.load(bill.KIND, command.bill_id)))


def approve(work: Work, draft: Bill) -> Bill:
    """Approve a draft. Raises WrongState, BadRequest, FeesOverCap, NotAllowed."""
    responsible = work.load(matter.KIND, draft.drafted.matter_id).details["responsible_attorney_id"]
    if responsible is not None and str(responsible) != str(work.user_id):
        raise NotAllowed("the matter's responsible attorney approves its bills", responsible_attorney_id=str(responsible))
    if responsible is None and work.actor.role != Role.PARTNER:
        raise NotAllowed("the matter has no responsible attorney; a partner approves its bills")
    fee_caps.check(work, draft)
    return work.record(bill.KIND, draft.drafted.bill_id, draft.approve(work.user_id))
