"""Money held on trust for one client on one matter, or for one of the named purposes.

The rules this module exists for: no ledger goes below zero on any day, back-dating included (T1, T2), and only money that
is collected, not held and not promised may leave (T3). "No balance for a client matter may be negative at any time."
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from rpds import HashTrieMap

from aggregates.entry_ids import EntryIds, holds_id, with_id
from aggregates.errors import BadRequest, NotFound
from aggregates.event import Event, Personal
from aggregates.stream import Kind
from aggregates.trust_ledger_events import (
    EVERGREEN,
    BankChargeTaken,
    CollectionDelayed,
    DepositReturned,
    EntryReversed,
    EvergreenAgreed,
    FundsCleared,
    FundsDisbursed,
    FundsReceived,
    FundsReserved,
    InterestCredited,
    InterestSwept,
    LedgerEntry,
    LedgerPurpose,
    Method,
    PurposeHoldPlaced,
    PurposeHoldReleased,
    ReplenishmentRequested,
    ReservationLifted,
    ReserveToppedUp,
    RestoredDeposit,
    ShortageCured,
    TransferredIn,
    TransferredOut,
    TrustLedgerOpened,
    effect_minor,
)  # fmt: skip
from aggregates.trust_rules import (
    FirmMoneyInTrust,
    NoLedger,
    Overdraft,
    PostedEntryChanged,
    UncollectedFunds,
    WrongClient,
    money,
)

Held = TypeVar("Held")
_BETWEEN_LEDGERS: set[type[LedgerEntry]] = {TransferredOut, TransferredIn}
_PAID_IN: set[type[LedgerEntry]] = {FundsReceived, ReserveToppedUp, ShortageCured}
_UNDOING = (EntryReversed, DepositReturned)
_BY_THE_BANK: dict[type[LedgerEntry], Literal["charge", "interest", "return"]] = {
    BankChargeTaken: "charge", InterestCredited: "interest", InterestSwept: "interest", DepositReturned: "return",
}  # fmt: skip
"""What the bank did of itself."""
_NONE: Mapping[Any, Any] = MappingProxyType({})
_balance = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Availability:
    """A balance and what may be spent of it, in minor units: balance − uncollected − held − pending = available."""

    balance_minor: int
    uncollected_minor: int
    held_minor: int
    pending_minor: int

    @property
    def available_minor(self) -> int:
        """What may leave the ledger."""
        return self.balance_minor - self.uncollected_minor - self.held_minor - self.pending_minor


class Entry(NamedTuple):
    """A posted entry: what it did, when, whether the bank will show it, was paid in there, and whether it was undone."""

    effect_minor: int
    on: date
    at_bank: bool = True
    undone: bool = False
    paid_in: bool = False
    cheque_number: int | None = None
    opening: bool = False
    """Carried forward from former books: the bank's first statement opens with it, and never shows it."""
    by_the_bank: Literal["charge", "interest", "return"] | None = None
    """What the bank did of itself, where it was that."""
    of_the_firm: Literal["paid_out", "made_good"] | None = None
    """What the firm paid out of the ledger, or gave back to it of its own money."""
    returns: RestoredDeposit | None = None
    """The deposit that came back by it, and from when on that counted as collected."""


