"""The firm's own book: domain section 4 line by line, and a practice at random against a plain computation of its events."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args
from uuid import UUID

import psycopg
import pytest

from aggregates import bill, client_payment, matter_cost
from aggregates.bill import Bill
from aggregates.bill_events import Taxes
from aggregates.contingency import Tier
from aggregates.errors import BadRequest, Refusal, WrongState
from commands.adjust_bill_line import AdjustBillLine
from commands.agree_contingent_fee import AgreeContingentFee
from commands.agree_late_charges import AgreeLateCharges
from commands.amend_cost import AmendCost
from commands.apply_payment import ApplyPayment
from commands.approve_bill import ApproveBill
from commands.charge_interest import ChargeInterest
from commands.credit_bill import CreditBill
from commands.discard_cost import DiscardCost
from commands.draft_bill import DraftBill
from commands.finalize_bill import FinalizeBill
from commands.outlay_work import SpendPart
from commands.receive_payment import Allocation, ReceivePayment
from commands.record_cost import RecordCost
from commands.record_returned_payment import RecordReturnedPayment
from commands.record_vendor_payment import RecordVendorPayment
from commands.reverse_vendor_payment import ReverseVendorPayment
from commands.sign_settlement import SignSettlement
from commands.state_settlement import Share, StateSettlement
from commands.void_bill import VoidBill
from commands.withdraw_settlement import WithdrawSettlement
from commands.work import Command
from commands.write_off_bill import WriteOffBill
from projections.catalogue import PROJECTIONS
from projections.chart_of_accounts import LIABILITIES, Account
from projections.engine import Engine
from projections.reports import firm_lines, operating_book, transfers_in_passage
from projections.reports.reader import Reader
from tests.commands.billing_practice import HOUR, BillingPractice
from tests.commands.test_firm_accounts import Card
from tests.commands.trust_practice import ASHBY, FIRM_NAME, LIND, Practice, day, practising


@pytest.fixture
def practice(migrated_database_url: str) -> Iterator[Practice]:
    with practising(migrated_database_url) as opened:
        yield opened


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


def tries(firm: BillingPractice, command: Command, who: UUID = LIND) -> bool:
    """What is refused did not happen."""
    try:
        firm.practice.does(command, who)
    except Refusal:
        return False
    return True


class Book:
    """The book as the reports tell it."""

    def __init__(self, firm: BillingPractice, url: str) -> None:
        self.firm, self.url = firm, url

    def balances(self, as_of: date | None = None) -> dict[str, int]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            reader = self.reader(connection)
            found = operating_book.trial_balance(reader, as_of=as_of)
            assert found.totals["difference"] == 0
            return {account: balance for account, _, _, _, balance in found.rows if balance}

    def reader(self, connection: psycopg.Connection[Any]) -> Reader:
        schema = self.firm.practice.log.schema
        engine = Engine(schema, PROJECTIONS)
        engine.prepare(connection)
        engine.catch_up(connection)
        engine.release(connection)
        return Reader(connection, schema, self.firm.practice.today)


@pytest.fixture
def book(firm: BillingPractice, migrated_database_url: str) -> Book:
    return Book(firm, migrated_database_url)


def hard(firm: BillingPractice, amount: str, **more: Any) -> UUID:
    words = {
        "matter_id": firm.practice.matters["A"],
        "nature": "hard",
        "incurred_on": firm.practice.today,
        "expense_code": "E112",
        "description": "Filing fee",
        "unit_cost": amount,
        "payee": "Clerk of Court",
        "paid_from": "card",
    }
    return UUID(firm.practice.does(RecordCost.model_validate(words | more))["cost_id"])


def issue(firm: BillingPractice, *entries: UUID, **more: Any) -> UUID:
    command = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=entries, through=firm.practice.today, **more)
    bill_id = UUID(firm.practice.does(command)["bill_id"])
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id))
    return bill_id


def reference_of(firm: BillingPractice, bill_id: UUID) -> UUID:
    state: Bill = firm.practice.log.load(bill.KIND, bill_id).state
    assert state.finalized is not None
    return state.finalized.billing_reference_id


def test_every_account_of_the_book_has_a_journal() -> None:
    of_trust = {*LIABILITIES.values(), Account.TRUST_BANK, Account.LEDGER_TRANSFERS}
    assert set(get_args(operating_book.AccountCode)) == {account.value for account in Account if account not in of_trust}


def test_the_retainer_cycle_of_a_bookkeepers_answer(firm: BillingPractice, book: Book) -> None:
    """Domain section 4: 1,000 in trust; 100 of costs on the card; 700 of fees and 100 of costs billed; 800 drawn."""
    practice = firm.practice
    practice.receive("A", 1_000_00)
    cost_id = hard(firm, "100.00")
    assert book.balances() == {"1300": 100_00, "2050": -100_00}
    entries = [firm.approved("A", 2 * HOUR), firm.approved("A", 48 * 60)]
    bill_id = issue(firm, *entries, cost_id)
    assert book.balances() == {"1200": 700_00, "1210": 100_00, "2050": -100_00, "4000": -700_00}
    reference = reference_of(firm, bill_id)
    practice.today = day(25)
    _, entry = practice.pay("A", 800_00, payee=FIRM_NAME, billing_reference_id=reference, purpose="Fees and costs billed")
    assert entry is not None
    assert book.balances() == {"1000": 800_00, "2050": -100_00, "4000": -700_00}
    with psycopg.connect(book.url, autocommit=True) as connection:
        waiting = transfers_in_passage.report(book.reader(connection))
    assert waiting.totals == {"in_passage": 800_00}


def test_a_contingent_fee_is_earned_by_the_signed_statement_and_paid_by_what_is_drawn_against_it(
    firm: BillingPractice, book: Book
) -> None:
    practice = firm.practice
    matter, tiers = practice.matters["A"], (Tier(stage="before suit", basis_points=3_000),)
    practice.does(AgreeContingentFee(matter_id=matter, tiers=tiers, fee_on="gross", authority="Engagement letter"), ASHBY)
    practice.receive("A", 10_000_00)
    shares = (Share(kind="cost", to="Medical report", amount_minor=400_00),)
    statement = StateSettlement(
        matter_id=matter, ledger_id=practice.ledgers["A"], gross_minor=10_000_00, stage="before suit", shares=shares,
        effective_date=practice.today,
    )  # fmt: skip
    settlement_id = UUID(practice.does(statement)["settlement_id"])
    assert book.balances() == {}
    sign = SignSettlement(settlement_id=settlement_id, number="S-1", signed_on=practice.today, authority="Signed")
    reference = UUID(practice.does(sign)["billing_reference_id"])
    assert book.balances() == {"1200": 3_400_00, "4020": -3_000_00, "4100": -400_00}
    practice.pay("A", 3_400_00, payee=FIRM_NAME, billing_reference_id=reference, purpose="Fee and costs")
    assert book.balances() == {"1000": 3_400_00, "4020": -3_000_00, "4100": -400_00}


def test_costs_advanced_come_back_by_a_settlement_and_by_nothing_else(firm: BillingPractice, book: Book) -> None:
    practice = firm.practice
    matter, tiers = practice.matters["A"], (Tier(stage="before suit", basis_points=3_000),)
    practice.does(AgreeContingentFee(matter_id=matter, tiers=tiers, fee_on="net", authority="Engagement letter"), ASHBY)
    practice.receive("A", 10_000_00)
    advanced, other = hard(firm, "400.00"), hard(firm, "50.00", matter_id=practice.matters["B"])
    words = StateSettlement(
        matter_id=matter, ledger_id=practice.ledgers["A"], gross_minor=10_000_00, stage="before suit", cost_ids=(advanced,),
        effective_date=practice.today,
    )  # fmt: skip
    practice.refused(BadRequest, words.model_copy(update={"cost_ids": (other,)}))
    practice.refused(BadRequest, words.model_copy(update={"cost_ids": (advanced, advanced)}))
    told = practice.does(words)
    assert [(row["kind"], row["amount_minor"]) for row in told["rows"]] == [
        ("fee", 2_880_00), ("cost", 400_00), ("client", 6_720_00),
    ]  # fmt: skip
    practice.refused(WrongState, words)
    practice.refused(WrongState, DraftBill(matter_id=matter, entry_ids=(advanced,), through=practice.today))
    practice.does(WithdrawSettlement(settlement_id=UUID(told["settlement_id"]), why="A lien was forgotten"))
    settlement_id = UUID(practice.does(words)["settlement_id"])
    sign = SignSettlement(settlement_id=settlement_id, number="S-1", signed_on=practice.today, authority="Signed")
    reference = UUID(practice.does(sign)["billing_reference_id"])
    practice.refused(WrongState, DraftBill(matter_id=matter, entry_ids=(advanced,), through=practice.today))
    assert book.balances() == {"1200": 3_280_00, "1300": 50_00, "2050": -450_00, "4020": -2_880_00}
    practice.pay("A", 3_280_00, payee=FIRM_NAME, billing_reference_id=reference, purpose="Fee and costs")
    assert book.balances() == {"1000": 3_280_00, "1300": 50_00, "2050": -450_00, "4020": -2_880_00}


def test_what_is_never_recovered_of_a_cost_is_the_firms_loss(firm: BillingPractice, book: Book) -> None:
    cost_id = hard(firm, "100.00", paid_from="operating")
    hard(firm, "40.00", charge="non_billable", paid_from="payable")
    assert book.balances() == {"1000": -100_00, "1300": 100_00, "2000": -40_00, "6900": 40_00}
    draft = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=(cost_id,), through=firm.practice.today)
    bill_id = UUID(firm.practice.does(draft)["bill_id"])
    (line,) = firm.practice.log.load(bill.KIND, bill_id).state.lines
    less = AdjustBillLine(bill_id=bill_id, line_id=line, adjustment="write_down", charged_minor=70_00, why="Agreed")
    firm.practice.does(less)
    firm.practice.does(ApproveBill(bill_id=bill_id), ASHBY)
    firm.practice.does(FinalizeBill(bill_id=bill_id))
    assert book.balances() == {"1000": -100_00, "1210": 70_00, "2000": -40_00, "6900": 70_00}
    void = VoidBill(bill_id=bill_id, effective_date=firm.practice.today, why="Wrong")
    firm.practice.does(void, ASHBY)
    assert book.balances() == {"1000": -100_00, "1300": 100_00, "2000": -40_00, "6900": 40_00}


def test_a_payment_by_card_its_fee_and_its_chargeback_stay_in_the_firms_book(firm: BillingPractice, book: Book) -> None:
    bill_id = issue(firm, firm.approved("A", HOUR), hard(firm, "50.00"), taxes=Taxes(tax_1_millionths=100_000))
    received = ReceivePayment(
        client_id=firm.practice.clients["A"], amount_minor=330_00, effective_date=firm.practice.today, method="card",
        payer="Adeline Archer", card_fee_minor=9_57, allocations=(Allocation(bill_id=bill_id, amount_minor=330_00),),
    )  # fmt: skip
    payment = UUID(firm.practice.does(received)["payment_id"])
    assert book.balances() == {
        "1000": 320_43, "2050": -50_00, "2200": -30_00, "4000": -250_00, "6400": 9_57,
    }  # fmt: skip
    back = RecordReturnedPayment(
        payment_id=payment, kind="chargeback", effective_date=firm.practice.today, fee_minor=15_00, why="Disputed"
    )
    firm.practice.does(back)
    assert book.balances() == {
        "1000": -24_57, "1200": 250_00, "1210": 50_00, "1220": 30_00, "2050": -50_00, "2200": -30_00, "4000": -250_00,
        "6400": 24_57,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_practice_at_random_agrees_with_its_states(firm: BillingPractice, book: Book, seed: int) -> None:
    """1200 to 1220 are what bills are owed; 1300 is every hard cost unbilled; 2300 every payment's credit."""
    dice = random.Random(seed)  # noqa: S311 -- a practice, not a secret
    costs, bills, payments, vendors = [], [], [], []
    practice = firm.practice
    for number in range(16, 28):
        practice.today = today = day(number)
        costs.append(hard(firm, f"{dice.randint(1, 300)}.{dice.randint(10, 99)}", paid_from=dice.choice(PAID_FROM)))
        part = SpendPart(
            amount_minor=dice.randint(1, 500_00), matter_id=practice.matters["A"], expense_code="E119", description="Expert"
        )
        rent = SpendPart(amount_minor=dice.randint(1, 500_00), overhead="Rent")
        paid = RecordVendorPayment(
            paid_on=today,
            payee="Falk",
            amount_minor=part.amount_minor + rent.amount_minor,
            method="wire",
            parts=(part, rent),
        )
        told = practice.does(paid)
        vendors.append(UUID(told["payment_id"]))
        costs.append(UUID(told["cost_ids"][0]))
        chosen = [firm.approved("A", dice.randint(60, 9_000)), *dice.sample(costs, k=2)]
        draft = DraftBill(matter_id=practice.matters["A"], entry_ids=tuple(chosen), through=today, taxes=TAXES)
        if tries(firm, draft):
            added = [one for one in practice.log.read() if one.topic == "bill/line-added"]
            bill_id = UUID(added[-1].stream_id)
            practice.does(ApproveBill(bill_id=bill_id), ASHBY)
            practice.does(FinalizeBill(bill_id=bill_id))
            bills.append(bill_id)
        received = ReceivePayment(
            client_id=practice.clients["A"], amount_minor=dice.randint(1, 900_00), effective_date=today, method="card",
            payer="Archer", card_fee_minor=1,
        )  # fmt: skip
        payments.append(UUID(practice.does(received)["payment_id"]))
        for _ in range(5):
            some = {"bill_id": dice.choice(bills), "effective_date": today} if bills else None
            amount = dice.randint(1, 400_00)
            choices: list[Any] = [
                AmendCost(cost_id=dice.choice(costs), unit_cost="77.70", why="agreed"),
                AmendCost(cost_id=dice.choice(costs), charge="non_billable", why="agreed"),
                DiscardCost(cost_id=dice.choice(costs), why="agreed"),
                ReverseVendorPayment(payment_id=dice.choice(vendors), effective_date=today, why="agreed"),
                RecordReturnedPayment(payment_id=dice.choice(payments), kind="returned", effective_date=today, why="agreed"),
            ]
            if some is not None:
                apply = ApplyPayment(payment_id=dice.choice(payments), amount_minor=amount, **some)
                choices += [apply, apply, CreditBill(amount_minor=amount, why="agreed", **some),
                            WriteOffBill(amount_minor=amount, why="agreed", **some), VoidBill(why="x", **some)]  # fmt: skip
            command = dice.choice(choices)
            tries(firm, command, ASHBY if isinstance(command, CreditBill | WriteOffBill | VoidBill) else LIND)
    check_agreement(firm, book)


