"""End a subscription: no day after is charged for."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import subscription
from aggregates.event import Words
from aggregates.subscription import Share
from commands.dispatch import Result
from commands.work import Command, Work


class EndSubscription(Command):
    """Its last period is charged by its days, or in full."""

    matter_id: UUID
    ends_on: date
    last_period: Share = "prorated"
    why: Annotated[Words, Field(min_length=3)]


def handle(command: EndSubscription, work: Work) -> Result:
    """Raises NotFound, WrongState where it ended, BadRequest for a day before it began or that was charged for."""
    stream = subscription.stream_of(command.matter_id)
    event = work.load(subscription.KIND, stream).end(command.ends_on, command.last_period, command.why)
    work.record(subscription.KIND, stream, event)
    return {"subscription_id": str(event.subscription_id), "ends_on": str(command.ends_on)}
