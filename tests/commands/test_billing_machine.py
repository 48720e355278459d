"""No cent is lost between entry, bill, allocation, credit and write-off, whatever is asked in whatever order.

A naive model keeps plain sums beside the books: what each entry is worth, what each bill charges and still asks, what each
payment has left. After every step the events themselves, folded as the read models fold them, must say the same.
"""

from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from aggregates import bill, client_payment
from aggregates.bill import Bill
from aggregates.client_payment import ClientPayment
from aggregates.errors import Refusal
from commands.adjust_bill_line import AdjustBillLine
from commands.amend_time import AmendTime
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.credit_bill import CreditBill
from commands.discard_time import DiscardTime
from commands.draft_bill import DraftBill
from commands.drop_bill import DropBill
from commands.finalize_bill import FinalizeBill
from commands.give_courtesy_discount import GiveCourtesyDiscount
from commands.move_credit_to_trust import MoveCreditToTrust
from commands.receive_payment import ReceivePayment
from commands.record_returned_payment import RecordReturnedPayment
from commands.refund_credit import RefundCredit
from commands.reverse_application import ReverseApplication
from commands.split_time import SplitTime
from commands.void_bill import VoidBill
from commands.work import Command
from commands.write_off_bill import WriteOffBill
from projections import receivables, work_in_progress
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, LIND, Practice

FOLDS = (
    (work_in_progress.PROJECTION, work_in_progress.MOVEMENTS),
    (receivables.PROJECTION, receivables.MOVEMENTS),
)
CENTS = st.integers(min_value=1, max_value=200_000)


