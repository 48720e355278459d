"""Each entry followed from the minute worked to the cent collected, at every step, beside a model that works it out itself.

`test_billing_machine` holds the sums of one matter together. Here every entry, bill and payment has a row of its own in a
naive model: it knows the rules as a bookkeeper would say them, says beforehand whether a command is to be refused, and
computes what it comes to. After each step the events, folded as the read models fold them, must say the same of each row.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from aggregates import bill, client_payment
from aggregates.bill_events import Taxes
from aggregates.errors import Refusal
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_split_payers import AgreeSplitPayers, Payer
from commands.amend_cost import AmendCost
from commands.amend_time import AmendTime
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.credit_bill import CreditBill
from commands.discard_cost import DiscardCost
from commands.discard_time import DiscardTime
from commands.draft_bill import DraftBill
from commands.drop_bill import DropBill
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.move_time import MoveTime
from commands.receive_payment import ReceivePayment
from commands.record_cost import RecordCost
from commands.record_returned_payment import RecordReturnedPayment
from commands.remove_bill_line import RemoveBillLine
from commands.reverse_application import ReverseApplication
from commands.split_time import SplitTime
from commands.void_bill import VoidBill
from commands.work import Command
from commands.write_off_bill import WriteOffBill
from projections import operating_postings, payer_shares, receivables, work_in_progress
from projections.projection import Projection, Table
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, Practice

FOLDS: tuple[tuple[Projection, Table], ...] = (
    (work_in_progress.PROJECTION, work_in_progress.MOVEMENTS),
    (receivables.PROJECTION, receivables.MOVEMENTS),
    (payer_shares.PROJECTION, payer_shares.MOVEMENTS),
)
TENTH_S, TENTH_MINOR = 360, 25_00
TAX = Decimal("0.0725")
SECONDS, CENTS = st.integers(min_value=1, max_value=20_000), st.integers(min_value=1, max_value=150_000)


@dataclass
class Entry:
    """Time or a cost. `bill` is the draft or the bill it stands on, `charged` what that charges for it."""

    kind: str
    matter: str
    worth: int
    seconds: int = 0
    rounded: int = 0
    bill: UUID | None = None
    charged: int = 0
    gone: bool = False
    no_charge: bool = False

    def says(self) -> tuple[int, int, int, bool]:
        return self.worth, self.seconds, self.rounded, self.no_charge

    def say(self, seconds: int, *, no_charge: bool) -> None:
        """Time is rounded up to tenths of an hour, each at its price."""
        tenths = -(-seconds // TENTH_S)
        self.seconds, self.rounded, self.no_charge = seconds, tenths * TENTH_S, no_charge
        self.worth = 0 if no_charge else tenths * TENTH_MINOR

    def say_again(self, seconds: int, *, no_charge: bool) -> None:
        """Time is rounded anew only where it changed: the parts of a split are no tenths, and keep what they were given."""
        if seconds != self.seconds:
            self.say(seconds, no_charge=no_charge)
        elif no_charge != self.no_charge:
            self.no_charge = no_charge
            self.worth = 0 if no_charge else half_up(Decimal(self.rounded * TENTH_MINOR) / TENTH_S)


@dataclass
class Paper:
    """A bill: `total` and `open` from when it is issued."""

    matter: str
    standing: str = "draft"
    taxed: bool = False
    discount: int = 0
    total: int = 0
    open: int = 0


@dataclass
class Money:
    """A payment: what is left of it, and what was put where, oldest first."""

    amount: int
    left: int
    put: list[tuple[UUID, int]] = field(default_factory=list)
    back: bool = False


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


class WorkToCash(RuleBasedStateMachine):
    """Two matters of one client; the bills of one of them are shared with another payer, in thirds."""

    firm: BillingPractice
    entries, bills, payments = Bundle("entries"), Bundle("bills"), Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        practice = self.firm.practice
        for letter in ("M", "S"):
            practice.open_ledger(letter, practice.clients["A"])
        parts = {practice.clients["A"]: "33.33", practice.clients["B"]: "66.67"}
        payers = tuple(Payer(payer_id=payer, percent=percent) for payer, percent in parts.items())
        split = AgreeSplitPayers(
            matter_id=practice.matters["S"], payers=payers, residue_payer_id=practice.clients["B"], authority="Letter"
        )
        practice.does(split, ASHBY)
        self.work: dict[UUID, Entry] = {}
        self.paper: dict[UUID, Paper] = {}
        self.money: dict[UUID, Money] = {}
        self.read_to = practice.log.size()
        self.folded: dict[tuple[str, str], Counter[str]] = {}
        self.book: Counter[str] = Counter()

    def does(self, command: Command, *, fits: bool, who: UUID = LIND) -> dict[str, Any] | None:
        """None where the model says that it is refused; then nothing is recorded."""
        size = self.firm.practice.log.size()
        try:
            told = self.firm.practice.does(command, who)
        except Refusal as refused:
            told, why = None, refused.sentence
        else:
            why = "it was not refused"
        assert (told is not None) == fits, f"{type(command).__name__}: {why}"
        assert fits or self.firm.practice.log.size() == size
        return told

    def free(self, entry: UUID) -> bool:
        return not self.work[entry].gone and self.work[entry].bill is None

    def lines(self, bill_id: UUID) -> dict[UUID, Entry]:
        return {key: one for key, one in self.work.items() if one.bill == bill_id}

    def fees(self, bill_id: UUID) -> int:
        return sum(one.charged for one in self.lines(bill_id).values() if one.kind == "time")

    @rule(target=entries, seconds=SECONDS, matter=st.sampled_from("MS"))
    def record_time(self, seconds: int, matter: str) -> UUID:
        entry = self.firm.approved(matter, seconds)
        self.work[entry] = Entry("time", matter, 0)
        self.work[entry].say(seconds, no_charge=False)
        return entry

    @rule(target=entries, thousandths=st.integers(1, 30_000), tenths_of_cents=st.integers(1, 90_000),
          matter=st.sampled_from("MS"), hard=st.booleans())  # fmt: skip
    def record_cost(self, thousandths: int, tenths_of_cents: int, matter: str, *, hard: bool) -> object:
        quantity, unit = Decimal(thousandths) / 1000, Decimal(tenths_of_cents) / 1000
        worth = half_up(quantity * unit * 100)
        cost = RecordCost(
            matter_id=self.firm.practice.matters[matter], nature="hard" if hard else "soft", description="Copies",
            incurred_on=self.firm.practice.today, expense_code="E101", quantity=str(quantity), unit_cost=str(unit),
            payee="Copy shop" if hard else None, paid_from="card" if hard else None,
        )  # fmt: skip
        told = self.does(cost, fits=worth > 0)
        if told is None:
            return multiple()
        entry = UUID(str(told["cost_id"]))
        self.work[entry] = Entry("hard" if hard else "soft", matter, worth)
        return entry

    @rule(entry=entries, seconds=SECONDS, no_charge=st.booleans())
    def amend(self, entry: UUID, seconds: int, *, no_charge: bool) -> None:
        one = self.work[entry]
        if one.kind != "time":
            command: Command = AmendCost(cost_id=entry, charge="no_charge", why="gift")
            if self.does(command, fits=self.free(entry) and not one.no_charge):
                one.worth, one.no_charge = 0, True
            return
        after = replace(one)
        after.say_again(seconds, no_charge=no_charge)
        charge = "no_charge" if no_charge else "billable"
        command = AmendTime(entry_id=entry, worked_seconds=seconds, charge=charge, why="recounted")
        if self.does(command, fits=self.free(entry) and after.says() != one.says(), who=ASHBY):
            self.work[entry] = after

    @rule(target=entries, entry=entries, seconds=SECONDS)
    def split(self, entry: UUID, seconds: int) -> object:
        one = self.work[entry]
        if one.kind != "time":
            return multiple()
        command = SplitTime(entry_id=entry, worked_seconds=seconds, why="two things")
        told = self.does(command, fits=self.free(entry) and seconds < one.seconds, who=ASHBY)
        if told is None:
            return multiple()
        part = Fraction(seconds, one.seconds)
        into = UUID(str(told["into_entry_id"]))
        gone = Entry("time", one.matter, int(one.worth * part), seconds, int(one.rounded * part), no_charge=one.no_charge)
        self.work[into] = gone
        one.worth, one.seconds, one.rounded = one.worth - gone.worth, one.seconds - seconds, one.rounded - gone.rounded
        return into

    @rule(entry=entries)
    def transfer(self, entry: UUID) -> None:
        one = self.work[entry]
        if one.kind == "time":
            to = "S" if one.matter == "M" else "M"
            command = MoveTime(entry_id=entry, matter_id=self.firm.practice.matters[to], why="wrong matter")
            if self.does(command, fits=self.free(entry), who=ASHBY):
                one.matter = to
                one.say(one.seconds, no_charge=one.no_charge)

    @rule(entry=entries)
    def discard(self, entry: UUID) -> None:
        one = self.work[entry]
        command: Command = DiscardTime(entry_ids=(entry,), why="never was")
        if one.kind != "time":
            command = DiscardCost(cost_id=entry, why="never was")
        if self.does(command, fits=self.free(entry), who=ASHBY):
            one.gone, one.worth, one.seconds, one.rounded = True, 0, 0, 0

    @rule(target=bills, chosen=st.lists(entries, min_size=1, max_size=4, unique=True), taxed=st.booleans())
    def draft(self, chosen: list[UUID], *, taxed: bool) -> object:
        matter = self.work[chosen[0]].matter
        fits = all(self.free(one) and self.work[one].matter == matter for one in chosen)
        taxes = Taxes(tax_1_millionths=int(TAX * 1_000_000)) if taxed else Taxes()
        command = DraftBill(
            matter_id=self.firm.practice.matters[matter], entry_ids=tuple(chosen), through=self.firm.practice.today,
            taxes=taxes,
        )  # fmt: skip
        told = self.does(command, fits=fits)
        if told is None:
            return multiple()
        bill_id = UUID(str(told["bill_id"]))
        self.paper[bill_id] = Paper(matter, taxed=taxed)
        for one in chosen:
            self.work[one].bill, self.work[one].charged = bill_id, self.work[one].worth
        return bill_id

    def line_of(self, bill_id: UUID, which: int) -> tuple[UUID, UUID] | None:
        """A line of a draft, and its entry."""
        state = self.firm.practice.log.load(bill.KIND, bill_id).state
        found = [(line.line_id, line.entry_id) for line in state.lines.values()]
        return found[which % len(found)] if found else None

    @rule(bill_id=bills, which=st.integers(0, 3), charged=st.integers(0, 150_000),
          how=st.sampled_from(["write_up", "write_down", "discount", "no_charge"]))  # fmt: skip
    def review(self, bill_id: UUID, which: int, charged: int, how: Any) -> None:
        if (found := self.line_of(bill_id, which)) is None:
            return
        line_id, entry = found
        before = self.work[entry].charged if self.work[entry].bill == bill_id else 0
        charged = 0 if how == "no_charge" else charged
        moved = charged > before if how == "write_up" else charged < before
        command = AdjustBillLine(bill_id=bill_id, line_id=line_id, adjustment=how, charged_minor=charged, why="review")
        if self.does(command, fits=self.paper[bill_id].standing == "draft" and moved):
            self.work[entry].charged = charged

    @rule(bill_id=bills, which=st.integers(0, 3))
    def hold(self, bill_id: UUID, which: int) -> None:
        if (found := self.line_of(bill_id, which)) is not None:
            line_id, entry = found
            command = RemoveBillLine(bill_id=bill_id, line_id=line_id, why="held for the next bill")
            if self.does(command, fits=self.paper[bill_id].standing == "draft"):
                self.work[entry].bill, self.work[entry].charged = None, 0

    @rule(bill_id=bills, discount=CENTS)
    def thank(self, bill_id: UUID, discount: int) -> None:
        one = self.paper[bill_id]
        fits = one.standing == "draft" and discount <= self.fees(bill_id) and discount != one.discount
        if self.does(GiveCourtesyDiscount(bill_id=bill_id, discount_minor=discount, note="thank you"), fits=fits):
            one.discount = discount

    @rule(bill_id=bills)
    def drop(self, bill_id: UUID) -> None:
        if self.does(DropBill(bill_id=bill_id, why="not now"), fits=self.paper[bill_id].standing == "draft"):
            self.paper[bill_id].standing = "dropped"
            for one in self.lines(bill_id).values():
                one.bill, one.charged = None, 0

    @rule(bill_id=bills)
    def issue(self, bill_id: UUID) -> None:
        one, lines = self.paper[bill_id], self.lines(bill_id)
        net = sum(line.charged for line in lines.values()) - one.discount
        total = net + (half_up(net * TAX) if one.taxed else 0)
        fits = one.standing == "draft" and bool(lines) and one.discount <= self.fees(bill_id) and total > 0
        if self.does(ApproveBill(bill_id=bill_id), fits=fits, who=ASHBY):
            self.does(FinalizeBill(bill_id=bill_id), fits=True)
            one.standing, one.total, one.open = "issued", total, total

    @rule(bill_id=bills)
    def void(self, bill_id: UUID) -> None:
        one = self.paper[bill_id]
        command = VoidBill(bill_id=bill_id, effective_date=self.firm.practice.today, why="mistake")
        if self.does(command, fits=one.standing == "issued" and one.open == one.total, who=ASHBY):
            one.standing, one.open = "void", 0
            for line in self.lines(bill_id).values():
                line.bill, line.charged = None, 0

    @rule(target=payments, amount=CENTS)
    def pay(self, amount: int) -> UUID:
        practice = self.firm.practice
        received = ReceivePayment(
            client_id=practice.clients["A"], amount_minor=amount, effective_date=practice.today, method="card", payer="A"
        )
        payment = UUID(practice.does(received)["payment_id"])
        self.money[payment] = Money(amount, amount)
        return payment

    @rule(payment=payments, bill_id=bills, amount=CENTS, exactly=st.booleans())
    def apply(self, payment: UUID, bill_id: UUID, amount: int, *, exactly: bool) -> None:
        one, paper = self.money[payment], self.paper[bill_id]
        amount = (min(one.left, paper.open) or amount) if exactly else amount
        fits = paper.standing == "issued" and not one.back and amount <= one.left and amount <= paper.open
        command = ApplyPayment(
            payment_id=payment, bill_id=bill_id, amount_minor=amount, effective_date=self.firm.practice.today
        )
        if self.does(command, fits=fits):
            one.left, paper.open = one.left - amount, paper.open - amount
            one.put.append((bill_id, amount))

    @rule(payment=payments)
    def take_back(self, payment: UUID) -> None:
        one = self.money[payment]
        applied = self.firm.practice.log.load(client_payment.KIND, payment).state.applied
        assert Counter(applied.values()) == Counter(one.put)
        for allocation_id, (bill_id, part) in list(applied.items())[:1]:
            command = ReverseApplication(
                payment_id=payment, allocation_id=allocation_id, effective_date=self.firm.practice.today, why="wrong"
            )
            self.does(command, fits=True)
            one.put.remove((bill_id, part))
            one.left, self.paper[bill_id].open = one.left + part, self.paper[bill_id].open + part

    @rule(payment=payments)
    def charge_back(self, payment: UUID) -> None:
        one = self.money[payment]
        today = self.firm.practice.today
        command = RecordReturnedPayment(payment_id=payment, kind="chargeback", effective_date=today, why="disputed")
        if self.does(command, fits=not one.back):
            for bill_id, part in one.put:
                self.paper[bill_id].open += part
            one.left, one.put, one.back = 0, [], True

    @rule(bill_id=bills, amount=CENTS, credit=st.booleans(), exactly=st.booleans())
    def reduce(self, bill_id: UUID, amount: int, *, credit: bool, exactly: bool) -> None:
        one = self.paper[bill_id]
        amount = (one.open or amount) if exactly else amount
        kind = CreditBill if credit else WriteOffBill
        command = kind(bill_id=bill_id, effective_date=self.firm.practice.today, amount_minor=amount, why="agreed")
        if self.does(command, fits=one.standing == "issued" and amount <= one.open, who=ASHBY):
            one.open -= amount

    @initialize(target=bills, seconds=st.integers(3_600, 20_000))
    def a_bill(self, seconds: int) -> object:
        bill_id = self.draft([self.record_time(seconds, "S")], taxed=True)
        assert isinstance(bill_id, UUID)
        self.issue(bill_id)
        return bill_id

    @invariant()
    def every_row_of_the_events_is_that_of_the_model(self) -> None:
        log = self.firm.practice.log
        for event in log.read(self.read_to):
            self.read_to = event.position
            for account, amount, _ in operating_postings.operating_lines(event):
                self.book[account] += amount
            for model, table in FOLDS:
                if event.topic in (model.topics or ()):
                    for change in model.project(event):
                        row = dict(zip(table.columns, change[1], strict=True))
                        sums = self.folded.setdefault((table.name, str(row.get("entry_id") or row["bill_id"])), Counter())
                        sums.update({name: value for name, value in row.items() if name.endswith(("_minor", "_seconds"))})
        for key, one in self.work.items():
            self.check_entry(self.folded[("work_movements", str(key))], one)
        for key, paper in self.paper.items():
            owed = self.folded.get(("receivable_movements", str(key)), Counter())
            assert sum(owed.values()) == paper.open == log.load(bill.KIND, key).state.open_minor
            if paper.matter == "S":
                assert self.folded.get(("payer_movements", str(key)), Counter())["amount_minor"] == paper.open
        for key, money in self.money.items():
            assert money.left + sum(part for _, part in money.put) == (0 if money.back else money.amount)
            assert log.load(client_payment.KIND, key).state.unapplied_minor == money.left
        self.check_book()

    def check_entry(self, sums: Counter[str], one: Entry) -> None:
        billed = one.bill is not None and self.paper[one.bill].standing == "issued"
        assert sums["recorded_minor"] == one.worth
        assert (sums["worked_seconds"], sums["rounded_seconds"]) == (one.seconds, one.rounded)
        assert sums["billed_minor"] == (one.charged if billed else 0)
        assert sums["written_down_minor"] == (one.worth - one.charged if billed else 0)
        in_progress = sums["recorded_minor"] - sums["billed_minor"] - sums["written_down_minor"]
        assert in_progress == (0 if billed else one.worth)

    def check_book(self) -> None:
        assert sum(self.book.values()) == 0
        owed = sum(self.book[account] for account in ("1200", "1210", "1220"))
        assert owed == sum(paper.open for paper in self.paper.values())
        assert self.book["2300"] == -sum(money.left for money in self.money.values())


@pytest.mark.timeout(300)
def test_every_entry_is_followed_to_the_cent(practice: Practice) -> None:
    class Books(WorkToCash):
        firm = BillingPractice(practice)

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )


def test_the_parts_of_a_split_keep_what_they_were_given_until_their_time_changes(practice: Practice) -> None:
    class Books(WorkToCash):
        firm = BillingPractice(practice)

    books = Books()
    first = books.record_time(seconds=2, matter="M")
    second = books.split(entry=first, seconds=1)
    assert isinstance(second, UUID)
    books.amend(entry=second, seconds=1, no_charge=False)
    books.every_row_of_the_events_is_that_of_the_model()
    books.amend(entry=second, seconds=1, no_charge=True)
    books.amend(entry=second, seconds=1, no_charge=False)
    books.amend(entry=first, seconds=2, no_charge=False)
    books.every_row_of_the_events_is_that_of_the_model()
