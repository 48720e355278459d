"""Agree a contingent fee: its share by stage, on the gross or on what is left after costs."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import contingency
from aggregates.contingency import ContingentFeeAgreed, Tier
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeContingentFee(Command):
    """Record the written agreement, in place of any before it (ABA Model Rule 1.5(c))."""

    matter_id: UUID
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=20)]
    fee_on: Literal["gross", "net"]
    authority: Words


def handle(command: AgreeContingentFee, work: Work) -> Result:
    """Raises NotFound, WrongState for a closed matter, BadRequest for a stage that is named twice."""
    open_matter(work, command.matter_id)
    if len({tier.stage for tier in command.tiers}) < len(command.tiers):
        raise BadRequest("a stage is named twice")
    for tier in command.tiers:
        tier.check()
    agreed = ContingentFeeAgreed(
        matter_id=command.matter_id, tiers=command.tiers, fee_on=command.fee_on, authority=command.authority
    )
    work.record(contingency.KIND, contingency.stream_of(command.matter_id), agreed)
    return {"matter_id": str(command.matter_id)}