def test_interest_is_owed_and_earned_apart_from_fees(firm: BillingPractice, book: Book) -> None:
    practice = firm.practice
    terms = AgreeLateCharges(
        matter_id=practice.matters["A"], binds_from=day(1), yearly_percent="12", authority="Engagement letter"
    )
    practice.does(terms, ASHBY)
    bill_id = issue(firm, firm.approved("A", 4 * HOUR))
    practice.today = date(2026, 11, 14)
    practice.does(ChargeInterest(bill_id=bill_id))
    assert book.balances() == {"1200": 1_000_00, "1230": 9_86, "4000": -1_000_00, "4200": -9_86}
    check_agreement(firm, book)
    received = ReceivePayment(
        client_id=practice.clients["A"], amount_minor=1_005_00, effective_date=practice.today, method="wire",
        payer="Adeline Archer", allocations=(Allocation(bill_id=bill_id, amount_minor=1_005_00),),
    )  # fmt: skip
    practice.does(received)
    assert book.balances() == {"1000": 1_005_00, "1230": 4_86, "4000": -1_000_00, "4200": -9_86}
    lost = WriteOffBill(bill_id=bill_id, effective_date=practice.today, amount_minor=4_86, why="not worth a letter")
    practice.does(lost, ASHBY)
    assert book.balances() == {"1000": 1_005_00, "4000": -1_000_00, "4200": -9_86, "4910": 4_86}


