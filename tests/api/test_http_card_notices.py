"""Stripe's notices at the door: who may knock, what is kept, and what nobody of ours was named for."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from aggregates.permissions import Role
from api.card_processing.hearing import account_of
from api.http.limits import Quota
from commands.event_log.log import EventLog
from tests.api.card_desk import CardDesk
from tests.api.conftest import taking_cards
from tests.api.http_firm import Books, founded, http_server
from tests.api.stripe_stand_in import Account, Doc
from tests.api.test_http_commands import problem
from tests.api.test_stripe_reading import BODIES, SAID


def log(desk: CardDesk) -> EventLog:
    return desk.firm.application.log(desk.firm.slug)


def stray(desk: CardDesk, account: Account, amount: int, *, link: str | None = None, currency: str = "usd") -> Doc:
    """A payment that was made without a link of ours, or with a mark of another's."""
    event: Doc = orjson.loads(BODIES.joinpath("charge.succeeded.json").read_bytes())
    event["id"], event["created"] = f"evt_{uuid4().hex}", desk.stripe.now
    about: Doc = event["data"]["object"]
    about |= {"payment_intent": f"pi_{uuid4().hex}", "amount": amount, "amount_captured": amount, "currency": currency}
    about["metadata"] = {} if link is None else {"muniment_link": link}
    desk.send(account, event)
    return about


def card_payment(desk: CardDesk, name: str) -> dict[str, Any]:
    """The card of a payment, by Stripe's name for it."""
    rows = desk.read("/v1/reports/card-payments")["rows"]
    (row,) = [one for one in rows if one["processor_payment"] == name]
    found: dict[str, Any] = row
    return found


def test_a_notice_that_is_not_stripes_changes_nothing(desk: CardDesk) -> None:
    case = desk.case()
    desk.stripe.pay(desk.operating, case.bill_link()["processor_link"])
    event, before = desk.waiting(desk.operating)[0], log(desk).size()
    body, good = desk.stripe.signed(desk.operating, event)
    for header in (
        "", "t=1,v1=00", desk.stripe.signed(desk.trust, event)[1],
        desk.stripe.signed(desk.operating, event, at=desk.stripe.now - 3600)[1],
        desk.stripe.signed(desk.operating, event, at=desk.stripe.now + 3600)[1],
    ):  # fmt: skip
        problem(desk.post(desk.operating, body, header), 422, "card.notice_not_genuine")
    problem(desk.post(desk.operating, body.replace(b"100000", b"100"), good), 422, "card.notice_not_genuine")
    problem(desk.post(desk.trust, body, good), 422, "card.notice_not_genuine")
    problem(desk.post(desk.operating, body, good, card_account_id=str(uuid4())), 404, "not_found")
    problem(desk.post(desk.operating, body, good, card_account_id="operating"), 404, "not_found")

    assert log(desk).size() == before
    desk.deliver(desk.operating)
    assert case.bill()["open"] == "0.00"


def test_a_notice_is_kept_as_it_came_and_counts_once_also_when_many_come_at_once(desk: CardDesk) -> None:
    case = desk.case()
    desk.stripe.pay(desk.operating, case.bill_link()["processor_link"])
    event = next(one for one in desk.waiting(desk.operating) if one["type"] == "payment_intent.succeeded")
    body, header = desk.stripe.signed(desk.operating, event)
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: desk.post(desk.operating, body, header), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["known_already"] for answer in answers) == [False] + [True] * 7
    size = log(desk).size()
    assert desk.send(desk.operating, event)["known_already"] is True
    assert log(desk).size() == size

    desk.deliver(desk.operating)
    assert (len(case.payments()), case.bill()["open"]) == (1, "0.00")
    sha256 = hashlib.sha256(body).hexdigest()
    kept = desk.firm[Role.PARTNER].get(f"/v1/documents/{sha256}")
    assert (kept.status_code, kept.content) == (200, body)
    (notice,) = [one for one in desk.read("/v1/card-notices", limit=1000)["items"] if one["notice"] == event["id"]]
    assert (notice["body_sha256"], notice["status"], notice["kind"]) == (sha256, "heard", "payment_intent.succeeded")


