"""Agree a flat fee for a stage of a matter; what is paid towards it stays in trust until it is earned."""

from uuid import UUID

from aggregates import flat_fee
from aggregates.event import Minor, Personal, Words
from aggregates.flat_fee import FlatFeeAgreed
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class AgreeFlatFee(Command):
    """Agree what a stage, or the whole matter, costs."""

    matter_id: UUID
    stage: Words
    amount_minor: Minor
    authority: Words


def handle(command: AgreeFlatFee, work: Work) -> Result:
    """Returns the fee's id. Raises NotFound, WrongState for a closed matter."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    fee_id = work.new_id()
    agreed = FlatFeeAgreed(
        fee_id=fee_id,
        matter_id=command.matter_id,
        client_id=client_id,
        stage=Personal(subject_id=client_id, text=command.stage),
        amount_minor=command.amount_minor,
        authority=command.authority,
    )
    work.record(flat_fee.KIND, fee_id, agreed)
    return {"fee_id": str(fee_id)}
