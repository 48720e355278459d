"""Record that an issued client bill went to the client."""

from typing import Literal
from uuid import UUID

from aggregates import bill, client_bill
from aggregates.bill_events import BillSent
from aggregates.event import Personal, Words
from commands.client_bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class SendClientBill(Command):
    """Record how, and to whom, it went; so went every part."""

    client_bill_id: UUID
    by: Literal["email", "post", "portal", "by_hand"]
    to: Words | None = None


def handle(command: SendClientBill, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState where it was not issued."""
    state = work.load(client_bill.KIND, command.client_bill_id)
    issued = state.check_issued()
    to = Personal(subject_id=issued.client_id, text=command.to) if command.to is not None else None
    for bill_id in state.bill_ids:
        work.record(bill.KIND, bill_id, BillSent(how=command.by, to=to))
    return shown(work, command.client_bill_id)
