"""Draft a bill for a matter: a pre-bill to be reviewed, from approved time."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill, matter
from aggregates.bill_events import BillDrafted, Taxes
from aggregates.errors import BadRequest
from aggregates.event import Words
from commands import fee_caps
from commands.bill_work import put_on, shown
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class DraftBill(Command):
    """Draft a bill from these entries of one matter."""

    LONG = True

    matter_id: UUID
    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2_000)]
    from_day: date | None = None
    through: date
    taxes: Taxes = Taxes()
    purchase_order: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    note: Words | None = None


def handle(command: DraftBill, work: Work) -> Result:
    """Returns the draft. Raises NotFound, WrongState for an entry that is not approved or stands on a bill, BadRequest."""
    if command.from_day is not None and command.from_day > command.through:
        raise BadRequest(f"{command.from_day} is after {command.through}")
    of = work.load(matter.KIND, command.matter_id)
    bill_id = work.new_id()
    drafted = BillDrafted(
        bill_id=bill_id,
        client_id=of.opened.client_id,
        matter_id=command.matter_id,
        currency=the_firm(work).established.base_currency,
        from_day=command.from_day,
        through=command.through,
        taxes=command.taxes,
        purchase_order=command.purchase_order,
        note=command.note,
    )
    work.record(bill.KIND, bill_id, drafted)
    put_on(work, bill_id, command.entry_ids)
    fee_caps.write_down(work, bill_id)
    return shown(work.load(bill.KIND, bill_id))
