"""Say what a timekeeper is from a day on: partner, associate, paralegal."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_rates, user
from aggregates.billing_rates import TimekeeperClassified
from commands.dispatch import Result
from commands.work import Command, Work


class ClassifyTimekeeper(Command):
    """Say what a timekeeper is from a day on; rates may go by it."""

    timekeeper_id: UUID
    classification: Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]
    effective_from: date


def handle(command: ClassifyTimekeeper, work: Work) -> Result:
    """Raises NotFound."""
    work.load(user.KIND, command.timekeeper_id)
    event = TimekeeperClassified(
        timekeeper_id=command.timekeeper_id, classification=command.classification, effective_from=command.effective_from
    )
    work.record(billing_rates.KIND, billing_rates.STREAM, event)
    return {"timekeeper_id": str(command.timekeeper_id), "classification": command.classification}
