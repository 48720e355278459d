"""Establish the firm: its jurisdiction, currency, time zone and fiscal year."""

import zoneinfo
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import firm
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Currency, Words
from aggregates.jurisdictions import pack_of
from commands.dispatch import Result
from commands.work import Command, Work


class EstablishFirm(Command):
    """Establish the firm."""

    firm_id: UUID
    name: Words
    jurisdiction: str
    base_currency: Currency
    time_zone: str
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    matter_number_pattern: str = "{yyyy}-{seq:04}"


def handle(command: EstablishFirm, work: Work) -> Result:
    """Raises AlreadyExists, NotFound for an unknown jurisdiction, BadRequest for a wrong zone, pattern or currency."""
    if work.find(firm.KIND, firm.STREAM) is not None:
        raise AlreadyExists("the firm is established already")
    work.record(firm.KIND, firm.STREAM, established(command))
    return {"firm_id": str(command.firm_id)}


def established(command: EstablishFirm) -> firm.FirmEstablished:
    """The fact it leads to. Raises NotFound for an unknown jurisdiction, BadRequest."""
    if command.time_zone not in zoneinfo.available_timezones():
        raise BadRequest(f"{command.time_zone!r} is not a time zone of the IANA database, such as America/New_York")
    pack = pack_of(command.jurisdiction)
    if command.base_currency != pack.currency:
        raise BadRequest(
            f"{pack.name} keeps client money in {pack.currency}, and its figures are in it; not in {command.base_currency}"
        )
    return firm.FirmEstablished(
        firm_id=command.firm_id,
        name=command.name,
        jurisdiction=pack.code,
        pack_version=pack.version,
        base_currency=command.base_currency,
        time_zone=command.time_zone,
        fiscal_year_start_month=command.fiscal_year_start_month,
        matter_number_pattern=firm.check_pattern(command.matter_number_pattern),
    )