PAID_FROM = ("operating", "card", "payable")
TAXES = Taxes(tax_1_millionths=50_000, tax_2_millionths=99_750)


def check_agreement(firm: BillingPractice, book: Book) -> None:
    found = Counter(book.balances())
    states = Counter[str]()
    seen: dict[str, set[UUID]] = {kind: set() for kind in ("matter-cost", "client-payment", "bill")}
    for one in firm.practice.log.read():
        if (kind := one.topic.partition("/")[0]) in seen:
            seen[kind].add(UUID(one.stream_id))
    for key in seen["matter-cost"]:
        cost = firm.practice.log.load(matter_cost.KIND, key).state
        waits = not cost.discarded and cost.billed_minor is None and cost.cost.charge != "non_billable"
        states["1300"] += cost.cost.cost_minor if waits else 0
    for key in seen["client-payment"]:
        states["2300"] -= firm.practice.log.load(client_payment.KIND, key).state.unapplied_minor
    for key in seen["bill"]:
        owed = firm.practice.log.load(bill.KIND, key).state.owed
        states["1200"] += owed.get("fee", 0)
        states["1210"] += owed.get("hard_cost", 0) + owed.get("soft_cost", 0)
        states["1220"] += owed.get("tax", 0)
        states["1230"] += owed.get("interest", 0)
    for account, expected in states.items():
        assert found[account] == expected, account
    assert states["1200"], "something is owed in the end"


