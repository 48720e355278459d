"""Stripe's events by bodies of the documented shapes: what each says in our words, and that no field of them is made up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import stripe

from api.card_processing.port import NoKey, NotGenuine
from api.card_processing.stripe_processor import TOLERANCE, StripeProcessor
from api.card_processing.stripe_reading import KINDS, asks_fee_of, news_of
from commands.card_news import Disputed, Failed, FeeKept, News, Processing, Refunded, RefundedInAll, Succeeded
from tests.api.stripe_stand_in import stripe_stand_in

BODIES = Path(__file__).with_name("stripe_bodies")
LINK = UUID("019a3d6e-5f00-7000-8000-000000000001")
PAYMENT = "pi_3SWq1kLkdIwHu7ix0bVdRkWp"
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
_PAID = Succeeded(payment=PAYMENT, link_id=LINK, amount_minor=1000_00, currency="usd", payer="Wanda Webb")
_FAILED = Failed(payment=PAYMENT, link_id=LINK, failure="card_declined", said="Your card has insufficient funds.")
_DISPUTED: dict[str, Any] = {
    "payment": PAYMENT, "dispute": "du_1SWq9sLkdIwHu7ixw2uK5hPa", "amount_minor": 1000_00, "reason": "product_not_received",
}  # fmt: skip
_REFUND: dict[str, Any] = {"payment": PAYMENT, "refund": "re_3SWq1kLkdIwHu7ix0kLm9nOp", "amount_minor": 250_00}
_OPEN = Disputed(**_DISPUTED, state="open", fee_minor=15_00)
_WON = Disputed(**_DISPUTED, state="won", fee_minor=0)
SAID: dict[str, list[News]] = {
    "charge.failed": [_FAILED],
    "payment_intent.payment_failed": [_FAILED.model_copy(update={"failure": "insufficient_funds"})],
    "payment_intent.processing": [Processing(payment=PAYMENT, link_id=LINK, amount_minor=1000_00, currency="usd")],
    "charge.succeeded": [_PAID],
    "payment_intent.succeeded": [_PAID.model_copy(update={"payer": None})],
    "checkout.session.completed": [_PAID],
    "charge.updated": [_PAID],
    "charge.dispute.created": [_OPEN],
    "charge.dispute.funds_withdrawn": [_OPEN],
    "charge.dispute.funds_reinstated": [_WON],
    "charge.dispute.closed": [_WON],
    "charge.dispute.closed.lost": [Disputed(**_DISPUTED, state="lost", fee_minor=15_00)],
    "refund.created": [Refunded(**_REFUND, state="made")],
    "charge.refunded": [_PAID, RefundedInAll(payment=PAYMENT, amount_minor=250_00)],
    "refund.failed": [Refunded(**_REFUND, state="failed")],
}


def body(name: str) -> bytes:
    """A body, under our link."""
    return BODIES.joinpath(f"{name}.json").read_bytes().replace(b'"LINK"', b'"%s"' % str(LINK).encode())


def signed(content: bytes, by: str = "whsec_1", at: datetime = NOW) -> str:
    """The header that Stripe's own library makes."""
    made: str = stripe.WebhookSignature.generate_signature_header(content.decode(), by, int(at.timestamp()))
    return made


def test_every_body_is_known() -> None:
    assert sorted(SAID) == sorted(one.stem for one in BODIES.glob("*.json"))


@pytest.mark.parametrize("name", SAID)
def test_what_a_body_says(name: str) -> None:
    notice = StripeProcessor("sk_test_1", ("whsec_1",)).read(body(name), signed(body(name)), NOW)

    assert list(notice.news) == SAID[name]
    assert notice.unread is None
    assert (notice.kind, notice.body) == (name.removesuffix(".lost"), body(name))
    assert notice.happened_at.date().isoformat() == "2026-09-30"


@pytest.mark.parametrize("name", SAID)
def test_no_field_of_a_body_or_of_the_stand_in_is_made_up(name: str) -> None:
    about = orjson.loads(body(name))["data"]["object"]
    assert set(about) - {"object"} <= set(documented(about["object"]))


def test_no_field_of_the_stand_ins_events_is_made_up() -> None:
    with stripe_stand_in() as stand_in:
        account = stand_in.open("one")
        link = stand_in.answer("POST", "/v1/payment_links", account.key, {
            "line_items": {"0": {"price_data": {"unit_amount": "100000", "currency": "usd"}}},
            "restrictions": {"completed_sessions": {"limit": "1"}},
        }, None)  # fmt: skip
        intent = stand_in.decline(account, link["id"])
        stand_in.try_again(account, intent)
        stand_in.refund(account, intent["id"], 100_00)
        stand_in.decide(account, stand_in.dispute(account, intent), won=True)
    for event in account.events:
        about = event["data"]["object"]
        own = {"payment_link"} if about["object"] == "payment_intent" else set()
        assert set(about) - {"object"} - own <= set(documented(about["object"])), event["type"]


