"""Something that happened and must be put right: a fact that broke a rule, with a due day and a cure.

Facts are never refused (T8, T16): a returned deposit, a charge without a reserve, a bank error. They open an exception.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from aggregates.errors import WrongState
from aggregates.event import AccountEvent, Event, MoneyEvent, Words
from aggregates.stream import Kind


class ExceptionCause(StrEnum):
    """What opened it."""

    LEDGER_OVERDRAWN = "ledger_overdrawn"
    RESERVE_SHORT = "reserve_short"
    BANK_ERROR = "bank_error"
    PRESENTED_UNFUNDED = "presented_against_insufficient_funds"
    RETURNED_DEPOSIT = "returned_deposit"
    UNEXPLAINED_LINE = "unexplained_statement_line"


class TrustExceptionOpened(MoneyEvent, AccountEvent):
    """It came to light; to be cured by `due_on`. `amount_minor` is signed: what the bank must still correct, or is short."""

    TOPIC: ClassVar[str] = "trust-exception/opened"

    exception_id: UUID
    cause: ExceptionCause
    ledger_id: UUID | None
    entry_id: UUID | None
    line_id: UUID | None
    amount_minor: int
    due_on: date
    evidence: Words


class TrustExceptionCured(MoneyEvent, AccountEvent):
    """It was put right, and how."""

    TOPIC: ClassVar[str] = "trust-exception/cured"

    how: Words
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class TrustException:
    """State after its events."""

    opened: TrustExceptionOpened
    cured_on: date | None = None

    def cure(self, *, on: date, how: str, entry_id: UUID | None) -> TrustExceptionCured:
        """Raises WrongState when it is cured already."""
        if self.cured_on is not None:
            raise WrongState(f"this exception was cured on {self.cured_on}", cured_on=self.cured_on)
        return TrustExceptionCured(
            trust_account_id=self.opened.trust_account_id, effective_date=on, how=how, entry_id=entry_id
        )


def evolve(exception: TrustException | None, event: Event) -> TrustException:
    """The state one event later."""
    match event:
        case TrustExceptionOpened():
            assert exception is None, "opened twice"
            return TrustException(event)
        case TrustExceptionCured():
            assert exception is not None, "cured before it was opened"
            return replace(exception, cured_on=event.effective_date)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a trust exception")


KIND = Kind("trust-exception", evolve)
EVENTS: tuple[type[Event], ...] = (TrustExceptionOpened, TrustExceptionCured)