def test_the_notices_are_recorded_in_the_name_of_who_connected_the_account(desk: CardDesk) -> None:
    case = desk.case()
    desk.stripe.pay(desk.operating, case.bill_link()["processor_link"])
    desk.deliver(desk.operating)
    newest = desk.firm[Role.PARTNER].read(f"/v1/events/{log(desk).size()}")["event"]
    connected = account_of(log(desk), UUID(desk.ids["operating"])).connected
    assert (newest["actor"]["user_id"], newest["actor"]["program"]) == (str(connected.connected_by), "stripe notices")


def test_money_to_operating_without_a_link_waits_for_a_person(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    for link in (None, str(uuid4()), case.trust_link("60.00")["link_id"]):
        about = stray(desk, desk.operating, 60_00, link=link)
        row = card_payment(desk, about["payment_intent"])
        assert (row["state"], row["payment_id"], row["amount"]) == ("paid", None, "60.00")
        assert "no payment link of this card account" in row["question"]
    path = f"/v1/card-payments/{row['card_payment_id']}/place"
    problem(keeps.post(path, {"ledger_id": case.ledger_id}), 422, "bad_request")
    placed = keeps.done(path, {"client_id": case.client_id, "bill_id": case.bill_id})
    assert placed["payment_id"] is not None
    assert (case.bill()["open"], case.balance()) == ("940.00", "0.00")
    assert card_payment(desk, about["payment_intent"])["question"] is None
    problem(keeps.post(path, {"client_id": case.client_id}), 409, "wrong_state")


def test_money_to_trust_without_a_link_is_an_unidentified_receipt(desk: CardDesk) -> None:
    partner, case = desk.firm[Role.PARTNER], desk.case()
    about = stray(desk, desk.trust, 75_00)
    row = card_payment(desk, about["payment_intent"])
    ledger = desk.read("/v1/reports/client-ledger", ledger_id=row["ledger_id"])
    assert ledger["title"] == "Client ledger: Unidentified"
    assert row["question"] is not None
    assert desk.firm[Role.BOOKKEEPER].post(f"/v1/card-payments/{row['card_payment_id']}/place", {}).status_code == 409

    collected = {"evidence": "Paid out by the processor"}
    today = desk.firm.application.today(desk.firm.slug).isoformat()
    receipt = f"/v1/ledgers/{row['ledger_id']}/receipts/{row['entry_id']}/clearing"
    desk.firm[Role.BOOKKEEPER].done(receipt, {**collected, "effective_date": today})
    move = {
        "to_ledger_id": case.ledger_id, "amount": "75.00", "effective_date": today, "authority": "Letter of the client",
        "description": "It was Wanda Webb's",
    }  # fmt: skip
    partner.done(f"/v1/ledgers/{row['ledger_id']}/transfers", move)
    assert case.balance() == "75.00"


def test_money_in_another_currency_is_not_booked_as_if_it_were_ours(desk: CardDesk) -> None:
    case = desk.case()
    about = stray(desk, desk.operating, 50_00, link=case.bill_link()["link_id"], currency="eur")
    row = card_payment(desk, about["payment_intent"])
    assert (row["payment_id"], row["state"]) == (None, "paid")
    assert "50.00 EUR was paid; the books are kept in USD" in row["question"]
    assert case.bill()["open"] == "1000.00"


def test_a_trust_deposit_of_a_closed_matter_is_not_refused(desk: CardDesk) -> None:
    case = desk.case()
    link = case.trust_link("40.00")
    at = log(desk).size()
    shown = desk.firm[Role.PARTNER].get(f"/v1/matters/{case.matter_id}", min_position=at)
    closing = desk.firm[Role.PARTNER].post(f"/v1/matters/{case.matter_id}/closing", {"why": "Settled"},
                                           If_Match=shown.headers["etag"])  # fmt: skip
    if closing.status_code != 200:
        pytest.fail(closing.text)
    desk.stripe.pay(desk.trust, link["processor_link"])
    desk.deliver(desk.trust)

    (row,) = [one for one in desk.read("/v1/reports/card-payments")["rows"] if one["link_id"] == link["link_id"]]
    assert (row["state"], row["amount"]) == ("paid", "40.00")
    assert "The ledger could not take it" in row["question"]
    assert case.balance() == "0.00"


def test_a_bill_that_was_paid_meanwhile_leaves_a_credit(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    link = case.bill_link()
    by_cheque = {
        "client_id": case.client_id, "amount": "700.00", "effective_date": "2026-10-20", "method": "cheque",
        "payer": "Wanda Webb", "allocations": [{"bill_id": case.bill_id, "amount": "700.00"}],
    }  # fmt: skip
    keeps.done("/v1/payments", by_cheque)
    desk.stripe.pay(desk.operating, link["processor_link"])
    desk.deliver(desk.operating)

    assert case.bill()["open"] == "0.00"
    card = next(one for one in case.payments() if one["method"] == "card")
    assert [part["amount"] for part in card["allocations"]] == ["300.00"]


def test_a_link_is_closed_here_and_at_stripe(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    link = case.bill_link(amount="10.00")
    path = f"/v1/payment-links/{link['link_id']}/closing"
    keeps.done(path, {"why": "Paid by cheque"})
    assert desk.operating.links[link["processor_link"]]["active"] is False
    assert case.links()[0]["state"] == "closed"
    problem(keeps.post(path, {"why": "again"}), 409, "wrong_state")


def test_the_same_key_makes_the_same_link_also_after_the_answer_was_lost(desk: CardDesk) -> None:
    case, keeps = desk.case(), desk.firm[Role.BOOKKEEPER]
    asked = {"card_account_id": desk.ids["operating"], "bill_id": case.bill_id}
    made = len(desk.operating.links)
    tried = keeps.http.post("/v1/payment-links", json=asked, params={"dry_run": "true"})
    assert (tried.json()["amount"], len(desk.operating.links)) == ("1000.00", made)

    desk.stripe.down = True
    try:
        down = problem(keeps.post("/v1/payment-links", asked, key="one-link"), 503, "card.processor_unreachable")
    finally:
        desk.stripe.down = False
    assert down["retryable"] is True
    first, again = (keeps.post("/v1/payment-links", asked, key="one-link") for _ in range(2))

    assert (first.status_code, first.json()["url"]) == (201, again.json()["url"])
    assert len(desk.operating.links) == made + 1
    refused = problem(keeps.post("/v1/payment-links", {**asked, "amount": "0.10"}), 422, "card.processor_refused")
    assert "at least $0.50" in refused["detail"]
    problem(keeps.post("/v1/payment-links", {**asked, "amount": "1000.01"}), 422, "bad_request")


def test_the_story_of_bodies_of_the_documented_shapes(desk: CardDesk) -> None:
    case = desk.case()
    link = case.bill_link()
    for name in SAID:
        if name == "charge.dispute.closed.lost":
            continue
        event = orjson.loads(
            BODIES.joinpath(f"{name}.json").read_bytes().replace(b'"LINK"', b'"%s"' % link["link_id"].encode())
        )
        desk.send(desk.operating, event)

    (row,) = case.links()
    assert (row["state"], row["paid"], row["refunded"], row["fee"]) == ("paid", "1000.00", "0.00", "0.00")
    (payment,) = case.payments()
    assert (payment["received_on"], payment["status"], case.questions()) == ("2026-09-30", "received", [])
    assert case.bill()["open"] == "0.00", "the refund failed, so the bill is paid again"


def test_a_deposit_of_a_day_before_the_account_was_opened_is_dated_the_day_it_was(desk: CardDesk) -> None:
    case = desk.case()
    desk.stripe.pay(desk.trust, case.trust_link("20.00")["processor_link"])
    for event in desk.waiting(desk.trust):
        event["created"] = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp())
    desk.deliver(desk.trust)
    (row,) = desk.read("/v1/reports/client-ledger", ledger_id=case.ledger_id)["rows"]
    assert (row["effective_date"], row["amount"]) == ("2026-08-03", "20.00")


def test_too_many_forged_notices_shut_the_door_for_a_while(migrated_database_url: str, tmp_path: Path) -> None:
    limits = {"failed_log_ins": Quota("failed-log-ins", 3, 3600)}
    with (
        http_server(migrated_database_url, tmp_path, **limits) as (application, base),
        founded(application, "ashby", base, 1, tmp_path) as firm,
        taking_cards(Books(firm)) as desk,
    ):
        for _ in range(3):
            problem(desk.post(desk.operating, b"{}", "t=1,v1=00"), 422, "card.notice_not_genuine")
        problem(desk.post(desk.operating, b"{}", "t=1,v1=00"), 429, "too_many_requests")
        assert firm.owner.http.get("/v1/users", headers={"Authorization": "Bearer mun_ashby_nobody"}).status_code == 401
        assert firm.owner.get("/v1/users").status_code == 200, "nobody who logs in is shut out with the forger"
