"""Agree what stands under the firm's name on its bills, and how a bill is paid; bills that were issued stay as they are."""

from typing import Annotated

from pydantic import Field

from aggregates import firm
from aggregates.firm import Letterhead
from commands.dispatch import Result
from commands.postal_address import Line
from commands.trust_books import the_firm
from commands.work import Command, Work


class AgreeLetterhead(Command):
    """The whole letterhead, in place of the one before: address, telephone, taxpayer number, a line each."""

    lines: Annotated[tuple[Line, ...], Field(max_length=8, examples=[["12 Fayetteville Street", "Raleigh, NC 27601"]])]
    how_to_pay: Annotated[str, Field(min_length=1, max_length=600, pattern=r"\S")] | None = None


def handle(command: AgreeLetterhead, work: Work) -> Result:
    """Raises BadRequest where nothing would change."""
    event = the_firm(work).agree_letterhead(Letterhead(lines=command.lines, how_to_pay=command.how_to_pay))
    work.record(firm.KIND, firm.STREAM, event)
    return {"before": event.before.model_dump(mode="json"), "after": event.after.model_dump(mode="json")}
