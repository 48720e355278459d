"""Count work in progress against an evergreen retainer: the client is asked sooner, before the work is billed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import evergreen
from aggregates.errors import WrongState
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_follow_up
from commands.work import Command, Work


class CountWorkAgainstRetainer(Command):
    """Given by the server now and then, with the work in progress of the ledger's matter, in minor units."""

    ledger_id: UUID
    work_minor: Annotated[int, Field(ge=0, le=10**15)]


def handle(command: CountWorkAgainstRetainer, work: Work) -> Result:
    """Returns what the client is asked for. Raises NoLedger (T10), BadRequest, WrongState where nothing follows of it."""
    ledger = ledger_for(work, command.ledger_id, work.today)
    event = evergreen.count_work(ledger, command.work_minor, work.new_id(), on=work.today)
    if event is None:
        raise WrongState("nothing follows of it: the retainer stands as it was known")
    after = record_follow_up(work, ledger, event)
    return {"asked_minor": after.request.amount_minor if after.request is not None else None}
