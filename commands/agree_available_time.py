"""Agree how much time a timekeeper, or everybody, is there for: what utilization is reckoned by."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import available_time, user
from aggregates.available_time import MOST_SECONDS, AvailableTimeAgreed, Per, check
from commands.dispatch import Result
from commands.work import Command, Work


class AgreeAvailableTime(Command):
    """Agree it from a day on: a timekeeper's, or without one that of all who have none of their own.

    In seconds of each working day, or of a year; without them what was agreed before it for this timekeeper ends.
    """

    timekeeper_id: UUID | None = None
    effective_from: date
    per: Per = "day"
    seconds: Annotated[int, Field(ge=0, le=MOST_SECONDS["year"])] | None = None


def handle(command: AgreeAvailableTime, work: Work) -> Result:
    """Returns its id. Raises NotFound, BadRequest where nothing changes, or for more than a day or year has."""
    if command.timekeeper_id is not None:
        work.load(user.KIND, command.timekeeper_id)
    event = AvailableTimeAgreed(
        available_id=work.new_id(),
        timekeeper_id=command.timekeeper_id,
        effective_from=command.effective_from,
        per=command.per,
        seconds=command.seconds,
    )
    check(work.find(available_time.KIND, available_time.STREAM) or (), event)
    work.record(available_time.KIND, available_time.STREAM, event)
    return {"available_id": str(event.available_id)}
