"""Agree a subscription for a matter: a fee for every period, and how hours are recorded meanwhile."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import subscription
from aggregates.event import Minor, Personal, Words
from aggregates.subscription import EveryMonths, Hours, Share, SubscriptionAgreed, check_new
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeSubscription(Command):
    """Agree the fee of a period. Time that has a rate of its own is charged beside it, whatever `hours` says."""

    matter_id: UUID
    title: Words
    amount_minor: Minor
    every_months: EveryMonths = 1
    starts_on: date
    periods: Literal["calendar", "from_start"] = "calendar"
    first_period: Share = "prorated"
    hours: Hours = "no_charge"
    authority: Words


def handle(command: AgreeSubscription, work: Work) -> Result:
    """Returns its id and its first period. Raises NotFound, WrongState for a closed matter or one with a subscription."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    stream = subscription.stream_of(command.matter_id)
    check_new(work.find(subscription.KIND, stream), command.starts_on)
    agreed = SubscriptionAgreed(
        subscription_id=work.new_id(),
        matter_id=command.matter_id,
        client_id=client_id,
        title=Personal(subject_id=client_id, text=command.title),
        amount_minor=command.amount_minor,
        every_months=command.every_months,
        starts_on=command.starts_on,
        periods=command.periods,
        first_period=command.first_period,
        hours=command.hours,
        authority=command.authority,
    )
    first = work.record(subscription.KIND, stream, agreed).period(0)
    assert first is not None, "it begins with a period"
    return {
        "subscription_id": str(agreed.subscription_id),
        "first_through": str(first.through),
        "first_minor": first.amount_minor,
    }
