"""Set what an hour costs, from a day on: for a matter, a client, a timekeeper, a task or a classification."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_rates, contact, matter, user, utbms
from aggregates.billing_rates import BillingRateSet, HourlyRate, Subject, rule_of
from commands.dispatch import Result
from commands.work import Command, Work


class SetBillingRate(Command):
    """Set a rate for an hour. What was recorded before keeps the rate it has, until it is rerated."""

    matter_id: UUID | None = None
    client_id: UUID | None = None
    timekeeper_id: UUID | None = None
    classification: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    task_code: Annotated[str, Field(max_length=20)] | None = None
    effective_from: date
    rate_minor: HourlyRate


def handle(command: SetBillingRate, work: Work) -> Result:
    """Returns the rate's id and its rule. Raises NotFound, BadRequest for what no rate can be for."""
    subject = Subject(command.matter_id, command.client_id, command.timekeeper_id, command.classification, command.task_code)
    rule = rule_of(subject)
    if command.matter_id is not None:
        work.load(matter.KIND, command.matter_id)
    if command.client_id is not None:
        work.load(contact.KIND, command.client_id)
    if command.timekeeper_id is not None:
        work.load(user.KIND, command.timekeeper_id)
    if command.task_code is not None:
        utbms.task(command.task_code)
    rate_id = work.new_id()
    event = BillingRateSet(
        rate_id=rate_id, **subject._asdict(), effective_from=command.effective_from, rate_minor=command.rate_minor
    )
    work.record(billing_rates.KIND, billing_rates.STREAM, event)
    return {"rate_id": str(rate_id), "rule": rule}
