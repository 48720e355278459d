"""A cheque: one stream per account and number, so that a number stands once per account, for ever (T13).

issued → printed → cleared | void | stale | stopped. What is void, cleared or stopped stays so; a stale cheque can still be
voided or stopped, and the bank may pay it all the same.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from aggregates.errors import WrongState
from aggregates.event import AccountEvent, Event, Minor, MoneyEvent, Words
from aggregates.stream import Kind
from aggregates.trust_rules import ChequeNumberUsed

Ending = Literal["void", "stopped", "stale"]


class ChequeIssued(MoneyEvent, AccountEvent):
    """A cheque was written."""

    TOPIC: ClassVar[str] = "cheque/issued"

    number: int
    disbursement_id: UUID
    ledger_id: UUID
    entry_id: UUID
    amount_minor: Minor


class ChequePrinted(AccountEvent):
    """It was put on paper."""

    TOPIC: ClassVar[str] = "cheque/printed"


class ChequeCleared(MoneyEvent, AccountEvent):
    """The bank paid it."""

    TOPIC: ClassVar[str] = "cheque/cleared"

    match_id: UUID


class ChequeUncleared(MoneyEvent, AccountEvent):
    """The match by which it had cleared was undone: it is again what it was before."""

    TOPIC: ClassVar[str] = "cheque/uncleared"

    match_id: UUID
    restores: str = "printed"


class ChequeEnded(MoneyEvent, AccountEvent):
    """It was voided, stopped at the bank, or went stale."""

    TOPIC: ClassVar[str] = "cheque/ended"

    ending: Ending
    why: Words


_NEXT: dict[str, frozenset[str]] = {
    "issued": frozenset({"printed", "cleared", "void", "stale", "stopped"}),
    "printed": frozenset({"cleared", "void", "stale", "stopped"}),
    "stale": frozenset({"cleared", "void", "stopped"}),
    "cleared": frozenset(),
    "void": frozenset(),
    "stopped": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Cheque:
    """State after its events."""

    issued: ChequeIssued
    status: str = "issued"
    before_it_cleared: str = "issued"

    def print_out(self) -> ChequePrinted:
        """Raises WrongState."""
        self.check_next("printed")
        return ChequePrinted(trust_account_id=self.issued.trust_account_id)

    def unclear(self, match_id: UUID, *, on: date) -> ChequeUncleared:
        """The match by which it cleared is undone. Raises WrongState."""
        if self.status != "cleared":
            raise WrongState(f"cheque {self.issued.number} is {self.status}, not cleared")
        return ChequeUncleared(
            trust_account_id=self.issued.trust_account_id,
            effective_date=on,
            match_id=match_id,
            restores=self.before_it_cleared,
        )

    def go_stale(self, *, on: date, stale_after_days: int, why: str) -> ChequeEnded:
        """The bank need no longer pay it; its money stays due. Raises WrongState, also before its days are over."""
        self.check_next("stale")
        earliest = self.issued.effective_date + timedelta(days=stale_after_days)
        if on < earliest:
            raise WrongState(
                f"cheque {self.issued.number} of {self.issued.effective_date} is stale from {earliest}, not before",
                stale_from=earliest,
            )
        return ChequeEnded(trust_account_id=self.issued.trust_account_id, effective_date=on, ending="stale", why=why)

    def check_next(self, status: str) -> None:
        """Raises WrongState where a cheque in this status cannot become `status`."""
        if status not in _NEXT[self.status]:
            raise WrongState(f"cheque {self.issued.number} is {self.status} and cannot become {status}")


def check_number(cheque: Cheque | None, number: int) -> None:
    """Raises ChequeNumberUsed (T13)."""
    if cheque is not None:
        raise ChequeNumberUsed(
            f"cheque number {number} stands in the register already ({cheque.status}); a number is used once",
            number=number,
        )


def evolve(cheque: Cheque | None, event: Event) -> Cheque:
    """The state one event later."""
    if isinstance(event, ChequeIssued):
        assert cheque is None, "issued twice"
        return Cheque(event)
    assert cheque is not None, "a step before it was issued"
    match event:
        case ChequePrinted():
            return replace(cheque, status="printed")
        case ChequeCleared():
            return replace(cheque, status="cleared", before_it_cleared=cheque.status)
        case ChequeUncleared():
            return replace(cheque, status=cheque.before_it_cleared)
        case ChequeEnded():
            return replace(cheque, status=event.ending)
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a cheque")


KIND = Kind("cheque", evolve)
EVENTS: tuple[type[Event], ...] = (ChequeIssued, ChequePrinted, ChequeCleared, ChequeUncleared, ChequeEnded)
