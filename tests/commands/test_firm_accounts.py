"""The firm's own accounts: cards and operating, their statements, and what each line was for, to the cent."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates import firm_account, matter_cost
from aggregates.bank_statement_file import ParsedLine, ParsedStatement, StatementFileRefused
from aggregates.errors import BadRequest, WrongState
from aggregates.firm_account import FirmAccount
from aggregates.firm_account_events import FirmStatementImported
from aggregates.matter_cost import MatterCost
from aggregates.outlay import Outlay, check_sum
from commands.accept_line import AcceptLine
from commands.bank_statements.csv_profile import CsvProfile
from commands.discard_cost import DiscardCost
from commands.draft_bill import DraftBill
from commands.import_firm_statement import ImportFirmStatement
from commands.link_line import LinkedThing, LinkLine
from commands.open_firm_account import OpenFirmAccount
from commands.outlay_work import SpendPart
from commands.receive_payment import ReceivePayment
from commands.record_cost import RecordCost
from commands.record_vendor_payment import RecordVendorPayment
from commands.reopen_line import ReopenLine
from commands.reverse_vendor_payment import ReverseVendorPayment
from commands.set_aside_line import SetAsideLine
from tests.commands.billing_practice import BillingPractice
from tests.commands.trust_practice import ASHBY, Practice, day

PROFILE = CsvProfile(
    account_number="4242", currency="USD", opening_balance="0.00", date="date", amount="amount", payee="payee"
)
FIRST = b"""date,payee,amount
2026-09-02,CLERK OF COURT,-405.00
2026-09-03,OFFICE SUPPLY CO,-120.50
2026-09-05,AIR TRAVEL,-300.01
2026-09-08,PAYMENT THANK YOU,500.00
"""


@pytest.fixture
def firm(practice: Practice) -> BillingPractice:
    return BillingPractice(practice)


class Card:
    """A firm's card with its first statement; lines by their order."""

    def __init__(self, firm: BillingPractice, kind: str = "credit_card", content: bytes = FIRST) -> None:
        self.practice = firm.practice
        opened = OpenFirmAccount.model_validate({"kind": kind, "name": "The account", "number": "4242"})
        self.id = UUID(self.practice.does(opened, ASHBY)["account_id"])
        self.takes(content)

    def takes(self, content: bytes, profile: CsvProfile = PROFILE) -> dict[str, Any]:
        command = ImportFirmStatement(account_id=self.id, filename="card.csv", content=content, profile=profile)
        return self.practice.does(command)

    @property
    def state(self) -> FirmAccount:
        found: FirmAccount = self.practice.log.load(firm_account.KIND, self.id).state
        return found

    def line(self, n: int) -> UUID:
        return list(self.state.lines)[n]

    def accepts(self, n: int, *parts: SpendPart) -> list[UUID | None]:
        told = self.practice.does(AcceptLine(account_id=self.id, line_id=self.line(n), payee="The payee", parts=parts))
        return [UUID(one) if one else None for one in told["cost_ids"]]

    def links(self, n: int, *things: tuple[str, UUID]) -> None:
        named = tuple(LinkedThing.model_validate({"kind": kind, "id": one}) for kind, one in things)
        self.practice.does(LinkLine(account_id=self.id, line_id=self.line(n), things=named))

    def reopens(self, n: int) -> None:
        self.practice.does(ReopenLine(account_id=self.id, line_id=self.line(n), why="It was another matter's"))


def part(firm: BillingPractice, amount_minor: int, letter: str = "A", **more: Any) -> SpendPart:
    """A filing fee of a matter."""
    words = {
        "amount_minor": amount_minor, "matter_id": firm.practice.matters[letter], "expense_code": "E112",
        "description": "Filing fee",
    }  # fmt: skip
    return SpendPart.model_validate(words | more)


def cost(firm: BillingPractice, cost_id: UUID | None) -> MatterCost:
    assert cost_id is not None
    state: MatterCost = firm.practice.log.load(matter_cost.KIND, cost_id).state
    return state


def paid(*parts: SpendPart, amount_minor: int, **more: Any) -> RecordVendorPayment:
    words = {
        "paid_on": day(10), "payee": "Imogen Falk", "amount_minor": amount_minor, "method": "cheque", "parts": parts,
    }  # fmt: skip
    return RecordVendorPayment.model_validate(words | more)


def entered(firm: BillingPractice, **more: Any) -> UUID:
    words = {
        "matter_id": firm.practice.matters["A"], "nature": "hard", "incurred_on": day(2), "expense_code": "E112",
        "description": "Filing fee", "unit_cost": "405.00", "payee": "Clerk of Court", "paid_from": "card",
    }  # fmt: skip
    return UUID(firm.practice.does(RecordCost.model_validate(words | more))["cost_id"])