class TrustLedger(NamedTuple):
    """State after its events. `days` and `nets` run side by side: what each day with entries did to the balance.

    A tuple, because it is made anew for every entry: a frozen dataclass takes four times as long to fill in.
    """

    id: UUID
    account_id: UUID
    purpose: LedgerPurpose
    client_id: UUID | None
    matter_id: UUID | None
    currency: str
    days: tuple[date, ...] = ()
    nets: tuple[int, ...] = ()
    uncollected: Mapping[UUID, tuple[int, date, date]] = _NONE
    """Entry → (amount, received on, available on)."""
    holds: Mapping[UUID, int] = _NONE
    pending: Mapping[UUID, int] = _NONE
    entries: "HashTrieMap[UUID, Entry]" = HashTrieMap()
    """All but the legs of transfers."""
    legs: EntryIds = ()
    """The legs of transfers to and from other ledgers: nothing is asked of them but whether they are of this one."""
    evergreen: EvergreenAgreed | None = None
    request: ReplenishmentRequested | None = None
    """What the client was asked for and has not brought yet."""
    paid: "HashTrieMap[date, tuple[UUID, ...]]" = HashTrieMap()
    """Day → the disbursements that bear it, or were let go on it; those that were undone since among them."""

    def balance_on(self, day: date) -> int:
        """The balance at the end of a day, in minor units."""
        return sum(self.nets[: bisect_right(self.days, day)])

    @property
    def balance_minor(self) -> int:
        """The balance after everything posted."""
        return sum(self.nets)

    def lowest_from(self, on: date) -> tuple[date, int]:
        """The day from `on` at whose end the ledger holds least, and how much: the running balance of T1."""
        return min(self._days_from(on), key=_balance)

    def highest_from(self, on: date) -> tuple[date, int]:
        """The day from `on` at whose end the ledger holds most, and how much."""
        return max(self._days_from(on), key=_balance)

    @property
    def title(self) -> str:
        """How a refusal calls this ledger."""
        return (
            "this client ledger" if self.purpose is LedgerPurpose.CLIENT else f"the {self.purpose.replace('_', ' ')} ledger"
        )

    def availability(self, on: date, *, without: UUID | None = None) -> Availability:
        """What may be spent on a day; `without` leaves one pending disbursement out, its own."""
        return Availability(
            self.balance_on(on),
            sum(amount for amount, since, until in self.uncollected.values() if since <= on < until),
            sum(self.holds.values()),
            sum(amount for key, amount in self.pending.items() if key != without),
        )

    def check_made_good(self, amount_minor: int) -> None:
        """Raises FirmMoneyInTrust (T5) where the firm would give back more than was paid out of the ledger."""
        paid, made_good = (
            abs(sum(one.effect_minor for one in self.entries.values() if one.of_the_firm == what and not one.undone))
            for what in ("paid_out", "made_good")
        )
        if amount_minor > paid - made_good:
            raise FirmMoneyInTrust(
                f"{money(paid)} was paid out of {self.title} and {money(made_good)} of it made good; {money(amount_minor)} "
                "is more than is left to give back",
                paid_minor=paid,
                made_good_minor=made_good,
                asked_minor=amount_minor,
            )

    def check_spendable(self, amount_minor: int, on: date, *, disbursement_id: UUID | None = None) -> None:
        """Raises Overdraft (T1) or UncollectedFunds (T3), for that day and every later one with entries."""
        days = self._days_from(on)
        lowest_day, lowest = min(days, key=_balance)
        if amount_minor > lowest:
            raise Overdraft(
                f"{self.title} holds {money(self.balance_on(on))} on {on}, {money(lowest)} at its lowest from then on "
                f"({lowest_day}); {money(amount_minor)} would overdraw it by {money(amount_minor - lowest)}",
                balance_minor=lowest,
                asked_minor=amount_minor,
                short_minor=amount_minor - lowest,
                on=lowest_day,
            )
        if not self.uncollected and not self.holds and not self.pending:
            return  # all of it is free
        waiting = [each for each in self.uncollected.values() if on < each[2]]
        aside = self.availability(on, without=disbursement_id)
        for day, balance in days:
            uncollected = sum(amount for amount, since, until in waiting if since <= day < until)
            if amount_minor > balance - uncollected - aside.held_minor - aside.pending_minor:
                free = self.availability(day, without=disbursement_id)
                raise UncollectedFunds(
                    f"of {money(free.balance_minor)} on {day}, {money(free.uncollected_minor)} is not collected, "
                    f"{money(free.held_minor)} is held and {money(free.pending_minor)} is promised already; "
                    f"{money(max(free.available_minor, 0))} is available, {money(amount_minor)} was asked",
                    balance_minor=free.balance_minor,
                    uncollected_minor=free.uncollected_minor,
                    held_minor=free.held_minor,
                    pending_minor=free.pending_minor,
                    available_minor=free.available_minor,
                    asked_minor=amount_minor,
                    on=day,
                )

    def clear(self, entry_id: UUID, *, on: date, evidence: str) -> FundsCleared:
        """A receipt counts as collected from `on`. Raises NotFound, BadRequest."""
        if entry_id not in self.uncollected:
            raise NotFound("no receipt of this ledger waits for collection under that entry", entry_id=entry_id)
        _, since, until = self.uncollected[entry_id]
        if not since <= on < until:
            raise BadRequest(f"the receipt of {since} is available on {until} anyway; {on} is not between", on=on)
        return FundsCleared(trust_account_id=self.account_id, effective_date=on, entry_id=entry_id, evidence=evidence)

    def delay(self, entry_id: UUID, *, available_on: date, today: date, evidence: str) -> CollectionDelayed:
        """Extend the hold on a receipt that is not collected yet. Raises NotFound, BadRequest."""
        if entry_id not in self.uncollected:
            raise NotFound("no receipt of this ledger waits for collection under that entry", entry_id=entry_id)
        amount, _, until = self.uncollected[entry_id]
        if until <= today:
            raise BadRequest(f"that receipt counts as collected since {until}; if it came back, record it as returned")
        if available_on <= until:
            raise BadRequest(f"its hold ends on {until}; an extension ends later, not on {available_on}", held_to=until)
        return CollectionDelayed(
            trust_account_id=self.account_id,
            effective_date=today,
            entry_id=entry_id,
            amount_minor=amount,
            was_available_on=until,
            available_on=available_on,
            evidence=evidence,
        )

    def return_deposit(self, entry_id: UUID, returned_entry_id: UUID, *, on: date, evidence: str) -> DepositReturned:
        """Bank fact: a deposit came back. Below zero or not, it is recorded.

        Raises NotFound, PostedEntryChanged (T11) where it was undone before, BadRequest where it is no deposit.
        """
        deposit = self.entry(returned_entry_id)
        if not deposit.paid_in:
            raise BadRequest("that entry was not paid in at the bank; only a deposit comes back", entry_id=returned_entry_id)
        if on < deposit.on:
            raise BadRequest(f"the deposit is of {deposit.on}; it cannot have come back on {on}", deposited_on=deposit.on)
        return DepositReturned(
            trust_account_id=self.account_id,
            effective_date=on,
            entry_id=entry_id,
            amount_minor=deposit.effect_minor,
            description=evidence,
            returned_entry_id=returned_entry_id,
        )

    def place_hold(self, hold_id: UUID, amount_minor: int, purpose: str, *, on: date) -> PurposeHoldPlaced:
        """Set money aside. Raises Overdraft, UncollectedFunds when there is not as much free."""
        self.check_spendable(amount_minor, on)
        return PurposeHoldPlaced(
            trust_account_id=self.account_id,
            effective_date=on,
            hold_id=hold_id,
            amount_minor=amount_minor,
            purpose=purpose,
        )

    def release_hold(self, hold_id: UUID, *, on: date) -> PurposeHoldReleased:
        """Raises NotFound."""
        if hold_id not in self.holds:
            raise NotFound("this ledger has no such hold", hold_id=hold_id)
        return PurposeHoldReleased(trust_account_id=self.account_id, effective_date=on, hold_id=hold_id)

    def reserve(self, disbursement_id: UUID, amount_minor: int, *, on: date) -> FundsReserved:
        """Promise money to a disbursement. Raises Overdraft, UncollectedFunds."""
        self.check_spendable(amount_minor, on)
        return FundsReserved(
            trust_account_id=self.account_id,
            effective_date=on,
            disbursement_id=disbursement_id,
            amount_minor=amount_minor,
        )

    def lift(self, disbursement_id: UUID, *, on: date) -> ReservationLifted:
        """Raises NotFound."""
        if disbursement_id not in self.pending:
            raise NotFound("nothing is promised to that disbursement", disbursement_id=disbursement_id)
        return ReservationLifted(trust_account_id=self.account_id, effective_date=on, disbursement_id=disbursement_id)

    def disburse(
        self,
        entry_id: UUID,
        amount_minor: int,
        *,
        on: date,
        disbursement_id: UUID,
        payee: Personal,
        method: Method,
        cheque_number: int | None,
        billing_reference_id: UUID | None,
        description: str,
        released_on: date | None = None,
    ) -> FundsDisbursed:
        """Pay out. Raises Overdraft, UncollectedFunds; looked at again here, not only when it was requested."""
        self.check_spendable(amount_minor, on, disbursement_id=disbursement_id)
        return FundsDisbursed(
            trust_account_id=self.account_id,
            effective_date=on,
            entry_id=entry_id,
            amount_minor=amount_minor,
            description=description,
            disbursement_id=disbursement_id,
            payee=payee,
            method=method,
            cheque_number=cheque_number,
            billing_reference_id=billing_reference_id,
            released_on=released_on,
        )

    def transfer(
        self,
        other: "TrustLedger",
        amount_minor: int,
        *,
        on: date,
        transfer_id: UUID,
        entry_ids: tuple[UUID, UUID],
        authority: str,
        description: str,
    ) -> tuple[TransferredOut, TransferredIn]:
        """Move money to another ledger of the same client, or identify a receipt.

        Raises BadRequest, WrongClient (T4), NoLedger (T10), Overdraft, UncollectedFunds.
        """
        if other.id == self.id:
            raise BadRequest("a transfer goes from one ledger to another; this names one ledger twice")
        if other.account_id != self.account_id:
            raise BadRequest("both ledgers must be of one bank account; money between banks is a disbursement")
        if self.purpose is LedgerPurpose.UNIDENTIFIED:
            if other.purpose is not LedgerPurpose.CLIENT:
                raise NoLedger("an unidentified receipt can only be identified as a client's money")
        elif self.client_id is None or self.client_id != other.client_id:
            raise WrongClient("a transfer stays with one client; this would give one client's money to another")
        self.check_spendable(amount_minor, on)
        return (
            TransferredOut(
                trust_account_id=self.account_id,
                effective_date=on,
                entry_id=entry_ids[0],
                amount_minor=amount_minor,
                description=description,
                transfer_id=transfer_id,
                to_ledger_id=other.id,
                authority=authority,
            ),
            TransferredIn(
                trust_account_id=other.account_id,
                effective_date=on,
                entry_id=entry_ids[1],
                amount_minor=amount_minor,
                description=description,
                transfer_id=transfer_id,
                from_ledger_id=self.id,
                authority=authority,
            ),
        )

    def reverse(self, entry_id: UUID, reverses_entry_id: UUID, *, on: date, description: str) -> EntryReversed:
        """Undo an entry by a new one, on its own day or later: before it, the ledger would hold what never came in.

        Where that is the return of a deposit, the deposit stands again: it may come back, or be reversed itself.

        Raises NotFound, PostedEntryChanged (T11), BadRequest, Overdraft, UncollectedFunds.
        """
        entry = self.entry(reverses_entry_id)
        if not entry.at_bank:
            raise BadRequest("a reversal is not reversed: post it anew")
        if on < entry.on:
            raise BadRequest(f"the entry is of {entry.on}; it cannot be reversed on {on}, before it was posted", on=entry.on)
        if entry.effect_minor > 0:
            own = self.uncollected.get(reverses_entry_id)
            without = self._replace(uncollected={k: v for k, v in self.uncollected.items() if k != reverses_entry_id})
            (without if own else self).check_spendable(entry.effect_minor, on)
        return EntryReversed(
            trust_account_id=self.account_id,
            effective_date=on,
            entry_id=entry_id,
            amount_minor=abs(entry.effect_minor),
            description=description,
            reverses_entry_id=reverses_entry_id,
            effect="decrease" if entry.effect_minor > 0 else "increase",
            bank_charge=entry.by_the_bank == "charge",
            restores=_from_day(entry.returns, on),
        )

    def entry(self, entry_id: UUID) -> Entry:
        """A posted entry that still stands.

        Raises NotFound, PostedEntryChanged (T11) when it was undone before, BadRequest for a leg of a transfer.
        """
        entry = self.posted(entry_id)
        if entry.undone:
            raise PostedEntryChanged("that entry was reversed or returned already, and is undone once", entry_id=entry_id)
        return entry

    def posted(self, entry_id: UUID) -> Entry:
        """An entry, whether it was undone since or not. Raises NotFound, BadRequest for a leg of a transfer."""
        entry = self.entries.get(entry_id)
        if entry is not None:
            return entry
        if holds_id(self.legs, entry_id):
            raise BadRequest(
                "that entry is a leg of a transfer between ledgers: the bank never shows it, and it is transferred back"
            )
        raise NotFound("this ledger has no such entry", entry_id=entry_id)

    def _days_from(self, on: date) -> list[tuple[date, int]]:
        """A day and every later one with entries, each with its end-of-day balance, in minor units."""
        if not self.days or on >= self.days[-1]:
            return [(on, self.balance_minor)]
        at = bisect_right(self.days, on)
        balances = accumulate(self.nets[at:], initial=sum(self.nets[:at]))
        return list(zip((on, *self.days[at:]), balances, strict=True))


