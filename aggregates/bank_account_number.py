"""The bank's number of a trust account: one account at one bank is kept once, or its statements would count twice."""

from typing import ClassVar
from uuid import UUID

from aggregates.event import Event
from aggregates.stream import Kind
from aggregates.typed_number import as_compared


class BankAccountNumberTaken(Event):
    """A number at a bank belongs to a trust account, for ever."""

    TOPIC: ClassVar[str] = "bank-account-number/taken"

    trust_account: UUID


def _evolve(_: UUID | None, event: Event) -> UUID:
    assert isinstance(event, BankAccountNumberTaken), f"{event.TOPIC} is not of a bank account number"
    return event.trust_account


KIND = Kind("bank-account-number", _evolve)
EVENTS: tuple[type[Event], ...] = (BankAccountNumberTaken,)


def stream_of(bank: str, number: str) -> UUID:
    """The stream of a number at a bank, however they are written: spaces and dashes tell no two numbers apart."""
    plain = "".join(char for char in as_compared(number) if char not in " -")
    return KIND.stream_id(as_compared(bank), plain)
