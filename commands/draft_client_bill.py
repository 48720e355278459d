"""Draft one bill for several matters of a client: a pre-bill for each matter, put together."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.bill_events import Taxes
from aggregates.client_bill import MOST_MATTERS
from aggregates.event import Words
from commands import draft_bill
from commands.client_bill_work import join, shown
from commands.dispatch import Result
from commands.draft_bill import DraftBill
from commands.work import Command, Work


class MatterToBill(Command):
    """A matter, and its entries that go on the bill."""

    matter_id: UUID
    entry_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2_000)]


class DraftClientBill(Command):
    """Draft a client bill from entries of several matters, in the order in which the matters are to stand."""

    LONG = True

    matters: Annotated[tuple[MatterToBill, ...], Field(min_length=2, max_length=MOST_MATTERS)]
    from_day: date | None = None
    through: date
    taxes: Taxes = Taxes()
    purchase_order: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    note: Words | None = None


def handle(command: DraftClientBill, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState for an entry that is not approved or stands on a bill,
    BadRequest.
    """
    terms = command.model_dump(exclude={"matters"})
    drafts = [
        draft_bill.handle(DraftBill(matter_id=one.matter_id, entry_ids=one.entry_ids, **terms), work)
        for one in command.matters
    ]
    state = join(work, [UUID(str(one["bill_id"])) for one in drafts])
    return shown(work, state.drafted.client_bill_id)
