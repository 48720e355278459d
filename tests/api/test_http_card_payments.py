"""Cards, from the link to the cent, against a stateful stand-in for Stripe: success, decline, delay, dispute and refund."""

import random
from typing import Any

import pytest

from aggregates.permissions import Role
from tests.api.card_desk import CardDesk, Case
from tests.api.stripe_stand_in import Account, Doc
from tests.api.test_http_commands import problem


def test_a_bill_is_paid_by_card_and_the_fee_is_the_firms(desk: CardDesk) -> None:
    case = desk.case()
    link = case.bill_link()
    assert (link["amount"], link["words"][:4]) == ("1000.00", "Bill")
    assert case.links()[0]["state"] == "open"

    desk.stripe.pay(desk.operating, link["processor_link"])
    desk.deliver(desk.operating)

    (row,) = case.links()
    assert (row["state"], row["paid"], row["fee"]) == ("paid", "1000.00", "29.30")
    assert case.bill()["open"] == "0.00"
    (payment,) = case.payments()
    assert (payment["amount"], payment["method"], len(payment["allocations"])) == ("1000.00", "card", 1)


def paid(desk: CardDesk, case: Case, account: Account, link: dict[str, Any], **how: Any) -> Doc:
    """Pay under a link, and hand over what Stripe tells."""
    intent = desk.stripe.pay(account, link["processor_link"], **how)
    desk.deliver(account)
    assert case.links()[0]["state"] in {"paid", "processing"}
    return intent


