"""Agree an evergreen retainer: a minimum in trust, and the level to which the client brings it back."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from aggregates import evergreen
from aggregates.event import Minor, Words
from commands.dispatch import Result
from commands.trust_books import ledger_for, record_on
from commands.work import Command, Work


class AgreeEvergreen(Command):
    """Agree it from today on, in place of what was agreed before; without figures it ends.

    When it falls below, the client is asked by e-mail: by a draft that somebody sends, or of itself; and reminded every so
    many days until the money is there. Where work in progress counts, work that is not billed yet is taken off the balance.
    """

    ledger_id: UUID
    minimum_minor: Minor | None = None
    replenish_to_minor: Minor | None = None
    authority: Words
    email: Literal["none", "draft", "automatic"] = "draft"
    remind_every_days: Annotated[int, Field(ge=1, le=365)] | None = None
    counts_work_in_progress: bool = False


def handle(command: AgreeEvergreen, work: Work) -> Result:
    """Returns what the client is asked for, if anything. Raises NoLedger (T10), BadRequest."""
    ledger = ledger_for(work, command.ledger_id, work.today)
    agreed = evergreen.agree(
        ledger,
        command.minimum_minor,
        command.replenish_to_minor,
        command.authority,
        on=work.today,
        email=command.email,
        remind_every_days=command.remind_every_days,
        counts_work_in_progress=command.counts_work_in_progress,
    )
    after = record_on(work, ledger.id, agreed)
    asked = after.request
    return {"ledger_id": str(ledger.id), "asked_minor": asked.amount_minor if asked is not None else None}
