"""Agree with the client what may be charged on top of the costs of a matter."""

from datetime import date
from uuid import UUID

from aggregates import cost_markup
from aggregates.cost_markup import CostMarkupAgreed, check_not_same
from aggregates.event import Words
from commands.cost_work import Percent, markup_of, percent_millionths
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeCostMarkup(Command):
    """Agree a markup on hard and on soft costs incurred from a day on; nothing of both ends it."""

    matter_id: UUID
    binds_from: date
    hard_percent: Percent = "0"
    soft_percent: Percent = "0"
    authority: Words


def handle(command: AgreeCostMarkup, work: Work) -> Result:
    """Raises NotFound, WrongState for a closed matter, BadRequest."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    agreed = CostMarkupAgreed(
        matter_id=command.matter_id,
        client_id=client_id,
        binds_from=command.binds_from,
        hard_millionths=percent_millionths(command.hard_percent),
        soft_millionths=percent_millionths(command.soft_percent),
        authority=command.authority,
    )
    check_not_same(markup_of(work, command.matter_id), agreed)
    work.record(cost_markup.KIND, cost_markup.KIND.stream_id(command.matter_id), agreed)
    return {"matter_id": str(command.matter_id)}
