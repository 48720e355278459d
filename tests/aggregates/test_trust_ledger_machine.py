"""The trust ledger against a naive model: a list of dated amounts, looked at day by day. They share no code.

Postings come on any day of a month, in any order, so that back-dating is the rule here and not the exception.
"""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aggregates.errors import BadRequest, NotFound, Refusal
from aggregates.event import Event
from aggregates.trust_ledger import TrustLedger, evolve
from aggregates.trust_rules import Overdraft, UncollectedFunds
from tests.aggregates.trust_facts import OTHER_MATTER, day, disburse, entry, opened, received

DAYS = range(1, 31)
AMOUNTS = st.integers(min_value=1, max_value=60)  # small, so that sums meet the boundary often


@dataclass
class Line:
    """An entry of the model: signed cents on a day; a receipt waits until `good_from`."""

    number: int
    cents: int
    on: int
    good_from: int
    receipt: bool
    live: bool = True
    again_from: int = 0
    """The day from which it stands again, where its return was a slip."""
    was_held: bool = False
    """Whether it ever waited, since it stands or stands again; what never did was collected on the day of the deposit."""

    @property
    def waits_from(self) -> int:
        return max(self.on, self.again_from)


class LedgerBesideModel(RuleBasedStateMachine):
    """Every decision is asked of both; they must agree, refusals included."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger: TrustLedger = evolve(None, opened())
        self.other: TrustLedger = evolve(None, opened(matter_id=OTHER_MATTER))
        self.elsewhere: list[tuple[int, int]] = []
        self.lines: list[Line] = []
        self.returns: list[tuple[Line, Line]] = []
        self.holds: dict[UUID, int] = {}
        self.promises: dict[UUID, int] = {}
        self.numbers = 0
        self.facts_overdrew = False

    # --- the model ---

    def balance(self, on: int) -> int:
        return sum(line.cents for line in self.lines if line.on <= on)

    def waiting(self, on: int, leave_out: int | None = None) -> int:
        return sum(
            line.cents
            for line in self.lines
            if line.receipt and line.live and line.number != leave_out and line.waits_from <= on < line.good_from
        )

    def verdict(self, cents: int, on: int, *, own: UUID | None = None, leave_out: int | None = None) -> type[Refusal] | None:
        later = range(on, max(DAYS) + 1)
        if any(self.balance(number) < cents for number in later):
            return Overdraft
        aside = sum(self.holds.values()) + sum(amount for key, amount in self.promises.items() if key != own)
        if any(self.balance(number) - self.waiting(number, leave_out) - aside < cents for number in later):
            return UncollectedFunds
        return None

    def next(self) -> int:
        self.numbers += 1
        return self.numbers

    def apply(self, event: Event) -> None:
        self.ledger = evolve(self.ledger, event)

    # --- what happens ---

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS), wait=st.integers(0, 9))
    def receive(self, cents: int, on: int, wait: int) -> None:
        number, good_from = self.next(), min(on + wait, 30)
        self.apply(received(number, cents, day(on), available_on=day(good_from)))
        self.lines.append(Line(number, cents, on, good_from, receipt=True, was_held=good_from > on))

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS))
    def pay(self, cents: int, on: int) -> None:
        number, expected = self.next(), self.verdict(cents, on)
        try:
            event = disburse(self.ledger, number, cents, day(on))
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017 -- what is refused must be what the model refuses
        else:
            assert expected is None
            self.apply(event)
            self.lines.append(Line(number, -cents, on, on, receipt=False))

    @precondition(lambda self: self.lines)
    @rule(on=st.sampled_from(DAYS))
    def pay_all_that_is_free(self, on: int) -> None:
        """The boundary itself: exactly the least that is free from then on passes, one cent more does not."""
        aside = sum(self.holds.values()) + sum(self.promises.values())
        free = min(self.balance(number) - self.waiting(number) - aside for number in range(on, 31))
        if free > 0:
            self.pay(free + 1, on)
            self.pay(free, on)

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS))
    def hold(self, cents: int, on: int) -> None:
        key, expected = UUID(int=self.next()), self.verdict(cents, on)
        try:
            event = self.ledger.place_hold(key, cents, "escrow", on=day(on))
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017
        else:
            assert expected is None
            self.apply(event)
            self.holds[key] = cents

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), on=st.sampled_from(DAYS))
    def release_hold(self, data: st.DataObject, on: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.holds)))
        self.apply(self.ledger.release_hold(key, on=day(on)))
        del self.holds[key]

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS))
    def promise(self, cents: int, on: int) -> None:
        key, expected = UUID(int=self.next()), self.verdict(cents, on)
        try:
            event = self.ledger.reserve(key, cents, on=day(on))
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017
        else:
            assert expected is None
            self.apply(event)
            self.promises[key] = cents

    @precondition(lambda self: self.promises)
    @rule(data=st.data(), on=st.sampled_from(DAYS))
    def pay_what_was_promised(self, data: st.DataObject, on: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.promises)))
        number, cents = self.next(), self.promises[key]
        expected = self.verdict(cents, on, own=key)
        try:
            event = disburse(self.ledger, number, cents, day(on), disbursement_id=key)
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017
        else:
            assert expected is None
            self.apply(event)
            del self.promises[key]
            self.lines.append(Line(number, -cents, on, on, receipt=False))

    @precondition(lambda self: self.promises)
    @rule(data=st.data())
    def lift(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.promises)))
        self.apply(self.ledger.lift(key, on=day(30)))
        del self.promises[key]

    @precondition(lambda self: any(line.live for line in self.lines))
    @rule(data=st.data(), later=st.integers(0, 29))
    def reverse(self, data: st.DataObject, later: int) -> None:
        line = data.draw(st.sampled_from([line for line in self.lines if line.live]))
        number, on = self.next(), min(line.on + later, 30)
        expected = self.verdict(line.cents, on, leave_out=line.number) if line.cents > 0 else None
        try:
            event = self.ledger.reverse(entry(number), entry(line.number), on=day(on), description="mistake")
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017
        else:
            assert expected is None
            self.apply(event)
            line.live = False
            self.lines.append(Line(number, -line.cents, on, on, receipt=False, live=False))

    @precondition(lambda self: any(line.live and line.receipt for line in self.lines))
    @rule(data=st.data(), later=st.integers(0, 29))
    def bank_returns(self, data: st.DataObject, later: int) -> None:
        """A fact: never refused, below zero or not."""
        line = data.draw(st.sampled_from([line for line in self.lines if line.live and line.receipt]))
        number, on = self.next(), min(line.on + later, 30)
        self.apply(self.ledger.return_deposit(entry(number), entry(line.number), on=day(on), evidence="NSF"))
        line.live = False
        self.lines.append(Line(number, -line.cents, on, on, receipt=False, live=False))
        self.returns.append((line, self.lines[-1]))
        self.facts_overdrew = self.facts_overdrew or any(self.balance(number) < 0 for number in DAYS)

    @precondition(lambda self: self.returns)
    @rule(data=st.data(), later=st.integers(0, 29))
    def the_return_was_a_slip(self, data: st.DataObject, later: int) -> None:
        """The deposit stands again from that day on, and is collected when it would have been."""
        deposit, back = self.returns.pop(data.draw(st.integers(0, len(self.returns) - 1)))
        number, on = self.next(), min(back.on + later, 30)
        self.apply(self.ledger.reverse(entry(number), entry(back.number), on=day(on), description="of another deposit"))
        collected_on = deposit.good_from if deposit.was_held else deposit.on
        deposit.live, deposit.again_from, deposit.good_from = True, on, max(collected_on, on)
        deposit.was_held = deposit.good_from > on
        self.lines.append(Line(number, deposit.cents, on, on, receipt=False, live=False))

    @precondition(lambda self: any(line.live and line.receipt and line.good_from > line.waits_from for line in self.lines))
    @rule(data=st.data(), on=st.sampled_from(DAYS))
    def clear(self, data: st.DataObject, on: int) -> None:
        """On a day between, a receipt counts as collected from then on; before its day, or once it is collected, not."""
        waiting = [line for line in self.lines if line.live and line.receipt and line.good_from > line.waits_from]
        line = data.draw(st.sampled_from(waiting))
        try:
            event = self.ledger.clear(entry(line.number), on=day(on), evidence="bank line")
        except BadRequest:
            assert not line.waits_from <= on < line.good_from
        except NotFound:
            assert line.good_from == line.waits_from
        else:
            assert line.waits_from <= on < line.good_from
            self.apply(event)
            line.good_from = on

    @precondition(lambda self: any(line.live and line.receipt and line.good_from > line.waits_from for line in self.lines))
    @rule(data=st.data(), today=st.sampled_from(DAYS), until=st.sampled_from(DAYS))
    def delay(self, data: st.DataObject, today: int, until: int) -> None:
        """Only what is not collected by today waits longer, and only to a later day."""
        waiting = [line for line in self.lines if line.live and line.receipt and line.good_from > line.waits_from]
        line = data.draw(st.sampled_from(waiting))
        spent_to = max((other.on for other in self.lines if other.cents < 0), default=0)
        if today < spent_to:
            return  # nothing is ever posted on a day after today
        try:
            event = self.ledger.delay(entry(line.number), available_on=day(until), today=day(today), evidence="notice")
        except BadRequest:
            assert line.good_from <= today or until <= line.good_from
        else:
            assert today < line.good_from < until
            self.apply(event)
            line.good_from = until

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS))
    def transfer_to_another_matter(self, cents: int, on: int) -> None:
        number, expected = self.next(), self.verdict(cents, on)
        try:
            out, into = self.transferred(self.ledger, self.other, cents, on, number)
        except Refusal as refusal:
            assert type(refusal) is expected  # noqa: PT017
        else:
            assert expected is None
            self.apply(out)
            self.other = evolve(self.other, into)
            self.lines.append(Line(number, -cents, on, on, receipt=False, live=False))
            self.elsewhere.append((on, cents))

    @rule(cents=AMOUNTS, on=st.sampled_from(DAYS))
    def transfer_back(self, cents: int, on: int) -> None:
        number = self.next()
        held = min(sum(amount for since, amount in self.elsewhere if since <= later) for later in range(on, 31))
        try:
            out, into = self.transferred(self.other, self.ledger, cents, on, number)
        except Overdraft:
            assert held < cents
        else:
            assert held >= cents
            self.other = evolve(self.other, out)
            self.apply(into)
            self.lines.append(Line(number, cents, on, on, receipt=False, live=False))
            self.elsewhere.append((on, -cents))

    def transferred(self, source: TrustLedger, target: TrustLedger, cents: int, on: int, number: int) -> tuple[Event, Event]:
        return source.transfer(
            target,
            cents,
            on=day(on),
            transfer_id=UUID(int=number),
            entry_ids=(entry(number), entry(number)),
            authority="letter",
            description="to the other matter",
        )

    # --- what always holds ---

    @invariant()
    def says_what_the_model_says(self) -> None:
        aside, promised = sum(self.holds.values()), sum(self.promises.values())
        for number in DAYS:
            told = self.ledger.availability(day(number))
            assert told.balance_minor == self.balance(number)
            assert told.uncollected_minor == self.waiting(number)
            assert (told.held_minor, told.pending_minor) == (aside, promised)
        assert self.ledger.balance_minor == self.balance(30)
        assert self.other.balance_minor == sum(amount for _, amount in self.elsewhere)
        lowest = min(self.balance(number) for number in DAYS)
        assert min(0, self.ledger.lowest_from(day(1))[1]) == min(0, lowest)

    @invariant()
    def only_facts_drive_it_below_zero(self) -> None:
        assert self.facts_overdrew or all(self.balance(number) >= 0 for number in DAYS)


LedgerBesideModel.TestCase.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
TestLedgerBesideModel = LedgerBesideModel.TestCase
