"""What Stripe's events say, in our words. Pure: a document in, news out; what says nothing of a payment is no news.

Shapes: Stripe's API reference, objects PaymentIntent, Charge, Checkout Session, Dispute and Refund, and the types of events.
A payment is named by its PaymentIntent; an old charge without one by itself.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from aggregates.card_payment_events import DisputeState
from commands.card_news import Disputed, Failed, FeeKept, News, Processing, Refunded, RefundedInAll, Succeeded

LINK_MARK = "muniment_link"
"""The key of our link's id among an object's metadata."""
_LONGEST = 300
Document: TypeAlias = Mapping[str, Any]

_DISPUTES: dict[str, DisputeState] = {
    "needs_response": "open",
    "under_review": "open",
    "won": "won",
    "lost": "lost",
}
"""Every other state is an inquiry, which takes no money."""
_FAILED_REFUNDS = frozenset({"failed", "canceled"})


def news_of(kind: str, about: Document) -> tuple[News, ...]:
    """What an event of this type says of a payment. Raises KeyError, TypeError, ValueError for what is no such object."""
    read = _READERS.get(kind)
    return tuple(read(about)) if read is not None else ()


def asks_fee_of(kind: str, about: Document) -> str | None:
    """The payment of which the event says that it succeeded, but not what Stripe kept of it."""
    if kind not in _PAID_BY or (kind == "checkout.session.completed" and about["payment_status"] != "paid"):
        return None
    if kind.startswith("charge.") and (
        about["status"] != "succeeded" or isinstance(about.get("balance_transaction"), Mapping)
    ):
        return None
    return _id(about.get("payment_intent")) if kind != "payment_intent.succeeded" else str(about["id"])


def fee_in(charge: Document) -> int | None:
    """What Stripe kept of a charge, where its balance transaction is there, in the charge's own currency."""
    moved = charge.get("balance_transaction")
    if not isinstance(moved, Mapping) or moved["currency"] != charge["currency"]:
        return None
    return int(moved["fee"])


def _intent_succeeded(intent: Document) -> list[News]:
    return _paid(
        intent["id"], intent, intent.get("amount_received") or intent["amount"], _payer_of(intent.get("latest_charge"))
    )


def _intent_processing(intent: Document) -> list[News]:
    return _on_its_way(intent["id"], intent, intent["amount"])


def _intent_failed(intent: Document) -> list[News]:
    error = intent.get("last_payment_error") or {}
    return [_failure(intent["id"], intent, error.get("decline_code") or error.get("code"), error.get("message"))]


def _intent_canceled(intent: Document) -> list[News]:
    return [_failure(intent["id"], intent, "canceled", intent.get("cancellation_reason"))]


def _charge(charge: Document) -> list[News]:
    """A charge that succeeded, or was changed since: its fee is often told later."""
    if charge["status"] != "succeeded" or not charge.get("captured", True):
        return []
    name = _payment_of(charge)
    found = _paid(name, charge, charge.get("amount_captured") or charge["amount"], _payer_of(charge))
    fee = fee_in(charge)
    return found if fee is None else [*found, FeeKept(payment=name, amount_minor=fee)]


def _charge_failed(charge: Document) -> list[News]:
    return [_failure(_payment_of(charge), charge, charge.get("failure_code"), charge.get("failure_message"))]


def _charge_refunded(charge: Document) -> list[News]:
    found = _charge(charge)
    return [*found, RefundedInAll(payment=_payment_of(charge), amount_minor=charge["amount_refunded"])]


def _session(session: Document) -> list[News]:
    """A checkout under a payment link: paid at once, or on its way."""
    name = _id(session.get("payment_intent"))
    if name is None:
        return []
    if session["payment_status"] != "paid":
        return _on_its_way(name, session, session["amount_total"])
    return _paid(name, session, session["amount_total"], (session.get("customer_details") or {}).get("name"))


def _session_failed(session: Document) -> list[News]:
    name = _id(session.get("payment_intent"))
    return [_failure(name, session, "async_payment_failed", None)] if name is not None else []


def _dispute(dispute: Document) -> list[News]:
    moved = dispute.get("balance_transactions") or ()
    return [
        Disputed(
            payment=_payment_of(dispute, its="charge"),
            dispute=dispute["id"],
            state=_DISPUTES.get(dispute["status"], "inquiry"),
            amount_minor=dispute["amount"],
            fee_minor=max(0, sum(int(one["fee"]) for one in moved)),
            reason=_words(dispute.get("reason")),
        )
    ]


def _refund(refund: Document) -> list[News]:
    state: Any = "failed" if refund["status"] in _FAILED_REFUNDS else "made"
    name = _payment_of(refund, its="charge")
    return [Refunded(payment=name, refund=refund["id"], state=state, amount_minor=refund["amount"])]


def _paid(name: str, about: Document, amount_minor: int, payer: object) -> list[News]:
    if amount_minor <= 0:
        return []
    link = _link_of(about)
    return [
        Succeeded(payment=name, link_id=link, amount_minor=amount_minor, currency=about["currency"], payer=_words(payer))
    ]


def _on_its_way(name: str, about: Document, amount_minor: int) -> list[News]:
    if amount_minor <= 0:
        return []
    return [Processing(payment=name, link_id=_link_of(about), amount_minor=amount_minor, currency=about["currency"])]


def _failure(name: str, about: Document, failure: object, said: object) -> News:
    return Failed(payment=name, link_id=_link_of(about), failure=_words(failure) or "unknown", said=_words(said))


def _link_of(about: Document) -> UUID | None:
    mark = (about.get("metadata") or {}).get(LINK_MARK, "")
    try:
        return UUID(mark)
    except ValueError:
        return None


def _payment_of(about: Document, its: str = "id") -> str:
    found = _id(about.get("payment_intent")) or _id(about.get(its))
    if found is None:
        raise ValueError("it names no payment")
    return found


def _payer_of(charge: object) -> object:
    return (charge.get("billing_details") or {}).get("name") if isinstance(charge, Mapping) else None


def _id(value: object) -> str | None:
    """An id, whether it stands alone or was expanded to the whole object."""
    return str(value["id"]) if isinstance(value, Mapping) else str(value) if value else None


def _words(value: object) -> str | None:
    """Text of others as one line of signs that can be seen; None where nothing is left."""
    text = "".join(sign if sign.isprintable() else " " for sign in value) if isinstance(value, str) else ""
    return " ".join(text.split())[:_LONGEST].strip() or None


_READERS: dict[str, Callable[[Document], list[News]]] = {
    "payment_intent.succeeded": _intent_succeeded,
    "payment_intent.processing": _intent_processing,
    "payment_intent.payment_failed": _intent_failed,
    "payment_intent.canceled": _intent_canceled,
    "charge.succeeded": _charge,
    "charge.captured": _charge,
    "charge.updated": _charge,
    "charge.failed": _charge_failed,
    "charge.refunded": _charge_refunded,
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session_failed,
    **dict.fromkeys(
        (f"charge.dispute.{what}" for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")),
        _dispute,
    ),
    **dict.fromkeys(("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"), _refund),
}
KINDS = tuple(_READERS)
"""The types of events that say something of a payment; an endpoint at Stripe is asked to send these."""
_PAID_BY = frozenset({
    "payment_intent.succeeded", "charge.succeeded", "charge.captured", "charge.updated", "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
})  # fmt: skip
