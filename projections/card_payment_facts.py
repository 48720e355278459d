"""What the events of card accounts, payment links and card payments say on their cards."""

from aggregates.logged_event import LoggedEvent
from projections.card_words import Say, Words
from projections.personal import readable

_OWN = ("card_account_id", "processor_payment")


def _said(event: LoggedEvent) -> Words:
    return {name: readable(value) for name, value in event.data.items()}


def _made(event: LoggedEvent) -> Words:
    return {**_said(event), "status": "open", "made_on": event.day, "card_payment_id": None}


def _connected(event: LoggedEvent) -> Words:
    return {**_said(event), "connected_on": event.day}


def _notice(event: LoggedEvent) -> Words:
    return {**_said(event), "status": "heard" if event.data["unread"] is None else "unread"}


def _processing(event: LoggedEvent) -> Words:
    return {**_said(event), "status": "processing"}


def _failed(event: LoggedEvent) -> Words:
    return {**_said(event), "status": "failed", "failed_on": event.day}


def _succeeded(event: LoggedEvent) -> Words:
    said = {name: value for name, value in _said(event).items() if not (name == "link_id" and value is None)}
    return {**said, "status": "succeeded", "paid_on": event.day}


def _placed(event: LoggedEvent) -> Words:
    data = event.data
    return {name: data[name] for name in ("payment_id", "ledger_id", "entry_id", "client_id")}


def _fee(event: LoggedEvent) -> Words:
    data = event.data
    amount = -data["amount_minor"] if data["given_back"] else data["amount_minor"]
    return {f"fee/{data['entry_id']}": {"amount_minor": amount, "dispute": data["dispute"], "on": event.day}}


def _dispute(event: LoggedEvent) -> Words:
    data = event.data
    names = ("state", "amount_minor", "fee_minor", "reason")
    return _own(event) | {f"dispute/{data['dispute']}": {name: data[name] for name in names} | {"on": event.day}}


def _refund(event: LoggedEvent) -> Words:
    data = event.data
    told = {"state": data.get("state", "asked"), "amount_minor": data["amount_minor"], "on": event.day}
    return _own(event) | {f"refund/{data['refund']}": told}


def _refunds(event: LoggedEvent) -> Words:
    return _own(event) | {"refunds_told_minor": event.data["in_all_minor"]}


def _question(event: LoggedEvent) -> Words:
    data = event.data
    asked = {name: data[name] for name in ("about", "amount_minor", "why")} | {"on": event.day}
    return {f"question/{data['question_id']}": asked}


def _own(event: LoggedEvent) -> Words:
    """Which payment it is, since a dispute or a refund may be the first that is told of it."""
    return {name: event.data[name] for name in _OWN}


CARD_PAYMENTS: dict[str, tuple[str, Say]] = {
    "card-account/connected": ("card_account", _connected),
    "card-notice/received": ("card_notice", _notice),
    "payment-link/made": ("payment_link", _made),
    "payment-link/paid": (
        "payment_link",
        lambda e: {"status": "paid", "paid_on": e.day, "card_payment_id": e.data["card_payment_id"]},
    ),
    "payment-link/closed": ("payment_link", lambda e: {"status": "closed", "why": e.data["why"], "closed_on": e.day}),
    "card-payment/processing": ("card_payment", _processing),
    "card-payment/failed": ("card_payment", _failed),
    "card-payment/succeeded": ("card_payment", _succeeded),
    "card-payment/traced": ("card_payment", lambda event: {"link_id": event.data["link_id"]}),
    "card-payment/placed": ("card_payment", _placed),
    "card-payment/fee-taken": ("card_payment", _fee),
    "card-payment/dispute-told": ("card_payment", _dispute),
    "card-payment/refund-asked": ("card_payment", _refund),
    "card-payment/refund-told": ("card_payment", _refund),
    "card-payment/refunds-told": ("card_payment", _refunds),
    "card-payment/question-raised": ("card_payment", _question),
    "card-payment/question-settled": ("card_payment", lambda event: {f"question/{event.data['question_id']}": None}),
}
