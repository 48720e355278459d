"""What happens on a trust ledger. Amounts are positive minor units; `effect_minor` says which way each one goes.

Every entry has an `entry_id` of its own, so that it can be matched to the bank, reversed and named later.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aggregates.event import AccountEvent, Currency, Event, Minor, MoneyEvent, Personal, Words

Instrument = Literal["cheque", "wire", "ach", "card", "cash", "opening"]
Method = Literal["cheque", "wire", "ach"]


class LedgerPurpose(StrEnum):
    """Whose money a ledger holds: a client's, or one of the named non-client ledgers (T10)."""

    CLIENT = "client"
    FIRM_RESERVE = "firm_reserve"
    INTEREST_PAYABLE = "interest_payable"
    UNIDENTIFIED = "unidentified"


class LedgerMoney(MoneyEvent, AccountEvent):
    """An entry, or an earmark, on a ledger on a day."""


class LedgerEntry(LedgerMoney):
    """An entry: money came to the ledger or left it."""

    entry_id: UUID
    amount_minor: Minor
    description: Words


class TrustLedgerOpened(AccountEvent):
    """A ledger was opened for a client's matter, or for one of the named purposes."""

    TOPIC: ClassVar[str] = "trust-ledger/opened"

    purpose: LedgerPurpose
    client_id: UUID | None
    matter_id: UUID | None
    currency: Currency


class FundsReceived(LedgerEntry):
    """Money came in, gross, by an instrument; it counts as collected from `available_on`."""

    TOPIC: ClassVar[str] = "trust-ledger/funds-received"
    SCHEMA: ClassVar[int] = 3

    instrument: Instrument
    payer: Personal
    reference: str | None
    deposit_slip: str | None
    available_on: date
    makes_good: Words | None
    """Where it is the firm's own money: what of the client's it gives back (T5)."""


class FundsCleared(LedgerMoney):
    """A receipt counts as collected from this day, on the evidence named."""

    TOPIC: ClassVar[str] = "trust-ledger/funds-cleared"

    entry_id: UUID
    evidence: Words


class CollectionDelayed(LedgerMoney):
    """The hold on a receipt was extended: it counts as collected from `available_on`, later than `was_available_on`."""

    TOPIC: ClassVar[str] = "trust-ledger/collection-delayed"

    entry_id: UUID
    amount_minor: Minor
    was_available_on: date
    available_on: date
    evidence: Words


class PurposeHoldPlaced(LedgerMoney):
    """Part of the balance was set aside for a purpose."""

    TOPIC: ClassVar[str] = "trust-ledger/purpose-hold-placed"

    hold_id: UUID
    amount_minor: Minor
    purpose: Words


class PurposeHoldReleased(LedgerMoney):
    """A hold came to its end."""

    TOPIC: ClassVar[str] = "trust-ledger/purpose-hold-released"

    hold_id: UUID


class FundsReserved(LedgerMoney):
    """A disbursement was requested: its amount is no longer available to others."""

    TOPIC: ClassVar[str] = "trust-ledger/funds-reserved"

    disbursement_id: UUID
    amount_minor: Minor


class ReservationLifted(LedgerMoney):
    """A requested disbursement was rejected or withdrawn."""

    TOPIC: ClassVar[str] = "trust-ledger/reservation-lifted"

    disbursement_id: UUID


class FundsDisbursed(LedgerEntry):
    """Money left by an approved disbursement."""

    TOPIC: ClassVar[str] = "trust-ledger/funds-disbursed"
    SCHEMA: ClassVar[int] = 2

    disbursement_id: UUID
    payee: Personal
    method: Method
    cheque_number: int | None
    billing_reference_id: UUID | None
    released_on: date | None = None
    """The day on which it was really let go, whatever day it bears. None where it was recorded before this was kept."""


class TransferredOut(LedgerEntry):
    """Money went to another ledger of the same client, on a document's authority."""

    TOPIC: ClassVar[str] = "trust-ledger/transferred-out"

    transfer_id: UUID
    to_ledger_id: UUID
    authority: Words


class TransferredIn(LedgerEntry):
    """The other side of `TransferredOut`."""

    TOPIC: ClassVar[str] = "trust-ledger/transferred-in"

    transfer_id: UUID
    from_ledger_id: UUID
    authority: Words