def test_one_payment_to_a_vendor_is_split_over_matters_and_overhead_to_the_cent(firm: BillingPractice) -> None:
    parts = (part(firm, 333_33), part(firm, 333_33, "B"), SpendPart(amount_minor=333_34, overhead="Training"))
    told = firm.practice.does(paid(*parts, amount_minor=1_000_00))
    first, second, overhead = told["cost_ids"]
    assert overhead is None
    assert [cost(firm, UUID(one)).cost.cost_minor for one in (first, second)] == [333_33, 333_33]
    assert cost(firm, UUID(second)).cost.matter_id == firm.practice.matters["B"]
    refusal = firm.practice.refused(BadRequest, paid(*parts, amount_minor=1_000_01))
    assert (refusal.figures["parts_minor"], refusal.figures["amount_minor"]) == (1_000_00, 1_000_01)


def test_reversing_a_payment_takes_its_costs_along_unless_one_is_billed(firm: BillingPractice) -> None:
    told = firm.practice.does(paid(part(firm, 500_00), amount_minor=500_00))
    payment, cost_id = UUID(told["payment_id"]), UUID(told["cost_ids"][0])
    firm.practice.refused(WrongState, DiscardCost(cost_id=cost_id, why="Twice"))
    reverse = ReverseVendorPayment(payment_id=payment, effective_date=day(12), why="The cheque was never sent")
    draft = DraftBill(matter_id=firm.practice.matters["A"], entry_ids=(cost_id,), through=day(15))
    firm.practice.does(draft)
    firm.practice.refused(WrongState, reverse)
    assert not cost(firm, cost_id).discarded
    other = firm.practice.does(paid(part(firm, 10_00, "B"), amount_minor=10_00))
    again = reverse.model_copy(update={"payment_id": UUID(other["payment_id"])})
    firm.practice.does(again)
    assert cost(firm, UUID(other["cost_ids"][0])).discarded
    firm.practice.refused(WrongState, again)


def test_what_a_vendor_is_owed_is_paid_once_and_at_its_amount(firm: BillingPractice) -> None:
    owed = entered(firm, paid_from="payable")
    pays = SpendPart(amount_minor=405_00, owed_cost_id=owed)
    firm.practice.refused(BadRequest, paid(SpendPart(amount_minor=400_00, owed_cost_id=owed), amount_minor=400_00))
    told = firm.practice.does(paid(pays, amount_minor=405_00))
    firm.practice.refused(WrongState, paid(pays, amount_minor=405_00))
    firm.practice.refused(WrongState, DiscardCost(cost_id=owed, why="Twice"))
    firm.practice.does(ReverseVendorPayment(payment_id=UUID(told["payment_id"]), effective_date=day(12), why="Bounced"))
    firm.practice.does(paid(pays, amount_minor=405_00))


@pytest.mark.parametrize(
    "words",
    [{}, {"overhead": "Rent", "owed_cost_id": UUID(int=5)}, {"matter_id": UUID(int=5), "overhead": "Rent"}],
)
def test_a_part_is_one_thing(firm: BillingPractice, words: dict[str, Any]) -> None:
    command = paid(SpendPart.model_validate({"amount_minor": 5_00, **words}), amount_minor=5_00)
    assert "one of the three" in firm.practice.refused(BadRequest, command).sentence


def test_a_charge_on_the_card_becomes_costs_and_overhead_once(firm: BillingPractice) -> None:
    card = Card(firm)
    cost_id, nothing = card.accepts(0, part(firm, 400_00), SpendPart(amount_minor=5_00, overhead="Fees of banks"))
    assert nothing is None
    made = cost(firm, cost_id)
    assert (made.cost.paid_from, made.cost.incurred_on, made.recorded.source_id) == ("card", day(2), card.line(0))
    with pytest.raises(WrongState, match="dealt with"):
        card.accepts(0, part(firm, 405_00))
    card.reopens(0)
    with pytest.raises(BadRequest, match=r"405\.00"):
        card.accepts(0, part(firm, 404_99))
    assert cost(firm, cost_id).discarded
    with pytest.raises(BadRequest, match="came in"):
        card.accepts(3, part(firm, 500_00))


def test_a_line_whose_cost_stands_on_a_bill_is_not_reopened(firm: BillingPractice) -> None:
    card = Card(firm)
    (cost_id,) = card.accepts(0, part(firm, 405_00))
    assert cost_id is not None
    firm.practice.does(DraftBill(matter_id=firm.practice.matters["A"], entry_ids=(cost_id,), through=day(15)))
    with pytest.raises(WrongState, match="draft of a bill"):
        card.reopens(0)
    assert not cost(firm, cost_id).discarded


def test_a_cost_entered_before_its_charge_came_is_linked_and_counts_once(firm: BillingPractice) -> None:
    card, before = Card(firm), entered(firm)
    card.links(0, ("cost", before))
    firm.practice.refused(WrongState, DiscardCost(cost_id=before, why="Twice"))
    twin = Card(firm)
    with pytest.raises(WrongState, match="another line"):
        twin.links(0, ("cost", before))
    card.reopens(0)
    twin.links(0, ("cost", before))
    with pytest.raises(BadRequest, match=r"120\.50"):
        card.links(1, ("cost", entered(firm, unit_cost="120.51")))
    with pytest.raises(BadRequest, match="twice"):
        card.links(1, ("cost", before), ("cost", before))
    with pytest.raises(BadRequest, match="operating account, not from this"):
        card.links(1, ("cost", entered(firm, unit_cost="120.50", paid_from="operating")))


