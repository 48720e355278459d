"""Open a matter for a client, under the next number of the firm's pattern or one of its own."""

from datetime import date
from typing import Literal
from uuid import UUID

from aggregates import contact, matter
from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import Personal, Words
from aggregates.firm import format_number
from commands.attorneys import check_attorney
from commands.contact_matters import join
from commands.dispatch import Result
from commands.trust_books import the_firm
from commands.work import Command, Work

_FIRST_YEAR = 1900


class OpenMatter(Command):
    """Open a matter. Without a number, the firm's pattern gives the next free one."""

    client_id: UUID
    description: Words
    number: Words | None = None
    practice_area: Words | None = None
    responsible_attorney_id: UUID | None = None
    originating_attorney_id: UUID | None = None
    status: Literal["pending", "open"] = "open"
    opened_on: date | None = None


def handle(command: OpenMatter, work: Work) -> Result:
    """Returns the matter's id and number.

    Raises NotFound, AlreadyExists, WrongState, BadRequest for a day that cannot be, and for no attorney.
    """
    opened_on = command.opened_on or work.today
    if opened_on > work.today:
        raise BadRequest(f"{opened_on} is in the future; today is {work.today}")
    if opened_on.year < _FIRST_YEAR:
        raise BadRequest(f"{opened_on} is before {_FIRST_YEAR}: no matter is as old as that")
    work.load(contact.KIND, command.client_id).check_live()
    for attorney_id in (command.responsible_attorney_id, command.originating_attorney_id):
        check_attorney(work, attorney_id)
    matter_id = work.new_id()
    number = (command.number or "").strip() or _next_number(work, opened_on.year)
    if work.find(matter.NUMBER, matter.number_stream(number)) is not None:
        raise AlreadyExists(f"matter number {number} is taken")
    work.record(matter.NUMBER, matter.number_stream(number), matter.MatterNumberTaken(number=number, matter_id=matter_id))
    event = matter.MatterOpened(
        matter_id=matter_id,
        number=number,
        client_id=command.client_id,
        description=Personal(subject_id=command.client_id, text=command.description),
        practice_area=command.practice_area,
        responsible_attorney_id=command.responsible_attorney_id,
        originating_attorney_id=command.originating_attorney_id,
        status=command.status,
        opened_on=opened_on,
    )
    work.record(matter.KIND, matter_id, event)
    join(work, command.client_id, (matter_id,))
    return {"matter_id": str(matter_id), "number": number}


def _next_number(work: Work, year: int) -> str:
    """Doubling, then halving: a firm with 10,000 matters needs some 28 look-ups, not 10,000."""
    pattern = the_firm(work).established.matter_number_pattern

    def taken(sequence: int) -> bool:
        number = format_number(pattern, year, sequence)
        return work.log.load(matter.NUMBER, matter.number_stream(number)).version > 0

    high = 1
    while taken(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return format_number(pattern, year, high)
