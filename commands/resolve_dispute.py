"""Record that the dispute over a bill ended; what was billed stands, and may be drawn."""

from uuid import UUID

from aggregates import billing_reference
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class ResolveDispute(Command):
    """Record that the dispute over a bill ended, and how."""

    billing_reference_id: UUID
    how: Words


def handle(command: ResolveDispute, work: Work) -> Result:
    """Returns what may be drawn now. Raises NotFound, WrongState when nothing is disputed."""
    bill = work.load(billing_reference.KIND, command.billing_reference_id)
    after = work.record(billing_reference.KIND, command.billing_reference_id, bill.resolve(command.how, on=work.today))
    return {"billing_reference_id": str(command.billing_reference_id), "open_minor": after.open_minor}
