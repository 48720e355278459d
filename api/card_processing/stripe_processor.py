"""Stripe, through its own library. One client an account, so that no key is ever shared between two."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import stripe
from pydantic import ValidationError
from stripe import StripeClient
from stripe.params import PaymentLinkCreateParams

from api.card_processing.port import (
    LinkAsked,
    LinkMade,
    NoKey,
    NotGenuine,
    Notice,
    ProcessorRefused,
    ProcessorUnreachable,
)
from api.card_processing.stripe_reading import LINK_MARK, asks_fee_of, fee_in, news_of

# Else the library leaves a file in the home directory, and tells Stripe of this machine with every request.
stripe.enable_telemetry = False

TOLERANCE = timedelta(minutes=5)
"""How old a signature may be, or how far ahead, as Stripe recommends; what was caught on the way cannot be sent later."""
_TIMEOUT_S = 10.0
_TRIES_AGAIN = 2
_LONGEST_NAME = 250
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, ValidationError)


class StripeProcessor:
    """One Stripe account. `secrets` sign its notices; `api_base` is another address than Stripe's own."""

    def __init__(self, key: str, secrets: tuple[str, ...] = (), api_base: str | None = None) -> None:
        self._secrets = secrets
        self._client = StripeClient(
            key,
            base_addresses={"api": api_base} if api_base is not None else {},
            max_network_retries=_TRIES_AGAIN,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_S),
        )

    def account(self) -> str:
        """The account that the key opens."""
        with _asking():
            return self._client.v1.accounts.retrieve_current().id

    def make_link(self, asked: LinkAsked) -> LinkMade:
        """A payment link that is good for one payment; its marks stand on the link, the payment and its charge."""
        marks = {**asked.marks, LINK_MARK: str(asked.link_id)}
        price: Any = {
            "currency": asked.currency.lower(),
            "unit_amount": asked.amount_minor,
            "product_data": {"name": asked.words[:_LONGEST_NAME]},
        }
        params: PaymentLinkCreateParams = {
            "line_items": [{"price_data": price, "quantity": 1}],
            "metadata": marks,
            "payment_intent_data": {"metadata": marks, "description": asked.words[:_LONGEST_NAME]},
            "restrictions": {"completed_sessions": {"limit": 1}},
        }
        with _asking():
            made = self._client.v1.payment_links.create(params, {"idempotency_key": f"link-{asked.link_id}"})
        return LinkMade(made.id, made.url)

    def close_link(self, processor_link: str) -> None:
        """Deactivate it."""
        with _asking():
            self._client.v1.payment_links.update(processor_link, {"active": False})

    def refund(self, payment: str, amount_minor: int, key: str) -> str:
        """Send money back to the card."""
        with _asking():
            made = self._client.v1.refunds.create(
                {"payment_intent": payment, "amount": amount_minor}, {"idempotency_key": f"refund-{key}"}
            )
        return made.id

    def fee_of(self, payment: str) -> int | None:
        """What Stripe kept, by the balance transaction of the payment's charge."""
        with _asking():
            intent = self._client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge.balance_transaction"]})
        charge = intent.to_dict().get("latest_charge")
        return fee_in(charge) if isinstance(charge, Mapping) else None

    def read(self, body: bytes, signature: str, now: datetime) -> Notice:
        """Check the signature (v1, HMAC-SHA256) against each secret, its time against the clock, and read it."""
        self._check_signature(body, signature, now)
        try:
            event = orjson.loads(body)
            if event["object"] != "event":
                raise ValueError("it is no event")
            return _notice(event, body)
        except _MALFORMED:
            raise NotGenuine("the notice is signed, but it is no event of Stripe's API v1") from None

    def _check_signature(self, body: bytes, signature: str, now: datetime) -> None:
        if not self._secrets:
            raise NoKey("the environment has no secret for the notices of this card account")
        wrong: Exception | None = None
        for secret in self._secrets:
            try:
                stripe.WebhookSignature.verify_header(body, signature, secret)
            except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
                wrong = error
            else:
                wrong = None
                break
        if wrong is not None:
            raise NotGenuine("the notice is not signed by the processor with the secret of this card account")
        signed_at = next(part.partition("=")[2] for part in signature.split(",") if part.startswith("t="))
        if abs(now - datetime.fromtimestamp(int(signed_at), UTC)) > TOLERANCE:
            raise NotGenuine(f"the notice was signed more than {TOLERANCE.seconds // 60} minutes from now")


def _notice(event: Mapping[str, Any], body: bytes) -> Notice:
    """An event whose object cannot be read is kept all the same, and shown as unread."""
    kind, about = str(event["type"]), event["data"]["object"]
    unread = None
    try:
        news, fee = news_of(kind, about), asks_fee_of(kind, about)
    except _MALFORMED as error:
        news, fee, unread = (), None, f"{type(error).__name__}: {kind}"
    return Notice(str(event["id"]), kind, datetime.fromtimestamp(int(event["created"]), UTC), body, news, fee, unread)


@contextmanager
def _asking() -> Iterator[None]:
    """Stripe's errors as ours. Its messages may repeat what was sent; of a key they show the last four signs."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise NoKey("the card processor does not take the key of this card account, or not for this") from None
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise ProcessorRefused(f"the card processor says: {error.user_message or error.code or 'no'}"[:2000]) from None
    except stripe.StripeError:
        raise ProcessorUnreachable(
            "the card processor cannot be reached just now; nothing was changed, send it again"
        ) from None
