"""Agree who is credited with fees when they are collected: for the firm, for a person, or for a matter."""

from datetime import date
from uuid import UUID

from aggregates import fee_shares, matter, user
from aggregates.fee_shares import FeeSharesAgreed, Originators, check_agreement
from commands.cost_work import Percent, percent_millionths
from commands.dispatch import Result
from commands.work import Command, Work


class AgreeFeeShares(Command):
    """Agree the shares of who originated, who is responsible and who worked, in fees collected from a day on."""

    matter_id: UUID | None = None
    timekeeper_id: UUID | None = None
    binds_from: date
    originating_percent: Percent = "0"
    responsible_percent: Percent = "0"
    working_percent: Percent = "100"
    originators: Originators = ()


def handle(command: AgreeFeeShares, work: Work) -> Result:
    """Returns the agreement's id. Raises NotFound, BadRequest."""
    if command.matter_id is not None:
        work.load(matter.KIND, command.matter_id)
    for user_id in (*command.originators, *((command.timekeeper_id,) if command.timekeeper_id is not None else ())):
        work.load(user.KIND, user_id)
    event = FeeSharesAgreed(
        share_id=work.new_id(),
        matter_id=command.matter_id,
        timekeeper_id=command.timekeeper_id,
        binds_from=command.binds_from,
        originating_millionths=percent_millionths(command.originating_percent),
        responsible_millionths=percent_millionths(command.responsible_percent),
        working_millionths=percent_millionths(command.working_percent),
        originators=command.originators,
    )
    check_agreement(work.find(fee_shares.KIND, fee_shares.STREAM) or (), event)
    work.record(fee_shares.KIND, fee_shares.STREAM, event)
    return {"share_id": str(event.share_id)}
