"""Notices of the card processor in any order, any number of times: the books come to what a naive sum says."""

import random
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates import card_payment
from aggregates.card_payment_events import DisputeState
from aggregates.errors import BadRequest, NotFound, WrongState
from aggregates.trust_rules import NoNamedPayee
from commands.card_news import Disputed, Failed, FeeKept, News, Processing, Refunded, RefundedInAll, Succeeded
from commands.place_card_payment import PlaceCardPayment
from commands.receive_payment import Allocation, ReceivePayment
from commands.refund_card_payment import RefundCardPayment
from tests.commands.card_practice import CardPractice
from tests.commands.trust_practice import LIND, Practice

BILLED = 1000_00
_AMOUNTS = st.integers(min_value=1, max_value=700_00)


@pytest.fixture
def cards(practice: Practice) -> CardPractice:
    return CardPractice(practice)


@dataclass(frozen=True)
class Story:
    """What truly happened: a payment, its fee, refunds (of which some failed), disputes with their ends and fees."""

    paid: int
    fee: int
    refunds: tuple[tuple[int, bool], ...]
    disputes: tuple[tuple[int, DisputeState, int], ...]
    seed: int

    @property
    def gone(self) -> int:
        """What is not the firm's any more, when all is told."""
        refunded = sum(amount for amount, failed in self.refunds if not failed)
        return refunded + sum(amount for amount, end, _ in self.disputes if end in {"open", "lost"})

    @property
    def costs(self) -> int:
        return self.fee + sum(fee for _, _, fee in self.disputes)

    @property
    def most_gone(self) -> int:
        """What was away at the worst moment, in the worst order."""
        return sum(amount for amount, _ in self.refunds) + sum(amount for amount, *_ in self.disputes)

    def notices(self, name: str, link: UUID) -> list[tuple[str, News]]:
        """Each with its id, shuffled; some come twice, and some twice under two names."""
        paid = Succeeded(payment=name, link_id=link, amount_minor=self.paid, currency="usd", payer="Wanda Webb")
        failed = Failed(payment=name, link_id=link, failure="card_declined", said=None)
        slow = Processing(payment=name, link_id=link, amount_minor=self.paid, currency="usd")
        told: list[News] = [paid, paid, failed, slow]
        if self.fee:
            told.append(FeeKept(payment=name, amount_minor=self.fee))
        for number, (amount, fails) in enumerate(self.refunds):
            refund = Refunded(payment=name, refund=f"re_{number}", state="made", amount_minor=amount)
            told += [refund, refund.model_copy(update={"state": "failed"})] if fails else [refund]
        for number, (amount, end, fee) in enumerate(self.disputes):
            said = Disputed(payment=name, dispute=f"du_{number}", state=end, amount_minor=amount, fee_minor=fee, reason=None)
            told += [said, said.model_copy(update={"state": "inquiry", "fee_minor": 0})]
            told += [said.model_copy(update={"state": "open"})] if end in {"won", "lost"} else []
        found = [(f"{name}-{number}", one) for number, one in enumerate(told)]
        shuffled = random.Random(self.seed)  # noqa: S311 -- no secret
        many = found + shuffled.sample(found, len(found) // 2)
        shuffled.shuffle(many)
        return many


STORIES = st.builds(
    Story,
    paid=st.integers(min_value=1, max_value=1500_00),
    fee=st.integers(min_value=0, max_value=50_00),
    refunds=st.lists(st.tuples(_AMOUNTS, st.booleans()), max_size=3).map(tuple),
    disputes=st.lists(
        st.tuples(_AMOUNTS, st.sampled_from(["open", "won", "lost", "inquiry"]), st.integers(min_value=0, max_value=15_00)),
        max_size=2,
    ).map(tuple),
    seed=st.integers(min_value=0, max_value=2**32),
)


def test_in_any_order_the_books_come_to_what_happened(cards: CardPractice) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STORIES)
    def run(story: Story) -> None:
        bill_id = cards.bill()
        link = cards.link(bill_id=bill_id)
        name = f"pi_{link}"
        for notice, news in story.notices(name, link):
            cards.tell(cards.operating, [news], notice)

        state, received, of = (
            cards.payment(cards.operating, name),
            cards.received(cards.operating, name),
            cards.of_bill(bill_id),
        )
        applied = sum(part for _, part in received.applied.values())
        away = story.paid if received.returned else received.gone_minor
        assert applied + received.unapplied_minor + away == story.paid
        assert of.open_minor + applied == BILLED
        assert sum(state.fees.values()) == story.costs
        assert state.refunded_minor == sum(amount for amount, failed in story.refunds if not failed)
        if story.most_gone <= story.paid:
            assert (away, state.questions) == (story.gone, {})
            assert applied == min(BILLED, story.paid - story.gone)
        else:
            assert away <= story.gone or state.questions == {}

    run()


def test_money_that_went_before_it_could_be_taken_is_a_question_and_comes_back_no_twice(cards: CardPractice) -> None:
    bill_id = cards.bill()
    link = cards.link(bill_id=bill_id)
    paid = Succeeded(payment="pi_1", link_id=link, amount_minor=BILLED, currency="usd", payer=None)
    refund = Refunded(payment="pi_1", refund="re_1", state="made", amount_minor=BILLED)
    said = Disputed(payment="pi_1", dispute="du_1", state="open", amount_minor=400_00, fee_minor=0, reason="fraudulent")
    cards.tell(cards.operating, [paid, refund, said])
    assert list(cards.payment(cards.operating, "pi_1").questions.values()) == ["dispute"]

    cards.tell(cards.operating, [said.model_copy(update={"state": "won"})])

    received = cards.received(cards.operating, "pi_1")
    assert (received.unapplied_minor, received.gone_minor) == (0, BILLED), "what was won had never been taken"
    assert cards.payment(cards.operating, "pi_1").questions == {}
    assert cards.of_bill(bill_id).open_minor == BILLED