def test_a_fee_is_read_where_it_stands_and_asked_for_where_it_does_not() -> None:
    charge = orjson.loads(body("charge.updated"))["data"]["object"]
    assert asks_fee_of("charge.updated", charge) == PAYMENT
    charge["balance_transaction"] = {"id": "txn_1", "fee": 29_30, "currency": "usd"}
    assert asks_fee_of("charge.updated", charge) is None
    assert news_of("charge.updated", charge) == (_PAID, FeeKept(payment=PAYMENT, amount_minor=29_30))
    charge["balance_transaction"]["currency"] = "eur"
    assert news_of("charge.updated", charge) == (_PAID,), "a fee in another currency is no fee of these books"


def test_text_of_others_is_read_as_one_line_of_visible_signs() -> None:
    charge = orjson.loads(body("charge.succeeded"))["data"]["object"]
    charge["billing_details"]["name"] = "  Wanda\u202e\nWebb\u200b  "
    (said,) = news_of("charge.succeeded", charge)
    assert isinstance(said, Succeeded)
    assert said.payer == "Wanda Webb"
    charge["billing_details"]["name"] = "\u200b \n"
    assert news_of("charge.succeeded", charge)[0] == said.model_copy(update={"payer": None})


def test_what_is_no_payment_of_ours_says_nothing() -> None:
    session = orjson.loads(body("checkout.session.completed"))["data"]["object"]
    assert news_of("checkout.session.completed", {**session, "payment_intent": None, "mode": "setup"}) == ()
    assert news_of("customer.created", {}) == ()
    charge = orjson.loads(body("charge.succeeded"))["data"]["object"]
    assert news_of("charge.succeeded", {**charge, "captured": False}) == (), "only held, not taken"
    (said,) = news_of("charge.succeeded", {**charge, "metadata": {"muniment_link": "not an id"}})
    assert isinstance(said, Succeeded)
    assert said.link_id is None


@pytest.mark.parametrize(
    ("status", "state"), [("warning_needs_response", "inquiry"), ("warning_closed", "inquiry"), ("under_review", "open")]
)
def test_an_inquiry_takes_no_money(status: str, state: str) -> None:
    dispute = orjson.loads(body("charge.dispute.created"))["data"]["object"] | {"status": status}
    (said,) = news_of("charge.dispute.updated", dispute)
    assert isinstance(said, Disputed)
    assert said.state == state


def test_a_signature_is_good_for_five_minutes_either_way_and_for_these_bytes_alone() -> None:
    processor, content = StripeProcessor("sk_test_1", ("whsec_old", "whsec_1")), body("charge.succeeded")
    second = timedelta(seconds=1)
    for at in (NOW - TOLERANCE, NOW + TOLERANCE):
        assert processor.read(content, signed(content, at=at), NOW).kind == "charge.succeeded"
    for at in (NOW - TOLERANCE - second, NOW + TOLERANCE + second):
        with pytest.raises(NotGenuine, match="5 minutes"):
            processor.read(content, signed(content, at=at), NOW)
    for header in ("", "t=1", f"t={int(NOW.timestamp())},v1={'0' * 64}", signed(content, "whsec_other"), "t=x,v1=y"):
        with pytest.raises(NotGenuine, match="not signed"):
            processor.read(content, header, NOW)
    with pytest.raises(NotGenuine, match="not signed"):
        processor.read(content.replace(b"100000", b"900000"), signed(content), NOW)
    with pytest.raises(NotGenuine, match="not signed"):
        processor.read(b"\xff\xfe", signed(content), NOW)
    with pytest.raises(NoKey):
        StripeProcessor("sk_test_1").read(content, signed(content), NOW)


@pytest.mark.parametrize("content", [b"[]", b"{}", b"nothing", b'{"object": "v2.core.event"}', b'{"object": "event"}'])
def test_what_is_signed_and_no_event_is_refused(content: bytes) -> None:
    with pytest.raises(NotGenuine, match="no event"):
        StripeProcessor("sk_test_1", ("whsec_1",)).read(content, signed(content), NOW)


def test_an_event_whose_object_cannot_be_read_is_kept_as_unread() -> None:
    event = orjson.loads(body("charge.succeeded"))
    del event["data"]["object"]["amount"], event["data"]["object"]["amount_captured"]
    content = orjson.dumps(event)
    notice = StripeProcessor("sk_test_1", ("whsec_1",)).read(content, signed(content), NOW)
    assert (notice.news, notice.unread) == ((), "KeyError: charge.succeeded")


def test_every_kind_that_is_read_is_one_that_stripe_sends() -> None:
    sent = str(stripe.params.WebhookEndpointCreateParams.__annotations__["enabled_events"])
    assert [kind for kind in KINDS if f"'{kind}'" not in sent and f'"{kind}"' not in sent] == []


def documented(kind: str) -> dict[str, Any]:
    """The fields of an object as Stripe's own library lists them."""
    found = {
        "charge": stripe.Charge, "payment_intent": stripe.PaymentIntent, "checkout.session": stripe.checkout.Session,
        "dispute": stripe.Dispute, "refund": stripe.Refund,
    }[kind]  # fmt: skip
    return found.__annotations__


def test_the_library_leaves_no_file_of_its_own_and_tells_nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("stripe._telemetry_id._loaded", False)
    with stripe_stand_in() as stand_in:
        account = stand_in.open("quiet")
        assert StripeProcessor(account.key, api_base=stand_in.base).account() == account.name
    assert list(tmp_path.iterdir()) == []
