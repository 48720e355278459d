"""End the cap on the fees of a matter: another arrangement was agreed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import fee_cap
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class EndFeeCap(Command):
    """Fees of the matter are capped no longer."""

    matter_id: UUID
    why: Annotated[Words, Field(min_length=3)]


def handle(command: EndFeeCap, work: Work) -> Result:
    """Raises NotFound without a cap, WrongState where it has ended."""
    stream = fee_cap.stream_of(command.matter_id)
    work.record(fee_cap.KIND, stream, work.load(fee_cap.KIND, stream).end(command.why))
    return {"matter_id": str(command.matter_id)}