class RestoredDeposit(BaseModel):
    """A deposit that stands again, because it never came back; collected from a day on as it was before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry_id: UUID
    available_on: date


class EntryReversed(LedgerEntry):
    """A posted entry was reversed by a new one that names it (T11); `effect` is the reversal's own."""

    TOPIC: ClassVar[str] = "trust-ledger/entry-reversed"
    SCHEMA: ClassVar[int] = 3

    reverses_entry_id: UUID
    effect: Literal["increase", "decrease"]
    bank_charge: bool
    """Whether a bank charge is undone: the firm's own book takes it off its charges."""
    restores: RestoredDeposit | None = None
    """Where a returned deposit is undone: the deposit itself."""


class DepositReturned(LedgerEntry):
    """Bank fact: a deposited item came back unpaid."""

    TOPIC: ClassVar[str] = "trust-ledger/deposit-returned"

    returned_entry_id: UUID


class BankChargeTaken(LedgerEntry):
    """Bank fact: the bank took a charge from the account; it falls on the firm's reserve (T8)."""

    TOPIC: ClassVar[str] = "trust-ledger/bank-charge-taken"


class InterestCredited(LedgerEntry):
    """Bank fact: interest was credited; it is owed to the bar foundation."""

    TOPIC: ClassVar[str] = "trust-ledger/interest-credited"


class InterestSwept(LedgerEntry):
    """Bank fact: interest was remitted to the bar foundation; never to the firm, never to a client."""

    TOPIC: ClassVar[str] = "trust-ledger/interest-swept"

    payee: Personal


class ReserveToppedUp(LedgerEntry):
    """The firm paid in what bank charges need, within the cap (T5)."""

    TOPIC: ClassVar[str] = "trust-ledger/reserve-topped-up"


class ShortageCured(LedgerEntry):
    """The firm replaced a shortage from its own money, no more than the shortage (T5)."""

    TOPIC: ClassVar[str] = "trust-ledger/shortage-cured"

    exception_id: UUID


INCREASES: tuple[type[LedgerEntry], ...] = (
    FundsReceived, TransferredIn, InterestCredited, ReserveToppedUp, ShortageCured,
)  # fmt: skip
_INCREASES = frozenset(INCREASES)
DECREASES: tuple[type[LedgerEntry], ...] = (FundsDisbursed, TransferredOut, DepositReturned, BankChargeTaken, InterestSwept)


class EvergreenAgreed(LedgerMoney):
    """The client keeps at least so much in trust, and brings it up to a level when it falls below; None ends it.

    `email`: whether they are asked by e-mail, by a draft that somebody sends or of itself; again every so many days.
    `counts_work_in_progress`: whether work that is not billed yet counts as if it had been paid from it.
    """

    TOPIC: ClassVar[str] = "trust-ledger/evergreen-agreed"
    SCHEMA: ClassVar[int] = 3

    minimum_minor: Minor | None
    replenish_to_minor: Minor | None
    authority: Words
    email: Literal["none", "draft", "automatic"]
    remind_every_days: int | None
    counts_work_in_progress: bool


class ReplenishmentRequested(LedgerMoney):
    """The balance fell below what was agreed: the client is asked for what is missing."""

    TOPIC: ClassVar[str] = "trust-ledger/replenishment-requested"
    SCHEMA: ClassVar[int] = 2

    request_id: UUID
    amount_minor: Minor
    balance_minor: int
    work_minor: int
    """Work in progress that was counted against it; 0 where none is."""


class ReplenishmentMet(LedgerMoney):
    """The ledger holds at least the minimum again, or none is agreed any more: nobody is reminded any more."""

    TOPIC: ClassVar[str] = "trust-ledger/replenishment-met"

    request_id: UUID
    balance_minor: int


EVERGREEN = (EvergreenAgreed, ReplenishmentRequested, ReplenishmentMet)

EVENTS: tuple[type[Event], ...] = (
    TrustLedgerOpened, *INCREASES, *DECREASES, EntryReversed, FundsCleared, CollectionDelayed, PurposeHoldPlaced,
    PurposeHoldReleased, FundsReserved, ReservationLifted, *EVERGREEN,
)  # fmt: skip


def effect_minor(entry: LedgerEntry) -> int:
    """What an entry does to its ledger's balance, signed."""
    if type(entry) in _INCREASES or (isinstance(entry, EntryReversed) and entry.effect == "increase"):
        return entry.amount_minor
    return -entry.amount_minor