def _from_day(deposit: RestoredDeposit | None, on: date) -> RestoredDeposit | None:
    """The deposit as it stands again from a day on; it is collected no earlier."""
    return deposit.model_copy(update={"available_on": max(deposit.available_on, on)}) if deposit is not None else None


def evolve(ledger: TrustLedger | None, event: Event) -> TrustLedger:
    """The state one event later. Facts are applied even where they drive the balance below zero."""
    if ledger is not None and isinstance(event, LedgerEntry):
        return _posted(ledger, event)
    if isinstance(event, TrustLedgerOpened):
        assert ledger is None, "opened twice"
        return TrustLedger(
            KIND.stream_id(event.trust_account_id, event.purpose, event.client_id, event.matter_id),
            event.trust_account_id,
            event.purpose,
            event.client_id,
            event.matter_id,
            event.currency,
        )
    assert ledger is not None, "money moved before the ledger was opened"
    if isinstance(event, EVERGREEN):
        return _replenished(ledger, event)
    match event:
        case FundsCleared():
            amount, since, _ = ledger.uncollected[event.entry_id]
            return ledger._replace(uncollected={**ledger.uncollected, event.entry_id: (amount, since, event.effective_date)})
        case CollectionDelayed():
            amount, since, _ = ledger.uncollected[event.entry_id]
            return ledger._replace(uncollected={**ledger.uncollected, event.entry_id: (amount, since, event.available_on)})
        case PurposeHoldPlaced():
            return ledger._replace(holds={**ledger.holds, event.hold_id: event.amount_minor})
        case PurposeHoldReleased():
            return ledger._replace(holds=_without(ledger.holds, event.hold_id))
        case FundsReserved():
            return ledger._replace(pending={**ledger.pending, event.disbursement_id: event.amount_minor})
        case ReservationLifted():
            return ledger._replace(pending=_without(ledger.pending, event.disbursement_id))
        case _:
            raise AssertionError(f"{event.TOPIC} is not of a trust ledger")


