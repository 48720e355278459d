"""Take back that a flat fee was earned, before it stands on a bill."""

from uuid import UUID

from aggregates import flat_fee
from aggregates.event import Words
from commands.dispatch import Result
from commands.work import Command, Work


class UnearnFlatFee(Command):
    """Take back that a flat fee was earned, before it stands on a bill."""

    fee_id: UUID
    why: Words


def handle(command: UnearnFlatFee, work: Work) -> Result:
    """Raises NotFound, WrongState."""
    work.record(flat_fee.KIND, command.fee_id, work.load(flat_fee.KIND, command.fee_id).unearn(command.why))
    return {"fee_id": str(command.fee_id)}
