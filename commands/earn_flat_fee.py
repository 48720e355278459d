"""Say that the stage of a flat fee was reached: it is earned, and may be billed."""

from datetime import date
from uuid import UUID

from aggregates import flat_fee
from aggregates.event import Words
from commands.dispatch import Result
from commands.time_work import check_day, open_matter
from commands.work import Command, Work


class EarnFlatFee(Command):
    """The milestone was reached; the evidence says how one can see it."""

    fee_id: UUID
    earned_on: date
    evidence: Words


def handle(command: EarnFlatFee, work: Work) -> Result:
    """Raises NotFound, WrongState, BadRequest for a day to come."""
    check_day(work, command.earned_on)
    fee = work.load(flat_fee.KIND, command.fee_id)
    open_matter(work, fee.agreed.matter_id)
    work.record(flat_fee.KIND, command.fee_id, fee.earn(command.evidence, on=command.earned_on))
    return {"fee_id": str(command.fee_id), "amount_minor": fee.agreed.amount_minor}
