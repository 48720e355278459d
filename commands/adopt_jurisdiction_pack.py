"""Let a newer pack, or that of another jurisdiction, bind the firm from a day on; never for what was done before (T16)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from aggregates import firm
from aggregates.event import Words
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work


class AdoptJurisdictionPack(Command):
    """Let a jurisdiction pack bind the firm from a day on, today or later. No version means the newest."""

    jurisdiction: str
    pack_version: Annotated[int, Field(ge=1)] | None = None
    binds_from: date
    why: Words


def handle(command: AdoptJurisdictionPack, work: Work) -> Result:
    """Raises RuleRelaxed (T16), NotFound for an unknown pack, BadRequest."""
    event = the_firm(work).adopt(
        command.jurisdiction, command.pack_version, on=command.binds_from, today=work.today, why=command.why
    )
    work.record(firm.KIND, firm.STREAM, event)
    return {
        "jurisdiction": event.jurisdiction,
        "pack_version": event.pack_version,
        "binds_from": str(event.binds_from),
    }