def operating(desk: CardDesk, account: str) -> int:
    """What stands on an account of the operating book, in cents, debits positive."""
    schema = desk.firm.application.log(desk.firm.slug).schema
    desk.firm.application.project(desk.firm.slug)
    with desk.firm.application.database.readers.connection() as connection:
        row = connection.execute(
            f"SELECT coalesce(sum(amount_minor), 0) FROM {schema}.postings WHERE book = 'operating' AND account = %s",
            (account,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def exceptions(desk: CardDesk, cause: str) -> list[str]:
    rows = desk.read("/v1/exceptions")["rows"]
    return [row["amount"] for row in rows if row["cause"] == cause and row["status"] == "open"]


def test_money_for_trust_comes_gross_and_waits_until_it_is_collected_and_the_fee_is_operatings(desk: CardDesk) -> None:
    case = desk.case()
    fees, owed = operating(desk, "6400"), len(exceptions(desk, "card_fee_kept_from_trust"))
    link = case.trust_link("2500.00")

    paid(desk, case, desk.trust, link)

    ledger = desk.read("/v1/reports/client-ledger", ledger_id=case.ledger_id)["totals"]
    assert (ledger["closing"], ledger["available"]) == ("2500.00", "0.00")
    (row,) = case.links()
    assert (row["destination"], row["paid"], row["fee"]) == ("trust", "2500.00", "72.80")
    assert operating(desk, "6400") - fees == 72_80
    assert len(exceptions(desk, "card_fee_kept_from_trust")) == owed + 1
    assert case.payments() == []
    assert case.bill()["open"] == "1000.00"


def test_earned_and_unearned_never_mix(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    links = len(desk.operating.links) + len(desk.trust.links)
    to_operating = {"card_account_id": desk.ids["operating"], "ledger_id": case.ledger_id, "amount": "100.00"}
    to_trust = {"card_account_id": desk.ids["trust"], "bill_id": case.bill_id}
    both = {**to_trust, "ledger_id": case.ledger_id}

    problem(keeps.post("/v1/payment-links", to_operating), 422, "card.unearned_to_operating")
    found = problem(keeps.post("/v1/payment-links", to_trust), 422, "trust.t5.firm_money")
    assert found["rule"] == "T5"
    problem(keeps.post("/v1/payment-links", both), 422, "bad_request")
    problem(keeps.post("/v1/payment-links", {**to_operating, "card_account_id": case.client_id}), 404, "not_found")

    assert len(desk.operating.links) + len(desk.trust.links) == links, "nothing was asked of Stripe"


def test_one_account_at_the_processor_has_one_destination_for_ever(desk: CardDesk) -> None:
    partner = desk.firm[Role.PARTNER]
    again = {"account_name": "operating", "destination": "trust", "trust_account_id": desk.books.account_id}
    problem(partner.post("/v1/card-accounts", again), 409, "already_exists")
    problem(partner.post("/v1/card-accounts", {**again, "account_name": "other"}), 409, "card.no_key")
    problem(partner.post("/v1/card-accounts", {"account_name": "operating", "destination": "trust"}), 422, "bad_request")
    problem(desk.firm[Role.BOOKKEEPER].post("/v1/card-accounts", again), 403, "not_allowed")


def test_keys_that_were_mixed_up_make_no_link(desk: CardDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.case()
    monkeypatch.setenv("MUNIMENT_STRIPE_ASHBY_TRUST_KEY", desk.operating.key)
    asked = {"card_account_id": desk.ids["trust"], "ledger_id": case.ledger_id, "amount": "500.00"}
    problem(desk.firm[Role.BOOKKEEPER].post("/v1/payment-links", asked), 409, "card.no_key")
    assert case.links() == []


def test_a_decline_is_told_and_the_link_stays_open_until_another_card_pays(desk: CardDesk) -> None:
    case = desk.case()
    link = case.bill_link()
    intent = desk.stripe.decline(desk.operating, link["processor_link"])
    declined = desk.waiting(desk.operating)
    desk.deliver(desk.operating, declined[:1])
    (row,) = case.links()
    assert (row["state"], row["failure"], row["paid"]) == ("declined", "Your card has insufficient funds.", "0.00")
    assert case.bill()["open"] == "1000.00"

    desk.stripe.try_again(desk.operating, intent)
    desk.deliver(desk.operating, reversed(desk.waiting(desk.operating)))

    assert (case.links()[0]["state"], case.bill()["open"], len(case.payments())) == ("paid", "0.00", 1)


def test_slow_money_counts_when_it_comes(desk: CardDesk) -> None:
    case, other = desk.case(), desk.case("Otto Orr")
    link, failing = case.bill_link(), other.bill_link()
    comes = paid(desk, case, desk.operating, link, slowly=True)
    fails = paid(desk, other, desk.operating, failing, slowly=True)
    assert (case.links()[0]["state"], case.payments(), case.bill()["open"]) == ("processing", [], "1000.00")

    desk.stripe.arrive(desk.operating, comes)
    desk.stripe.bounce(desk.operating, fails)
    desk.deliver(desk.operating)

    assert (case.links()[0]["state"], case.bill()["open"]) == ("paid", "0.00")
    assert (other.links()[0]["state"], other.bill()["open"], other.payments()) == ("declined", "1000.00", [])


def test_a_dispute_opens_the_bill_again_and_a_won_one_pays_it_again(desk: CardDesk) -> None:
    case = desk.case()
    intent = paid(desk, case, desk.operating, case.bill_link())
    fees = operating(desk, "6400")

    dispute = desk.stripe.dispute(desk.operating, intent)
    desk.deliver(desk.operating)
    assert (case.links()[0]["state"], case.bill()["open"], case.payments()[0]["status"]) == (
        "disputed", "1000.00", "chargeback",
    )  # fmt: skip
    assert operating(desk, "6400") - fees == 15_00

    desk.stripe.decide(desk.operating, dispute, won=True)
    desk.deliver(desk.operating)
    assert (case.links()[0]["state"], case.bill()["open"], case.payments()[0]["status"]) == ("paid", "0.00", "received")
    assert operating(desk, "6400") - fees == 0


def test_a_lost_dispute_leaves_the_bill_open_and_may_be_told_before_it_was_opened(desk: CardDesk) -> None:
    case = desk.case()
    intent = paid(desk, case, desk.operating, case.bill_link())
    dispute = desk.stripe.dispute(desk.operating, intent)
    desk.stripe.decide(desk.operating, dispute, won=False)

    desk.deliver(desk.operating, reversed(desk.waiting(desk.operating)))

    assert (case.links()[0]["state"], case.bill()["open"]) == ("charged back", "1000.00")
    assert case.questions() == []


def test_a_dispute_of_a_part_opens_that_part(desk: CardDesk) -> None:
    case = desk.case()
    intent = paid(desk, case, desk.operating, case.bill_link())
    dispute = desk.stripe.dispute(desk.operating, intent, amount=400_00)
    desk.deliver(desk.operating)
    assert case.bill()["open"] == "400.00"

    desk.stripe.decide(desk.operating, dispute, won=True)
    desk.deliver(desk.operating)
    assert case.bill()["open"] == "0.00"


def test_a_chargeback_of_trust_money_is_borne_by_operating_and_leaves_the_ledger(desk: CardDesk) -> None:
    case = desk.case()
    intent = paid(desk, case, desk.trust, case.trust_link("800.00"))
    lost, owed = operating(desk, "6420"), len(exceptions(desk, "card_chargeback_taken_from_trust"))

    dispute = desk.stripe.dispute(desk.trust, intent)
    desk.deliver(desk.trust)
    assert case.balance() == "800.00"
    assert operating(desk, "6420") - lost == 800_00
    assert len(exceptions(desk, "card_chargeback_taken_from_trust")) == owed + 1

    desk.stripe.decide(desk.trust, dispute, won=True)
    desk.deliver(desk.trust)
    assert (case.balance(), operating(desk, "6420") - lost) == ("800.00", 0)
    assert len(exceptions(desk, "card_chargeback_taken_from_trust")) == owed, "the exception is cured"


def test_a_refund_asked_for_here_moves_money_when_stripe_tells_so(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    paid(desk, case, desk.operating, case.bill_link())
    card_payment = case.links()[0]["card_payment_id"]
    ask = {"amount": "250.00", "why": "Billed an hour too much"}
    refunds = set(desk.operating.refunds)
    path = f"/v1/card-payments/{card_payment}/refunds"

    first = keeps.post(path, ask, key="refund-once").json()
    again = keeps.post(path, ask, key="refund-once").json()
    assert (first["refund"], again["refund"]) == (first["refund"], first["refund"])
    assert case.bill()["open"] == "0.00", "Stripe has not told yet"
    desk.deliver(desk.operating)

    (row,) = case.links()
    assert (row["state"], row["refunded"], case.bill()["open"]) == ("partly refunded", "250.00", "250.00")
    problem(keeps.post(path, {"amount": "750.01", "why": "too much"}), 422, "bad_request")
    assert desk.operating.refunds.keys() - refunds == {first["refund"]}
    rest = desk.operating.refunds[first["refund"]]
    desk.stripe.fail_refund(desk.operating, rest)
    desk.deliver(desk.operating)
    assert (case.links()[0]["refunded"], case.payments()[0]["amount"]) == ("0.00", "1000.00")


def test_trust_money_is_not_refunded_by_card_but_one_that_was_is_booked(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    intent = paid(desk, case, desk.trust, case.trust_link("300.00"))
    path = f"/v1/card-payments/{case.links()[0]['card_payment_id']}/refunds"
    problem(keeps.post(path, {"why": "The client asked"}), 422, "trust.t9.no_named_payee")

    desk.stripe.refund(desk.trust, intent["id"])
    desk.deliver(desk.trust)
    assert (case.balance(), case.links()[0]["state"]) == ("0.00", "refunded")

    part = desk.case("Paul Part")
    intent = paid(desk, part, desk.trust, part.trust_link("300.00"))
    desk.stripe.refund(desk.trust, intent["id"], 100_00)
    desk.deliver(desk.trust)
    assert part.balance() == "300.00"
    (question,) = part.questions()
    assert "100.00 of the deposit" in question["question"]
    settled = f"/v1/card-payments/{question['card_payment_id']}/questions/{question['question_id']}/settlement"
    keeps.done(settled, {"answer": "Booked as a disbursement to the client"})
    assert part.questions() == []
    problem(keeps.post(settled, {"answer": "again"}), 404, "not_found")


def test_whatever_the_order_and_however_often_the_books_are_the_same(desk: CardDesk) -> None:
    shuffled = random.Random(20261124)  # noqa: S311 -- no secret
    for number in range(6):
        case = desk.case(f"Client {number} of the shuffle")
        link = case.bill_link()
        intent = desk.stripe.decline(desk.operating, link["processor_link"])
        desk.stripe.try_again(desk.operating, intent)
        desk.stripe.refund(desk.operating, intent["id"], 100_00)
        dispute = desk.stripe.dispute(desk.operating, intent, amount=300_00)
        desk.stripe.decide(desk.operating, dispute, won=number % 2 == 0)
        events = desk.waiting(desk.operating)
        many = events * 3
        shuffled.shuffle(many)

        desk.deliver(desk.operating, many)

        (row,) = case.links()
        lost = number % 2 == 1
        assert (row["paid"], row["refunded"], row["fee"]) == ("1000.00", "100.00", "44.30" if lost else "29.30")
        assert case.bill()["open"] == ("400.00" if lost else "100.00")
        assert (len(case.payments()), case.questions()) == (1, [])
    assert desk.firm.application.project(desk.firm.slug) == desk.firm.application.log(desk.firm.slug).size()