class Billing(RuleBasedStateMachine):
    """One client's matter, worked, billed and paid."""

    firm: BillingPractice
    entries, drafts, bills, payments = (Bundle(name) for name in ("entries", "drafts", "bills", "payments"))

    def __init__(self) -> None:
        super().__init__()
        self.began_at = self.firm.practice.log.size()
        self.matter_id = self._new_matter()
        self.worth: dict[UUID, int] = {}
        self.charged: dict[UUID, int] = {}
        self.on_bill: dict[UUID, list[UUID]] = {}
        self.asks: dict[UUID, int] = {}
        self.left: dict[UUID, int] = {}

    def _new_matter(self) -> UUID:
        practice = self.firm.practice
        practice.open_ledger("M", practice.clients["A"])
        return practice.matters["M"]

    def does(self, command: Command, who: UUID = LIND) -> dict[str, object] | None:
        """None where it was refused: then nothing happened."""
        try:
            return self.firm.practice.does(command, who)
        except Refusal:
            return None

    @rule(target=entries, seconds=st.integers(min_value=1, max_value=30_000))
    def work(self, seconds: int) -> UUID:
        entry_id = self.firm.approved("M", seconds)
        self.worth[entry_id] = self.firm.entry(entry_id).work.value_minor
        assert self.worth[entry_id] == -(-seconds // 360) * 25_00
        return entry_id

    @rule(entry=entries, seconds=st.integers(min_value=1, max_value=30_000))
    def amend(self, entry: UUID, seconds: int) -> None:
        if self.does(AmendTime(entry_id=entry, worked_seconds=seconds, why="recounted"), ASHBY):
            self.worth[entry] = -(-seconds // 360) * 25_00

    @rule(target=entries, entry=entries, seconds=st.integers(min_value=1, max_value=30_000))
    def split(self, entry: UUID, seconds: int) -> object:
        told = self.does(SplitTime(entry_id=entry, worked_seconds=seconds, why="two things"), ASHBY)
        if told is None:
            return multiple()
        into = UUID(str(told["into_entry_id"]))
        self.worth[into] = self.firm.entry(into).work.value_minor
        self.worth[entry] -= self.worth[into]
        return into

    @rule(entry=entries)
    def discard(self, entry: UUID) -> None:
        if self.does(DiscardTime(entry_ids=(entry,), why="never was"), ASHBY):
            self.worth[entry] = 0

    @rule(target=drafts, chosen=st.lists(entries, min_size=1, max_size=4, unique=True))
    def draft(self, chosen: list[UUID]) -> object:
        told = self.does(DraftBill(matter_id=self.matter_id, entry_ids=tuple(chosen), through=self.firm.practice.today))
        return UUID(str(told["bill_id"])) if told is not None else multiple()

    @rule(draft=drafts, charged=st.integers(min_value=0, max_value=200_000), up=st.booleans(), which=st.integers(0, 3))
    def adjust(self, draft: UUID, charged: int, *, up: bool, which: int) -> None:
        lines = list(self.bill(draft).lines)
        adjustment = "write_up" if up else "write_down"
        line_id = lines[which % len(lines)]
        self.does(AdjustBillLine(bill_id=draft, line_id=line_id, adjustment=adjustment, charged_minor=charged, why="review"))

    @rule(draft=drafts, discount=CENTS)
    def courtesy(self, draft: UUID, discount: int) -> None:
        self.does(GiveCourtesyDiscount(bill_id=draft, discount_minor=discount, note="thank you"))

    @rule(draft=consumes(drafts))
    def drop(self, draft: UUID) -> None:
        self.does(DropBill(bill_id=draft, why="not now"))

    @rule(target=bills, draft=consumes(drafts))
    def finalize(self, draft: UUID) -> object:
        if self.does(ApproveBill(bill_id=draft), ASHBY) is None or self.does(FinalizeBill(bill_id=draft)) is None:
            return multiple()
        state = self.bill(draft)
        for line in state.lines.values():
            self.charged[line.entry_id] = line.charged_minor
        self.on_bill[draft] = [line.entry_id for line in state.lines.values()]
        self.asks[draft] = sum(line.charged_minor for line in state.lines.values()) - state.discount_minor
        return draft

    @initialize(target=bills, seconds=st.integers(min_value=3_600, max_value=30_000))
    def a_bill(self, seconds: int) -> object:
        return self.finalize(self.draft([self.work(seconds)]))

    @initialize(target=payments, amount=CENTS)
    def a_payment(self, amount: int) -> object:
        return self.pay(amount)

    @rule(bill_id=bills)
    def void(self, bill_id: UUID) -> None:
        if self.does(VoidBill(bill_id=bill_id, effective_date=self.firm.practice.today, why="mistake"), ASHBY):
            self.asks[bill_id] = 0
            for entry in self.on_bill.pop(bill_id):
                del self.charged[entry]

    @rule(target=payments, amount=CENTS)
    def pay(self, amount: int) -> UUID:
        practice = self.firm.practice
        received = ReceivePayment(
            client_id=practice.clients["A"], amount_minor=amount, effective_date=practice.today, method="card", payer="A"
        )
        payment = UUID(practice.does(received)["payment_id"])
        self.left[payment] = amount
        return payment

    @rule(payment=payments, bill_id=bills, amount=CENTS)
    def apply(self, payment: UUID, bill_id: UUID, amount: int) -> None:
        amount = min(amount, self.asks[bill_id], self.left[payment]) or amount
        applied = ApplyPayment(
            payment_id=payment, bill_id=bill_id, amount_minor=amount, effective_date=self.firm.practice.today
        )
        if self.does(applied):
            self.left[payment] -= amount
            self.asks[bill_id] -= amount

    @rule(payment=payments)
    def take_back(self, payment: UUID) -> None:
        for allocation_id, (bill_id, part) in list(self.payment(payment).applied.items())[:1]:
            self.firm.practice.does(
                ReverseApplication(
                    payment_id=payment, allocation_id=allocation_id, effective_date=self.firm.practice.today, why="wrong"
                )
            )
            self.left[payment] += part
            self.asks[bill_id] += part

    @rule(payment=payments)
    def charge_back(self, payment: UUID) -> None:
        applied = dict(self.payment(payment).applied)
        today = self.firm.practice.today
        if self.does(RecordReturnedPayment(payment_id=payment, kind="chargeback", effective_date=today, why="disputed")):
            self.left[payment] = 0
            for bill_id, part in applied.values():
                self.asks[bill_id] += part

    @rule(payment=payments, amount=CENTS, to_trust=st.booleans())
    def give_away(self, payment: UUID, amount: int, *, to_trust: bool) -> None:
        amount, today = min(amount, self.left[payment]) or amount, self.firm.practice.today
        ledger = self.firm.practice.ledgers["M"]
        command: Command = RefundCredit(payment_id=payment, amount_minor=amount, effective_date=today, why="asked for")
        if to_trust:
            command = MoveCreditToTrust(payment_id=payment, ledger_id=ledger, amount_minor=amount, effective_date=today)
        if self.does(command):
            self.left[payment] -= amount

    @rule(bill_id=bills, amount=CENTS, credit=st.booleans())
    def reduce(self, bill_id: UUID, amount: int, *, credit: bool) -> None:
        kind: Callable[..., Command] = CreditBill if credit else WriteOffBill
        reduced = kind(bill_id=bill_id, effective_date=self.firm.practice.today, amount_minor=amount, why="agreed")
        if self.does(reduced, ASHBY):
            self.asks[bill_id] -= amount

    def bill(self, bill_id: UUID) -> Bill:
        state: Bill = self.firm.practice.log.load(bill.KIND, bill_id).state
        return state

    def payment(self, payment_id: UUID) -> ClientPayment:
        state: ClientPayment = self.firm.practice.log.load(client_payment.KIND, payment_id).state
        return state

    @invariant()
    def the_events_say_what_the_model_says(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for event in self.firm.practice.log.read(self.began_at):
            for model, table in FOLDS:
                if event.topic in (model.topics or ()):
                    for change in model.project(event):
                        for name, value in zip(table.columns, change[1], strict=True):
                            sums[name] += value if name.endswith("_minor") else 0
        recorded, billed, down = (sums[f"{name}_minor"] for name in ("recorded", "billed", "written_down"))
        open_minor = sum(sums[f"{name}_minor"] for name in ("tax", "hard_cost", "soft_cost", "fee"))
        in_progress = sum(worth for entry, worth in self.worth.items() if entry not in self.charged)
        assert recorded == sum(self.worth.values())
        assert billed == sum(self.charged.values())
        assert recorded - billed - down == in_progress
        assert open_minor == sum(self.asks.values()) == sum(self.bill(key).open_minor for key in self.asks)
        assert {key: self.payment(key).unapplied_minor for key in self.left} == self.left


@pytest.mark.timeout(300)
def test_no_cent_is_lost(practice: Practice) -> None:
    class Books(Billing):
        firm = BillingPractice(practice)

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
