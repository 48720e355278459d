"""A trust bank account: pooled (IOLTA) or for one client, and the periods of it that were signed off.

The rule this module exists for: nothing is posted into a period whose reconciliation is signed (T12). A signed period is
an event on this stream, and every posting guards this stream, so that a signature in between refuses the posting.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from aggregates.errors import AlreadyExists, BadRequest
from aggregates.event import AccountEvent, Currency, Event, Words
from aggregates.stream import Kind
from aggregates.trust_rules import PeriodSigned


class TrustAccountOpened(AccountEvent):
    """An account was opened, or taken over with its last reconciled balance."""

    TOPIC: ClassVar[str] = "trust-account/opened"

    name: Words
    bank: Words
    account_number: Words
    ownership: Literal["pooled", "individual"]
    client_id: UUID | None
    currency: Currency
    opened_on: date
    statement_balance_minor: int
    """The bank's balance before the first statement that is imported."""


class PeriodSealed(AccountEvent):
    """A reconciliation was signed: the books up to `period_end` stand."""

    TOPIC: ClassVar[str] = "trust-account/period-sealed"

    reconciliation_id: UUID
    period_end: date


class PeriodUnsealed(AccountEvent):
    """A signed reconciliation was reopened; `period_end` is the last day that stays sealed, None for none."""

    TOPIC: ClassVar[str] = "trust-account/period-unsealed"

    reconciliation_id: UUID
    period_end: date | None


@dataclass(frozen=True, slots=True)
class TrustAccount:
    """State after its events. `seals` are signed periods, oldest first."""

    id: UUID
    name: str
    account_number: str
    ownership: str
    client_id: UUID | None
    currency: str
    opened_on: date
    statement_balance_minor: int
    seals: tuple[tuple[date, UUID], ...] = ()

    @property
    def sealed_to(self) -> date | None:
        """The last day of the newest signed period."""
        return self.seals[-1][0] if self.seals else None

    def check_postable(self, on: date, today: date) -> None:
        """Raises PeriodSigned (T12), BadRequest for a day before the account or after today."""
        if self.sealed_to is not None and on <= self.sealed_to:
            raise PeriodSigned(
                f"{self.name} is reconciled and signed to {self.sealed_to}; date the entry after that day and refer to "
                f"the old one, or have the reconciliation reopened",
                effective_date=on,
                signed_to=self.sealed_to,
            )
        if on < self.opened_on:
            raise BadRequest(f"{self.name} was opened on {self.opened_on}; {on} is before that", effective_date=on)
        if on > today:
            raise BadRequest(f"{on} is in the future; today is {today}", effective_date=on)

    def seal(self, reconciliation_id: UUID, period_end: date) -> PeriodSealed:
        """Raises AlreadyExists when the books are signed to that day already."""
        if self.sealed_to is not None and period_end <= self.sealed_to:
            raise AlreadyExists(f"{self.name} is signed to {self.sealed_to} already", signed_to=self.sealed_to)
        return PeriodSealed(trust_account_id=self.id, reconciliation_id=reconciliation_id, period_end=period_end)

    def unseal(self, reconciliation_id: UUID) -> PeriodUnsealed:
        """Only the newest signed period can be reopened. Raises BadRequest."""
        if not self.seals or self.seals[-1][1] != reconciliation_id:
            raise BadRequest("only the newest signed reconciliation of an account can be reopened")
        before = self.seals[-2][0] if len(self.seals) > 1 else None
        return PeriodUnsealed(trust_account_id=self.id, reconciliation_id=reconciliation_id, period_end=before)


def evolve(account: TrustAccount | None, event: Event) -> TrustAccount:
    """The state one event later."""
    match event:
        case TrustAccountOpened():
            assert account is None, "opened twice"
            return TrustAccount(
                event.trust_account_id,
                event.name,
                event.account_number,
                event.ownership,
                event.client_id,
                event.currency,
                event.opened_on,
                event.statement_balance_minor,
            )
        case PeriodSealed():
            assert account is not None, "sealed before it was opened"
            return replace(account, seals=(*account.seals, (event.period_end, event.reconciliation_id)))
        case PeriodUnsealed():
            assert account is not None, "unsealed before it was opened"
            return replace(account, seals=account.seals[:-1])
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a trust account")


KIND = Kind("trust-account", evolve)
EVENTS: tuple[type[Event], ...] = (TrustAccountOpened, PeriodSealed, PeriodUnsealed)