def test_lines_of_the_operating_account_are_suggested_as_what_they_show_and_transfers_followed(
    firm: BillingPractice, book: Book
) -> None:
    practice = firm.practice
    practice.receive("A", 1_000_00)
    bill_id = issue(firm, firm.approved("A", 2 * HOUR))
    practice.today = day(25)
    transfer, _ = practice.pay("A", 500_00, payee=FIRM_NAME, billing_reference_id=reference_of(firm, bill_id))
    received = ReceivePayment(
        client_id=practice.clients["A"], amount_minor=300_00, effective_date=practice.today, method="card",
        payer="Adeline Archer", card_fee_minor=9_00,
    )  # fmt: skip
    payment = practice.does(received)["payment_id"]
    rent = SpendPart(amount_minor=700_00, overhead="Rent")
    paid = RecordVendorPayment(paid_on=day(25), payee="Landlord", amount_minor=700_00, method="ach", parts=(rent,))
    vendor = practice.does(paid)["payment_id"]
    bank = Card(firm, "operating", b"date,payee,amount\n2026-09-25,A,291.00\n2026-09-25,B,-700.00\n2026-09-25,C,500.00\n")

    def told() -> tuple[list[tuple[str | None, str | None]], dict[str, Any]]:
        with psycopg.connect(book.url, autocommit=True) as connection:
            reader = book.reader(connection)
            lines = firm_lines.report(reader).records()
            (row,) = transfers_in_passage.report(reader, standing="all").records()
        return [(line["suggested_link"], line["suggested_link_id"]) for line in lines], row

    suggested, passage = told()
    assert suggested == [("client_payment", payment), ("vendor_payment", vendor), ("trust_payment", str(transfer))]
    assert (passage["seen_on_trust"], passage["seen_on_operating"]) == (None, None)
    for n, thing in enumerate(
        [("client_payment", UUID(payment)), ("vendor_payment", UUID(vendor)), ("trust_payment", transfer)]
    ):
        bank.links(n, thing)
    suggested, passage = told()
    assert (suggested, passage["seen_on_operating"], passage["standing"]) == ([], day(25), "in_passage")
    bank.reopens(2)
    suggested, passage = told()
    assert (suggested, passage["seen_on_operating"]) == ([("trust_payment", str(transfer))], None)
