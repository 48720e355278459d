"""Record that an issued bill went to the client."""

from typing import Literal
from uuid import UUID

from aggregates import bill
from aggregates.bill_events import BillSent
from aggregates.event import Personal, Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class SendBill(Command):
    """Record how, and to whom, the bill went."""

    bill_id: UUID
    by: Literal["email", "post", "portal", "by_hand"]
    to: Words | None = None


def handle(command: SendBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState where it was not issued."""
    issued = work.load(bill.KIND, command.bill_id).check_issued()
    to = Personal(subject_id=issued.client_id, text=command.to) if command.to is not None else None
    return shown(work.record(bill.KIND, command.bill_id, BillSent(how=command.by, to=to)))
