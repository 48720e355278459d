"""Record that the firm gave back, of its own money, fees that a settled dispute took off a paid bill."""

from datetime import date
from uuid import UUID

from aggregates import billing_reference
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class GiveBackFees(Command):
    """Record what the firm gave back: to the client, or into trust, where it is received as what `makes_good` the fees.
    `how` says which, and by what.
    """

    billing_reference_id: UUID
    amount_minor: Minor
    effective_date: date
    how: Words


def handle(command: GiveBackFees, work: Work) -> Result:
    """Returns what is still to be given back. Raises NotFound, BadRequest for more than that, or for a day to come."""
    check_day(work, command.effective_date)
    event = work.load(billing_reference.KIND, command.billing_reference_id).give_back(
        work.new_id(), command.amount_minor, command.how, on=command.effective_date
    )
    after = work.record(billing_reference.KIND, command.billing_reference_id, event)
    return {"billing_reference_id": str(command.billing_reference_id), "owed_back_minor": after.owed_back_minor}
