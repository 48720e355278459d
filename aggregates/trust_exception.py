"""Something that happened and must be put right: a fact that broke a rule, with a due day and a cure.

Facts are never refused (T8, T16): a returned deposit, a charge without a reserve, a bank error. They open an exception.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from aggregates.errors import BadRequest, WrongState
from aggregates.event import AccountEvent, Event, MoneyEvent, Words
from aggregates.stream import Kind
from aggregates.trust_rules import money


class ExceptionCause(StrEnum):
    """What opened it."""

    LEDGER_OVERDRAWN = "ledger_overdrawn"
    RESERVE_SHORT = "reserve_short"
    BANK_ERROR = "bank_error"
    PRESENTED_UNFUNDED = "presented_against_insufficient_funds"
    RETURNED_DEPOSIT = "returned_deposit"
    UNEXPLAINED_LINE = "unexplained_statement_line"
    CARD_FEE_KEPT = "card_fee_kept_from_trust"
    CARD_CHARGEBACK = "card_chargeback_taken_from_trust"
    CARD_REFUND = "card_refund_taken_from_trust"
    FIRM_MONEY_LEFT = "firm_money_left_in_trust"
    """A shortage that the firm had made good turned out to be none."""


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


class BankErrorCorrected(MoneyEvent, AccountEvent):
    """The bank put its error right by this statement line; that cures the exception."""

    TOPIC: ClassVar[str] = "trust-exception/bank-error-corrected"

    line_id: UUID
    amount_minor: int
    evidence: Words


class ExceptionNoted(AccountEvent):
    """Somebody wrote down how it stands: the bank was called, a notice was sent."""

    TOPIC: ClassVar[str] = "trust-exception/noted"

    note: Words


@dataclass(frozen=True, slots=True)
class TrustException:
    """State after its events. `cured_by` is the entry that cured it: the firm made it good, or it turned out to be none."""

    opened: TrustExceptionOpened
    cured_on: date | None = None
    cured_by: UUID | None = None

    def note(self, note: str) -> ExceptionNoted:
        """Cured or not: what comes to light later is noted too."""
        return ExceptionNoted(trust_account_id=self.opened.trust_account_id, note=note)

    def correct(self, line_id: UUID, amount_minor: int, *, on: date, evidence: str) -> BankErrorCorrected:
        """The bank's own line corrects its error, to the cent. Raises WrongState, BadRequest."""
        if self.opened.cause is not ExceptionCause.BANK_ERROR:
            raise BadRequest("only an error of the bank is corrected by the bank; anything else is cured by the firm")
        self._check_open()
        if amount_minor != self.opened.amount_minor:
            raise BadRequest(
                f"the bank must correct {money(self.opened.amount_minor)}; this line is {money(amount_minor)}",
                error_minor=self.opened.amount_minor,
                line_minor=amount_minor,
            )
        if on < self.opened.effective_date:
            raise BadRequest(f"the error is of {self.opened.effective_date}; it cannot be corrected on {on}")
        return BankErrorCorrected(
            trust_account_id=self.opened.trust_account_id,
            effective_date=on,
            line_id=line_id,
            amount_minor=amount_minor,
            evidence=evidence,
        )

    def cure(self, *, on: date, how: str, entry_id: UUID | None) -> TrustExceptionCured:
        """Raises WrongState when it is cured already, BadRequest for a day before it came to light."""
        self._check_open()
        if on < self.opened.effective_date:
            raise BadRequest(f"the exception is of {self.opened.effective_date}; it cannot be cured on {on}")
        return TrustExceptionCured(
            trust_account_id=self.opened.trust_account_id, effective_date=on, how=how, entry_id=entry_id
        )

    def _check_open(self) -> None:
        if self.cured_on is not None:
            raise WrongState(f"this exception was cured on {self.cured_on}", cured_on=self.cured_on)


def evolve(exception: TrustException | None, event: Event) -> TrustException:
    """The state one event later."""
    match event:
        case TrustExceptionOpened():
            assert exception is None, "opened twice"
            return TrustException(event)
        case TrustExceptionCured() | BankErrorCorrected():
            assert exception is not None, "cured before it was opened"
            entry_id = event.entry_id if isinstance(event, TrustExceptionCured) else None
            return replace(exception, cured_on=event.effective_date, cured_by=entry_id)
        case ExceptionNoted():
            assert exception is not None, "noted before it was opened"
            return exception
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a trust exception")


KIND = Kind("trust-exception", evolve)
EVENTS: tuple[type[Event], ...] = (TrustExceptionOpened, TrustExceptionCured, BankErrorCorrected, ExceptionNoted)
