"""Record that the client signed a settlement statement: fee and costs may be drawn against it (T7)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import billing_reference, matter_cost, settlement
from aggregates.billing_reference import BillingReferenceRecorded
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Words
from aggregates.settlement import SettlementSigned
from commands import billables
from commands.dispatch import Result
from commands.time_work import check_day
from commands.work import Command, Work


class SignSettlement(Command):
    """The client signed; `number` is what the document is filed under."""

    settlement_id: UUID
    number: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    signed_on: date
    authority: Words


def handle(command: SignSettlement, work: Work) -> Result:
    """Returns what may be drawn against; costs of the matter that stand in it are billed by it.

    Raises NotFound, WrongState, BadRequest, AlreadyExists for a number in use.
    """
    check_day(work, command.signed_on)
    state = work.load(settlement.KIND, command.settlement_id)
    state.check_stated()
    if command.signed_on < state.stated.effective_date:
        raise BadRequest(f"{command.signed_on} is before {state.stated.effective_date}, when it was drawn up")
    reference_id = None
    if state.to_the_firm_minor:
        reference_id = billing_reference.number_stream(command.number)
        if work.find(billing_reference.KIND, reference_id) is not None:
            raise AlreadyExists(f"{command.number} is recorded already", billing_reference_id=reference_id)
        recorded = BillingReferenceRecorded(
            effective_date=command.signed_on,
            billing_reference_id=reference_id,
            document="signed_authority",
            number=command.number,
            client_id=state.stated.client_id,
            matter_id=state.stated.matter_id,
            amount_minor=state.to_the_firm_minor,
            notice_given_on=command.signed_on,
            notice_evidence=command.authority,
        )
        work.record(billing_reference.KIND, reference_id, recorded)
    signed = SettlementSigned(
        effective_date=command.signed_on,
        authority=command.authority,
        billing_reference_id=reference_id,
        fee_minor=state.fee_minor,
        cost_minor=state.cost_minor,
    )
    work.record(settlement.KIND, command.settlement_id, signed)
    for cost_id in state.stated.cost_ids:
        value_minor = work.load(matter_cost.KIND, cost_id).cost.value_minor
        billables.bill(work, cost_id, command.settlement_id, value_minor, on=command.signed_on)
    return {
        "settlement_id": str(command.settlement_id),
        "billing_reference_id": str(reference_id) if reference_id is not None else None,
        "to_the_firm_minor": state.to_the_firm_minor,
    }