def test_refunds_told_only_in_all_count_once_beside_those_told_by_name(cards: CardPractice) -> None:
    bill_id = cards.bill()
    link = cards.link(bill_id=bill_id)
    paid = Succeeded(payment="pi_2", link_id=link, amount_minor=BILLED, currency="usd", payer=None)
    cards.tell(cards.operating, [RefundedInAll(payment="pi_2", amount_minor=150_00), paid])
    assert cards.of_bill(bill_id).open_minor == 150_00
    cards.tell(cards.operating, [Refunded(payment="pi_2", refund="re_1", state="made", amount_minor=100_00)])
    cards.tell(cards.operating, [Refunded(payment="pi_2", refund="re_2", state="made", amount_minor=50_00)])
    cards.tell(cards.operating, [RefundedInAll(payment="pi_2", amount_minor=100_00)])
    assert cards.of_bill(bill_id).open_minor == 150_00
    cards.tell(cards.operating, [Refunded(payment="pi_2", refund="re_3", state="made", amount_minor=25_00)])
    assert cards.of_bill(bill_id).open_minor == 175_00


def test_the_link_may_come_to_light_after_the_money(cards: CardPractice) -> None:
    bill_id = cards.bill()
    link = cards.link(bill_id=bill_id)
    paid = Succeeded(payment="pi_3", link_id=None, amount_minor=BILLED, currency="usd", payer=None)
    cards.tell(cards.operating, [paid])
    assert list(cards.payment(cards.operating, "pi_3").questions.values()) == ["payment"]
    cards.tell(cards.operating, [paid.model_copy(update={"link_id": link})])
    assert (cards.payment(cards.operating, "pi_3").questions, cards.of_bill(bill_id).open_minor) == ({}, 0)


def test_a_bill_that_takes_no_payment_leaves_a_credit_and_a_question(cards: CardPractice) -> None:
    bill_id, practice = cards.bill(), cards.practice
    link = cards.link(bill_id=bill_id)
    other = cards.bill("B")
    paid = Succeeded(payment="pi_4", link_id=link, amount_minor=BILLED, currency="usd", payer=None)
    cheque = ReceivePayment(
        client_id=practice.clients["A"], amount_minor=BILLED, effective_date=practice.today, method="cheque",
        payer="A", allocations=(Allocation(bill_id=bill_id, amount_minor=BILLED),),
    )  # fmt: skip
    practice.does(cheque, LIND)
    cards.tell(cards.operating, [paid])
    received = cards.received(cards.operating, "pi_4")
    assert (received.unapplied_minor, cards.of_bill(other).open_minor) == (BILLED, BILLED)


def test_a_trust_deposit_waits_as_a_card_payment_does(cards: CardPractice) -> None:
    practice = cards.practice
    ledger_id = practice.ledgers["A"]
    link = cards.link(ledger_id=ledger_id, amount_minor=500_00)
    paid = Succeeded(payment="pi_5", link_id=link, amount_minor=500_00, currency="usd", payer="Wanda Webb")
    cards.tell(cards.trust, [paid, FeeKept(payment="pi_5", amount_minor=14_80)])
    ledger = cards.ledger(ledger_id)
    assert (ledger.balance_minor, ledger.availability(practice.today).available_minor) == (500_00, 0)
    refund = RefundCardPayment(
        card_payment_id=card_payment.KIND.stream_id(cards.trust, "pi_5"), why="The client asked", refund="re_1"
    )
    practice.refused(NoNamedPayee, refund)


def test_what_is_not_there_is_not_refunded_or_placed(cards: CardPractice) -> None:
    practice = cards.practice
    key = card_payment.KIND.stream_id(cards.operating, "pi_6")
    practice.refused(NotFound, RefundCardPayment(card_payment_id=key, why="w", refund="re_1"))
    failed = Failed(payment="pi_6", link_id=None, failure="card_declined", said="No.")
    cards.tell(cards.operating, [failed])
    practice.refused(WrongState, RefundCardPayment(card_payment_id=key, why="w", refund="re_1"))
    practice.refused(WrongState, PlaceCardPayment(card_payment_id=key, client_id=practice.clients["A"]))
    cards.tell(cards.operating, [Succeeded(payment="pi_6", link_id=None, amount_minor=5, currency="usd", payer=None)])
    practice.does(PlaceCardPayment(card_payment_id=key, client_id=practice.clients["A"]))
    practice.does(RefundCardPayment(card_payment_id=key, amount_minor=2, why="w", refund="re_1"))
    found = practice.refused(BadRequest, RefundCardPayment(card_payment_id=key, amount_minor=4, why="w", refund="re_2"))
    assert found.figures["left_minor"] == 3
    cards.tell(cards.operating, [
        Disputed(payment="pi_6", dispute="du_6", state="open", amount_minor=3, fee_minor=0, reason=None)
    ])  # fmt: skip
    practice.refused(WrongState, RefundCardPayment(card_payment_id=key, amount_minor=1, why="w", refund="re_2"))
