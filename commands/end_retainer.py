"""End a retainer: no more of it is to come in."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import fee_retainer
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class EndRetainer(Command):
    """What came in stays where it is."""

    retainer_id: UUID
    why: Annotated[Words, Field(min_length=3)]


def handle(command: EndRetainer, work: Work) -> Result:
    """Raises NotFound, WrongState where it ended."""
    work.record(fee_retainer.KIND, command.retainer_id, work.load(fee_retainer.KIND, command.retainer_id).end(command.why))
    return {"retainer_id": str(command.retainer_id)}
