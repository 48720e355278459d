"""Amend what a draft says for all its lines: its taxes, its purchase order, its note."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import bill
from aggregates.bill_events import Taxes
from aggregates.bill_terms import BillTerms, terms_of
from aggregates.event import Words
from commands.bill_work import shown
from commands.dispatch import Result
from commands.work import Command, Work


class AmendBill(Command):
    """Change what is given; what is left out stays."""

    bill_id: UUID
    taxes: Taxes | None = None
    purchase_order: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    note: Words | None = None


def handle(command: AmendBill, work: Work) -> Result:
    """Returns the bill. Raises NotFound, WrongState, BadRequest where nothing changes."""
    of = work.load(bill.KIND, command.bill_id)
    terms = terms_of(of.drafted)
    after = BillTerms(
        taxes=command.taxes or terms.taxes,
        purchase_order=command.purchase_order or terms.purchase_order,
        note=command.note or terms.note,
    )
    return shown(work.record(bill.KIND, command.bill_id, of.amend(after)))
