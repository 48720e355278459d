"""Agree who pays the bills of a matter, each by a percentage."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill_shares, contact
from aggregates.bill_shares import PayerPortion
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands.cost_work import Percent, percent_millionths
from commands.dispatch import Result
from commands.time_work import open_matter
from commands.work import Command, Work


class Payer(Command):
    """A contact, and the part of each bill they pay."""

    payer_id: UUID
    percent: Percent


class AgreeSplitPayers(Command):
    """Agree the payers of bills finalized from now on, in place of any before; with nobody named, the client pays alone.

    They come to 100 %. Cents that are left over fall by largest remainder, of equal ones to the payer named first.
    """

    matter_id: UUID
    payers: Annotated[tuple[Payer, ...], Field(max_length=20)]
    residue_payer_id: UUID | None = None
    """Who pays the cent that is left over; where nobody is named, the first of them."""
    authority: Words


def handle(command: AgreeSplitPayers, work: Work) -> Result:
    """Raises NotFound, WrongState for a closed matter, BadRequest."""
    client_id = open_matter(work, command.matter_id).opened.client_id
    for one in command.payers:
        work.load(contact.KIND, one.payer_id).check_live()
    portions = [_portion(one) for one in command.payers]
    residue = command.residue_payer_id or (portions[0].payer_id if portions else None)
    event = bill_shares.agree(
        matter_id=command.matter_id,
        client_id=client_id,
        portions=portions,
        residue_payer_id=residue,
        authority=command.authority,
    )
    work.record(bill_shares.KIND, bill_shares.stream_of(command.matter_id), event)
    return {"matter_id": str(command.matter_id), "payers": len(portions)}


def _portion(one: Payer) -> PayerPortion:
    millionths = percent_millionths(one.percent)
    if millionths in {0, percent_millionths("100")}:
        raise BadRequest(f"{one.percent} % is no part of a bill; a payer pays more than nothing and less than all")
    return PayerPortion(payer_id=one.payer_id, millionths=millionths)