def test_the_operating_account_shows_payments_of_clients_and_to_vendors(firm: BillingPractice) -> None:
    rows = b"date,payee,amount\n2026-09-10,FALK,-500.00\n2026-09-11,ARCHER,970.00\n"
    bank = Card(firm, "operating", rows)
    vendor = firm.practice.does(paid(part(firm, 500_00), amount_minor=500_00))
    received = ReceivePayment(
        client_id=firm.practice.clients["A"], amount_minor=1_000_00, effective_date=day(11), method="card", payer="Archer",
        card_fee_minor=30_00,
    )  # fmt: skip
    payment = UUID(firm.practice.does(received)["payment_id"])
    bank.links(0, ("vendor_payment", UUID(vendor["payment_id"])))
    bank.links(1, ("client_payment", payment))
    reverse = ReverseVendorPayment(payment_id=UUID(vendor["payment_id"]), effective_date=day(12), why="Bounced")
    firm.practice.refused(WrongState, reverse)
    card = Card(firm)
    with pytest.raises(BadRequest, match="not to a card"):
        card.links(3, ("client_payment", payment))


def test_lines_that_are_no_cost_are_set_aside_as_what_they_are(firm: BillingPractice) -> None:
    card = Card(firm)

    def aside(n: int, kind: str) -> SetAsideLine:
        words = {"account_id": card.id, "line_id": card.line(n), "aside": kind, "note": "As the statement says"}
        return SetAsideLine.model_validate(words)

    firm.practice.refused(BadRequest, aside(0, "refund"))
    firm.practice.refused(BadRequest, aside(0, "card_payment"))
    firm.practice.does(aside(3, "card_payment"))
    firm.practice.refused(WrongState, aside(3, "card_payment"))
    firm.practice.does(aside(2, "personal"))


def test_statements_of_a_card_are_chained_and_counted_once(firm: BillingPractice) -> None:
    card = Card(firm)
    assert card.takes(FIRST)["already_imported"]
    longer = FIRST + b"2026-09-09,TAXI,-20.00\n"
    told = card.takes(longer)
    assert (told["lines"], told["lines_known"], len(card.state.lines)) == (1, 4, 5)
    gap = PROFILE.model_copy(update={"opening_balance": "-999.00"})
    with pytest.raises(StatementFileRefused, match="opens at"):
        card.takes(b"date,payee,amount\n2026-09-12,X,-1.00\n", gap)
    other = PROFILE.model_copy(update={"account_number": "9999"})
    with pytest.raises(StatementFileRefused, match="9999"):
        card.takes(longer, other)
    with pytest.raises(StatementFileRefused, match="yet to come"):
        card.takes(b"date,payee,amount\n2027-09-12,X,-1.00\n")


def test_of_a_card_only_the_last_four_digits_are_kept(firm: BillingPractice) -> None:
    whole = OpenFirmAccount(kind="credit_card", name="Card", number="4111111111111111")
    assert "last four" in firm.practice.refused(BadRequest, whole, ASHBY).sentence


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.integers(-3, 3))
def test_parts_come_to_the_amount_or_are_refused(amounts: list[int], off: int) -> None:
    parts = [Outlay(amount_minor=one, overhead="Rent") for one in amounts]
    if off == 0:
        check_sum(parts, sum(amounts), "the line")
    else:
        with pytest.raises(BadRequest, match="the parts come to"):
            check_sum(parts, sum(amounts) + off, "the line")


def test_two_statements_of_a_file_that_end_on_one_day_and_balance_both_count(firm: BillingPractice) -> None:
    card = Card(firm, content=FIRST)
    closing = card.state.imported[-1].closing_minor
    later = [
        ParsedLine(1, day(9), -20_00, "withdrawal", payee="TAXI"),
        ParsedLine(2, day(9), -7_00, "withdrawal", payee="COFFEE"),
        ParsedLine(3, day(9), 7_00, "deposit", payee="COFFEE BACK"),
    ]
    first = ParsedStatement("4242", "USD", closing, closing - 20_00, day(9), day(9), (later[0],))
    second = ParsedStatement("4242", "USD", closing - 20_00, closing - 20_00, day(9), day(9), (later[1], later[2]))
    state, earlier = card.state, list[FirmStatementImported]()
    told = []
    for parsed in (first, second):
        one = state.take_in(parsed, new_id=uuid4, sha256="ab" * 32, filename="two.ofx", file_format="ofx", earlier=earlier)
        told.append(one.lines_new)
        for event in one.events:
            state = firm_account.evolve(state, event)
    assert (told, len(state.lines)) == ([1, 2], 7)
