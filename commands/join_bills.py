"""Put drafts of several matters of one client together as one client bill."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.client_bill import MOST_MATTERS
from commands.client_bill_work import join, shown
from commands.dispatch import Result
from commands.work import Command, Work


class JoinBills(Command):
    """Put these drafts together, one of each matter, in the order in which they are to stand."""

    bill_ids: Annotated[tuple[UUID, ...], Field(min_length=2, max_length=MOST_MATTERS)]


def handle(command: JoinBills, work: Work) -> Result:
    """Returns the client bill. Raises NotFound, WrongState for a bill that was issued or is of another client bill,
    BadRequest for another client's.
    """
    state = join(work, command.bill_ids)
    return shown(work, state.drafted.client_bill_id)
