"""Record that a client disputes part of a bill: what is unpaid of that stays in trust, what was paid is noted."""

from uuid import UUID

from aggregates import billing_reference
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.work import Command, Work


class DisputeBill(Command):
    """Record that a client disputes part of a bill. What is unpaid of that stays in trust; what was drawn or paid already
    is on record as disputed.
    """

    billing_reference_id: UUID
    amount_minor: Minor
    why: Words


def handle(command: DisputeBill, work: Work) -> Result:
    """Returns what is held and what was paid. Raises NotFound, BadRequest for more than was billed."""
    event = work.load(billing_reference.KIND, command.billing_reference_id).dispute(
        command.amount_minor, command.why, on=work.today
    )
    after = work.record(billing_reference.KIND, command.billing_reference_id, event)
    held = after.held_minor
    return {
        "billing_reference_id": str(command.billing_reference_id),
        "held_minor": held,
        "paid_minor": after.disputed_minor - held,
    }