def _replenished(ledger: TrustLedger, event: Event) -> TrustLedger:
    match event:
        case EvergreenAgreed():
            return ledger._replace(evergreen=event if event.minimum_minor is not None else None)
        case ReplenishmentRequested():
            return ledger._replace(request=event)
        case _:
            return ledger._replace(request=None)


def _of_the_firm(event: LedgerEntry) -> Literal["paid_out", "made_good"] | None:
    if isinstance(event, FundsDisbursed):
        return "paid_out"
    return "made_good" if isinstance(event, FundsReceived) and event.makes_good is not None else None


def _returns(ledger: TrustLedger, event: DepositReturned) -> RestoredDeposit:
    deposit = event.returned_entry_id
    waits = ledger.uncollected.get(deposit)
    return RestoredDeposit(entry_id=deposit, available_on=waits[2] if waits is not None else ledger.entries[deposit].on)


def _entry(ledger: TrustLedger, event: LedgerEntry, effect_minor: int) -> Entry:
    what = type(event)
    opening = isinstance(event, FundsReceived) and event.instrument == "opening"
    return Entry(
        effect_minor,
        event.effective_date,
        at_bank=what is not EntryReversed,
        paid_in=what in _PAID_IN and not opening,
        cheque_number=event.cheque_number if isinstance(event, FundsDisbursed) else None,
        opening=opening,
        by_the_bank=_BY_THE_BANK.get(what),
        of_the_firm=_of_the_firm(event),
        returns=_returns(ledger, event) if isinstance(event, DepositReturned) else None,
    )


