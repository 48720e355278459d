"""Record that the dispute over a bill ended: what the settlement took off is no longer owed, the rest may be drawn."""

from uuid import UUID

from aggregates import billing_reference
from aggregates.event import Minor, Words
from commands.bill_work import credit
from commands.dispatch import Result
from commands.work import Command, Work


class ResolveDispute(Command):
    """Record that the dispute over a bill ended, and how. With `reduce_by_minor` it was settled for the client, by that
    much: the bill is lowered, and what was paid of that already is to be given back.
    """

    billing_reference_id: UUID
    how: Words
    reduce_by_minor: Minor | None = None


def handle(command: ResolveDispute, work: Work) -> Result:
    """Returns what may be drawn now, and what is to be given back.

    Raises NotFound, WrongState when nothing is disputed, BadRequest for lowering the bill by more than was.
    """
    bill = work.load(billing_reference.KIND, command.billing_reference_id)
    event = bill.resolve(command.how, on=work.today, reduce_by_minor=command.reduce_by_minor or 0)
    after = work.record(billing_reference.KIND, command.billing_reference_id, event)
    unpaid = min(command.reduce_by_minor or 0, max(bill.unpaid_minor, 0))
    if after.bill_id is not None and unpaid:
        credit(work, after.bill_id, unpaid, command.how, on=work.today)
    return {
        "billing_reference_id": str(command.billing_reference_id),
        "open_minor": after.open_minor,
        "owed_back_minor": after.owed_back_minor,
    }
