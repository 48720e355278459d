"""Record that a client disputes part of a bill; that part stays in trust."""

from uuid import UUID

from aggregates import billing_reference
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.work import Command, Work


class DisputeBill(Command):
    """Record that a client disputes part of a bill; that part stays in trust."""

    billing_reference_id: UUID
    amount_minor: Minor
    why: Words


def handle(command: DisputeBill, work: Work) -> Result:
    """Raises NotFound, BadRequest."""
    event = work.load(billing_reference.KIND, command.billing_reference_id).dispute(
        command.amount_minor, command.why, on=work.today
    )
    work.record(billing_reference.KIND, command.billing_reference_id, event)
    return {"billing_reference_id": str(command.billing_reference_id)}