def _posted(ledger: TrustLedger, event: LedgerEntry) -> TrustLedger:
    (
        ledger_id, account_id, purpose, client_id, matter_id, currency, days, nets, uncollected, holds, pending, entries,
        legs, agreed, request, paid,
    ) = ledger  # fmt: skip
    effect, on = effect_minor(event), event.effective_date
    at = bisect_left(days, on)
    if at < len(days) and days[at] == on:
        nets = (*nets[:at], nets[at] + effect, *nets[at + 1 :])
    else:
        days, nets = (*days[:at], on, *days[at:]), (*nets[:at], effect, *nets[at:])
    if type(event) in _BETWEEN_LEDGERS:
        legs = with_id(legs, event.entry_id)
    else:
        entries = entries.insert(event.entry_id, _entry(ledger, event, effect))
    if isinstance(event, FundsReceived) and event.available_on > on:
        uncollected = {**uncollected, event.entry_id: (event.amount_minor, on, event.available_on)}
    elif isinstance(event, FundsDisbursed):
        pending = _without(pending, event.disbursement_id)
        for day in {on, event.released_on or on}:
            paid = paid.insert(day, (*paid.get(day, ()), event.disbursement_id))
    elif isinstance(event, _UNDOING):
        undone = event.reverses_entry_id if isinstance(event, EntryReversed) else event.returned_entry_id
        entries = entries.insert(undone, entries[undone]._replace(undone=True))
        uncollected = _without(uncollected, undone)
        if isinstance(event, EntryReversed) and (again := event.restores) is not None:
            entries = entries.insert(again.entry_id, entries[again.entry_id]._replace(undone=False))
            if again.available_on > on:
                uncollected = {**uncollected, again.entry_id: (event.amount_minor, on, again.available_on)}
    return TrustLedger(
        ledger_id, account_id, purpose, client_id, matter_id, currency, days, nets, uncollected, holds, pending, entries,
        legs, agreed, request, paid,
    )  # fmt: skip


def _without(items: Mapping[UUID, Held], key: UUID) -> Mapping[UUID, Held]:
    return {k: v for k, v in items.items() if k != key} if key in items else items


KIND = Kind("trust-ledger", evolve)
