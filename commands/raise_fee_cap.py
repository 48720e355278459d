"""Raise the cap on the fees of a matter, with the client's word for it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import fee_cap
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.work import Command, Work


class RaiseFeeCap(Command):
    """Say what the cap is from now on, and why: who agreed to more, and where one can see it."""

    matter_id: UUID
    cap_minor: Minor
    why: Annotated[Words, Field(min_length=3)]


def handle(command: RaiseFeeCap, work: Work) -> Result:
    """Returns what may still be billed. Raises NotFound without a cap, WrongState where it ended, BadRequest."""
    stream = fee_cap.stream_of(command.matter_id)
    event = work.load(fee_cap.KIND, stream).raise_to(command.cap_minor, command.why)
    state = work.record(fee_cap.KIND, stream, event)
    return {"matter_id": str(command.matter_id), "cap_minor": state.cap_minor, "room_minor": state.room_minor}
