"""Agree a blended rate for a matter: one hourly rate for all who work on it."""

from datetime import date
from uuid import UUID

from aggregates import billing_rates
from aggregates.billing_rates import HourlyRate
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import open_matter, rates
from commands.work import Command, Work


class AgreeBlendedRate(Command):
    """Agree what anybody's hour on the matter costs from a day on; leave out the rate to end it on that day.

    Time recorded before keeps the rate it has, until it is rerated.
    """

    matter_id: UUID
    effective_from: date
    rate_minor: HourlyRate | None = None
    authority: Words


def handle(command: AgreeBlendedRate, work: Work) -> Result:
    """Returns the rate's id. Raises NotFound, WrongState for a closed matter, BadRequest where that counts already."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    event = rates(work).blend(
        work.new_id(), command.matter_id, client_id, command.rate_minor, command.authority, on=command.effective_from
    )
    work.record(billing_rates.KIND, billing_rates.STREAM, event)
    return {"rate_id": str(event.rate_id), "rate_minor": command.rate_minor}
