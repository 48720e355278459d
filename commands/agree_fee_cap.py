"""Agree a cap on the fees of a matter: no bill charges more, unless the cap is raised."""

from uuid import UUID

from aggregates import fee_cap
from aggregates.event import Minor, Words
from aggregates.fee_cap import BilledBefore
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeFeeCap(Command):
    """Agree the most that the fees of a matter come to, before tax.

    Fees that were billed before the agreement count only as far as `billed_before_minor` says.
    """

    matter_id: UUID
    cap_minor: Minor
    billed_before_minor: BilledBefore = 0
    authority: Words


def handle(command: AgreeFeeCap, work: Work) -> Result:
    """Returns what may still be billed. Raises NotFound, WrongState for a closed matter or one with a cap, BadRequest."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    stream = fee_cap.stream_of(command.matter_id)
    event = fee_cap.agree(
        work.find(fee_cap.KIND, stream),
        matter_id=command.matter_id,
        client_id=client_id,
        cap_minor=command.cap_minor,
        billed_before_minor=command.billed_before_minor,
        authority=command.authority,
    )
    state = work.record(fee_cap.KIND, stream, event)
    return {"matter_id": str(command.matter_id), "cap_minor": state.cap_minor, "room_minor": state.room_minor}
