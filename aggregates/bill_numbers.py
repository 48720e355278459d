"""The numbers of the firm's bills: by its pattern, one after the other, none left out and none used twice."""

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from aggregates.event import Event, Words
from aggregates.firm import check_pattern, format_number
from aggregates.stream import Kind

FIRST_PATTERN = "{yyyy}-{seq:05}"


class BillNumberingAgreed(Event):
    """From now on bills are numbered by this pattern; the count goes on."""

    TOPIC: ClassVar[str] = "bill-numbers/agreed"

    before: Words
    after: Words


class BillNumberTaken(Event):
    """The next number belongs to a bill, for ever."""

    TOPIC: ClassVar[str] = "bill-numbers/taken"

    number: Words
    sequence: int
    bill_id: UUID


@dataclass(frozen=True, slots=True)
class BillNumbers:
    """The pattern, and how many numbers were taken."""

    pattern: str = FIRST_PATTERN
    taken: int = 0

    def agree(self, pattern: str) -> BillNumberingAgreed:
        """Raises BadRequest for what is no pattern."""
        return BillNumberingAgreed(before=self.pattern, after=check_pattern(pattern))

    def take(self, year: int, bill_id: UUID) -> BillNumberTaken:
        """The number that follows."""
        sequence = self.taken + 1
        return BillNumberTaken(number=format_number(self.pattern, year, sequence), sequence=sequence, bill_id=bill_id)


def evolve(numbers: BillNumbers | None, event: Event) -> BillNumbers:
    """The state one event later."""
    known = numbers or BillNumbers()
    match event:
        case BillNumberingAgreed():
            return replace(known, pattern=event.after)
        case BillNumberTaken():
            assert event.sequence == known.taken + 1, "a bill number was left out"
            return replace(known, taken=event.sequence)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of the bill numbers")


KIND = Kind("bill-numbers", evolve)
STREAM = KIND.stream_id()
EVENTS: tuple[type[Event], ...] = (BillNumberingAgreed, BillNumberTaken)
